/* SPDX-License-Identifier: ISC */
/** @file extension_use.h  Which of a server's extensions this program makes use of, and what for.
 */
#ifndef CLI_EXTENSION_USE_H
#define CLI_EXTENSION_USE_H

#include <mailer/check.h>

/** What becomes of an extension. */
enum extension_use {
    EXTENSION_USED = 0, /**< with each message that it is of use for */
    EXTENSION_ON_REQUEST,
    EXTENSION_NOT_OFFERED
};

struct extension_line {
    const char *keyword; /**< as in the answer to EHLO */
    enum extension_use use;
    const char *words; /**< what that means; static */
};

/**
 * What becomes of one of those that the program knows.
 * @param widest  that messages may use, as given to the server.
 * @return whether there is one of that index.
 */
bool extension_use_line(const struct mailer_check *check, enum mailer_wire widest, size_t index,
                        struct extension_line *line);

#endif
