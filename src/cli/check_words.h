/* SPDX-License-Identifier: ISC */
/** @file check_words.h  What a check has found out, in words for a person. */
#ifndef CLI_CHECK_WORDS_H
#define CLI_CHECK_WORDS_H

#include "account_warnings.h"
#include "buffer.h"

/** What there is to tell. */
struct check_outcome {
    const struct mailer_check *check;
    enum mailer_wire widest; /**< that messages may use */
    const struct mailer_error *error;
    const char *advice; /**< on the error; or NULL */
    const struct account_warnings *warnings;
    enum exit_code exit_code;
    time_t now;
};

/** Appends a line for each step, as far as the check came. The error itself is not told. */
void check_words_append(struct buffer *text, const struct check_outcome *outcome);

#endif
