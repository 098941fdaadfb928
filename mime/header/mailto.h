/* SPDX-License-Identifier: ISC */
/** @file mailto.h  mailto: URLs (RFC 6068), which say whom to write to, and perhaps what. */
#ifndef MIME_MAILTO_H
#define MIME_MAILTO_H

#include "error.h"

#include <stdbool.h>

/** What a URL asks for, in UTF-8. All strings are owned; NULL: not given, or empty. */
struct mime_mailto {
    char *to; /**< this and the next three: for mime_address_parse(), which takes them */
    char *cc;
    char *bcc;
    char *reply_to;
    char *subject;  /**< without control characters but HT; encoded-words in it are read */
    char *body;     /**< with line ends as they were given, CR LF by rule */
    char *keywords; /**< this and the next two: canonical (field_rules.h) */
    char *in_reply_to;
    char *references;
};

/** Whether text begins with "mailto:", in any case. */
bool mime_mailto_is(const char *text);

/**
 * Reads a mailto: URL. Octets are percent-decoded; a + is a plus, and "&amp;" is refused, as it has
 * been copied from HTML unread. UTF-8 may also stand there as it is, and so may spaces. Fields are
 * found in any case; several of addresses are merged, of others there is one.
 *
 * A URL may come from anywhere, so (RFC 6068 4 and 7) it can name recipients, subject, body,
 * keywords and what it answers, and no more. Fields by which it would speak for somebody else or
 * get hold of files (From, Sender, Date, Resent-*, Content-*, attach and the like) are refused. All
 * others are ignored. A Bcc is taken and stands apart: show it to whoever sends.
 *
 * Line breaks are for the body alone; other control characters but HT are refused everywhere.
 * @param mailto  receives it; free it with mime_mailto_free(), also after failure.
 * @return 0, MAILER_DATA with a text that says what is wrong, MAILER_MEMORY or MAILER_SYSTEM (as
 *         mime_address_parse()).
 */
int mime_mailto_parse(struct mime_mailto *mailto, const char *url, struct mailer_error *error);

/** Frees what it holds and empties it. */
void mime_mailto_free(struct mime_mailto *mailto);

#endif
