/* SPDX-License-Identifier: ISC */
/** @file domain.h  What may stand behind the @ of an address. */
#ifndef MIME_DOMAIN_H
#define MIME_DOMAIN_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * What is wrong with a domain of US-ASCII: labels of 1 to 63 letters, digits, hyphens inside, and
 * underscores, which are no host names but found; with dots between, 255 octets together (RFC 5321
 * 4.1.2, 4.5.3.1.2).
 * @return NULL, or words such as "has a domain of more than 255 octets".
 */
const char *mime_domain_fault(const char *domain);

/**
 * Appends an address literal (RFC 5321 4.1.3) in canonical form: "[192.0.2.1]", or "[IPv6:...]"
 * with the address as RFC 5952 has it.
 * @param text  what is inside of the brackets. White space (RFC 5322 3.4.1) and backslashes (4.4)
 * in it are dropped. An IPv4 number has no leading zeros, as some would read them octal.
 * @return whether it is one; general literals ("tag:...") are not, as nobody knows any.
 */
bool mime_domain_append_literal(struct buffer *out, const char *text, size_t size);

#endif
