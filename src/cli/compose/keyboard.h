/* SPDX-License-Identifier: ISC */
/**
 * @file keyboard.h
 * Lines that somebody types: with libedit, where it is installed and the terminal can do it, else
 * as the terminal gives them. Signals are to be caught (interrupt.h) while it waits.
 */
#ifndef CLI_COMPOSE_KEYBOARD_H
#define CLI_COMPOSE_KEYBOARD_H

#include "problem.h"

#include <stdbool.h>

enum keyboard_answer {
    KEYBOARD_LINE = 0,
    KEYBOARD_END,         /**< end of file */
    KEYBOARD_INTERRUPTED, /**< a signal was noted, or the terminal has gone away */
    KEYBOARD_FAILED       /**< the problem is set */
};

struct keyboard;

/** Opens the terminal on standard input; what is shown goes to standard error. */
int keyboard_open(struct keyboard **keyboard, struct problem *problem);

/**
 * Asks for a line.
 * @param names_files  whether Tab completes file names; else it is a character.
 * @param line         receives it without the line's end, to be freed; NULL without one.
 */
enum keyboard_answer keyboard_ask(struct keyboard *keyboard, const char *prompt, bool names_files,
                                  char **line, struct problem *problem);

/** Leaves the terminal as it was. NULL is fine. */
void keyboard_close(struct keyboard *keyboard);

#endif
