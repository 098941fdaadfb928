/* SPDX-License-Identifier: ISC */
/** @file sent_state.h  What was sent last time: the file of --only-if-changed. */
#ifndef CLI_SENT_STATE_H
#define CLI_SENT_STATE_H

#include "problem.h"

#include <mailer/message.h>

#include <stdbool.h>

/** The line that the file holds of a message. */
struct sent_state {
    char line[sizeof "sha256:\n" + 2 * (size_t)MAILER_DIGEST_SIZE];
};

/**
 * Looks whether a sealed message has the content of the one that was sent last time, and whether
 * the file could be written later on.
 * @param file  need not be there; a symbolic link is not followed.
 * @return 0; EXIT_CODE_INPUT for a file that is none of these; EXIT_CODE_CREATE when its folder
 *         cannot be written to; or the exit code of an error of the library.
 */
int sent_state_compare(struct sent_state *state, const char *file,
                       const struct mailer_message *message, bool *is_same,
                       struct problem *problem);

/** Writes it, all or nothing, for the owner alone. @return 0 or EXIT_CODE_CREATE. */
int sent_state_keep(const struct sent_state *state, const char *file, struct problem *problem);

#endif
