/* SPDX-License-Identifier: ISC */
/** @file reply.h  Replies of a server (RFC 5321 4.2), read from pieces of any size. */
#ifndef SMTP_REPLY_H
#define SMTP_REPLY_H

#include "buffer.h"
#include "error.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    SMTP_REPLY_LINE_LIMIT = 64 * 1024, /**< RFC 5321 4.5.3.1.5 has 512; servers have more */
    SMTP_REPLY_LIMIT = 1024 * 1024
};

struct smtp_reply {
    int code;               /**< 200 to 599 */
    char enhanced_code[12]; /**< RFC 3463, of the last line that has one, or "" */
    struct buffer text;     /**< what stands behind the codes, lines joined by LF; hostile */
};

/** Reads one reply after the other. */
struct smtp_reply_reader {
    struct smtp_reply reply;
    struct buffer line; /**< the incomplete line so far */
    size_t size;        /**< octets of this reply so far */
    bool complete;      /**< reply is whole; the next octet begins a new one */
};

/** A reader at its beginning; free it with smtp_reply_reader_free(). */
struct smtp_reply_reader smtp_reply_reader_start(void);

void smtp_reply_reader_free(struct smtp_reply_reader *reader);

/**
 * Reads up to the end of one reply. Lines end with LF or CR LF.
 * @param consumed  receives how many octets were taken; none behind the end of the reply.
 * @return 1 when reader->reply is whole (it stays so until the next call), 0 when more octets are
 *         needed, MAILER_PROTOCOL for what is no reply, too long, or has two different codes,
 *         MAILER_MEMORY.
 */
int smtp_reply_read(struct smtp_reply_reader *reader, const char *bytes, size_t size,
                    size_t *consumed, struct mailer_error *error);

/** Whether it stands in the middle of a reply or a line. */
bool smtp_reply_is_partial(const struct smtp_reply_reader *reader);

/**
 * The reply as one printable line, such as "550 5.1.1 no such user": codes, and the text with its
 * lines joined by spaces, cut to fit.
 * @param room  of line, at least 1.
 */
void smtp_reply_show(const struct smtp_reply *reply, char *line, size_t room);

#endif
