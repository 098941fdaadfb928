/* SPDX-License-Identifier: ISC */
/** @file attachment.h  The argument of -a or -I. */
#ifndef CLI_ATTACHMENT_H
#define CLI_ATTACHMENT_H

#include "options.h"

/** Zero to begin with; free it with attachment_free(). */
struct attachment {
    char *name;       /**< from NAME=FILE or --name; NULL: that of the file */
    const char *file; /**< "-": standard input; borrowed from the option */
    const char *type;
    const char *content_id;
    bool is_directory; /**< to be sent as an archive */
};

/** Whether it is "Name: value", which -a of other mailers takes (RFC 5322 2.2). */
bool attachment_looks_like_header(const char *text);

/** "-a" or "-I", as it was given. */
const char *attachment_letter(const struct attachment_option *option);

/** The name that it would have in the message, were it there; to be freed. NULL without memory. */
char *attachment_shown_name(const struct attachment_option *option);

/**
 * Takes FILE, NAME=FILE or NAME=- apart. What exists as it is written is FILE, whatever it holds.
 * @param archive  whether a directory may be sent as an archive.
 * @return 0; EXIT_CODE_INPUT for what is missing or cannot be attached; EXIT_CODE_USAGE for an
 *         argument that looks like a header field, "-" without a name, and a name given twice.
 */
int attachment_read(const struct attachment_option *option, bool archive,
                    struct attachment *attachment, struct problem *problem);

void attachment_free(struct attachment *attachment);

#endif
