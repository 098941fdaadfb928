/* SPDX-License-Identifier: ISC */
/**
 * @file password.h
 * Where a password comes from. It is the first line of its source, without the line's end.
 *
 * All return 0 or an exit code, and leave the secret empty after failure.
 */
#ifndef CLI_PASSWORD_PASSWORD_H
#define CLI_PASSWORD_PASSWORD_H

#include "password/secret.h"

/** How long a command may take. */
enum { PASSWORD_COMMAND_MILLISECONDS = 60 * 1000 };

/**
 * Reads a file, which only its owner may be able to read.
 * @return EXIT_CODE_CONFIGURATION when it is missing, readable by others, empty, or no text.
 */
int password_from_file(struct secret *secret, const char *file, struct problem *problem);

/** Reads a descriptor up to the line's end and not further. It is not closed. */
int password_from_descriptor(struct secret *secret, int descriptor, struct problem *problem);

/**
 * Lets /bin/sh run a command, in a process group of its own and with nothing on its standard
 * input, and takes what it prints. What it writes to standard error is shown, made printable.
 * @return EXIT_CODE_LOGIN when it fails, prints nothing or too much, or takes too long; it is
 *         killed then.
 */
int password_from_command(struct secret *secret, const char *command, int milliseconds,
                          struct problem *problem);

/** A program that is run for what it prints. */
struct password_program {
    const char *source;         /**< what problems call it */
    const char *const *words;   /**< it, looked for in PATH, and its arguments; ended by NULL */
    const struct secret *input; /**< what it reads; NULL: nothing */
    bool silent;                /**< what it writes to standard error is dropped */
    bool whole;                 /**< all that it prints counts, and it may be nothing */
    int milliseconds;           /**< as long as it may take */
};

/** As password_from_command(), of a program without a shell. */
int password_run(struct secret *secret, const struct password_program *program,
                 struct problem *problem);

/**
 * Looks in the keyring of the desktop, by the program secret-tool. The secret stays empty without
 * a session bus, without that program, and when the keyring has no such password or stays locked.
 */
void password_from_keyring(struct secret *secret, const char *host, const char *user);

/**
 * Puts a password into the keyring.
 * @return whether that could be done.
 */
bool password_to_keyring(const struct secret *secret, const char *host, const char *user);

/**
 * Looks in ~/.netrc for the host and user; an entry without a login is for all. The secret stays
 * empty where there is none.
 * @return EXIT_CODE_CONFIGURATION when others may read the password there is.
 */
int password_from_netrc(struct secret *secret, const char *host, const char *user,
                        struct problem *problem);

/**
 * Asks at a terminal, without showing what is typed. The terminal is put back before a signal
 * does its work.
 * @param name      of a terminal, such as "/dev/tty".
 * @param question  printable.
 * @return EXIT_CODE_LOGIN when there is no such terminal, or nothing is typed.
 */
int password_from_terminal(struct secret *secret, const char *name, const char *question,
                           struct problem *problem);

/**
 * Ends a secret at its first line's end.
 * @param exit_code  for a secret that is empty or holds a NUL.
 * @param source     what it was read from, for the error's text.
 */
int password_keep_first_line(struct secret *secret, enum exit_code exit_code, const char *source,
                             struct problem *problem);

#endif
