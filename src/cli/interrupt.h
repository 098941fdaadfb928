/* SPDX-License-Identifier: ISC */
/**
 * @file interrupt.h
 * Signals while something is under way: they are noted, and whoever waits looks at the note.
 *
 * A signal has the whole process, so there is one note.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

/**
 * From now on SIGINT, SIGTERM and SIGHUP are noted, unless they are ignored (nohup). Whoever sends
 * a third one does not want to wait any more: it does what it does by itself.
 */
void interrupt_catch(void);

/** They do again what they did before: as often as interrupt_catch(), which may be nested. */
void interrupt_release(void);

/** The signal that was noted, or 0. */
int interrupt_number(void);

/**
 * Waits until there is something to read; nothing that comes in between is missed.
 * @return false when a signal was noted.
 */
bool interrupt_wait(int descriptor);

/** Its name, such as "SIGINT". Static. */
const char *interrupt_name(int number);

/** From now on SIGUSR1, and SIGINFO where there is one, asks how far it is. */
void interrupt_catch_question(void);

/** Whether that was asked since the last call. */
bool interrupt_take_question(void);

#endif
