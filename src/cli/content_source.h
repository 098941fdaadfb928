/* SPDX-License-Identifier: ISC */
/** @file content_source.h  Files, pipes and standard input as content for the library. */
#ifndef CLI_CONTENT_SOURCE_H
#define CLI_CONTENT_SOURCE_H

#include "problem.h"

#include <mailer/message.h>

#include <stdbool.h>

/** Make one with content_source_open(); close it once the library has taken the content. */
struct content_source {
    struct mailer_content content;
    int opened; /**< a descriptor of its own, or -1 */
};

/** Whether the word means standard input: "-". */
bool content_source_is_input(const char *file);

/**
 * Opens a regular file, a pipe, /dev/null, or standard input for "-".
 * @param what  such as "--text", for the error's text.
 * @return 0, or EXIT_CODE_INPUT for anything else, and for what is missing or not readable.
 */
int content_source_open(struct content_source *source, const char *what, const char *file,
                        struct problem *problem);

void content_source_close(struct content_source *source);

#endif
