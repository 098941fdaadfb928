/* SPDX-License-Identifier: ISC */
/** @file thread.h  Message-IDs that messages of one thread refer to (RFC 5322 3.6.4). */
#ifndef MIME_THREAD_H
#define MIME_THREAD_H

#include "error.h"

/** "<thread.", 32 hexadecimal digits, "@", a domain, ">" and NUL. */
enum { MIME_THREAD_ID_SIZE = 8 + 32 + 1 + 255 + 2 };

/**
 * Makes the Message-ID that all messages of a thread refer to: the same for the same name and
 * domain, today and in any later version. The name cannot be read from it.
 * @param name    not empty.
 * @param domain  of the author; at most 255 octets; its case does not matter.
 * @return 0 or MAILER_SYSTEM.
 */
int mime_thread_id(char id[static MIME_THREAD_ID_SIZE], const char *name, const char *domain,
                   struct mailer_error *error);

#endif
