/* SPDX-License-Identifier: ISC */
/**
 * @file url.h
 * The pieces of a URL that names a host. Each function that gives text says what is wrong, in words
 * that go on after the URL ("has no host"), or gives NULL.
 */
#ifndef CLIENT_URL_H
#define CLIENT_URL_H

#include "error.h"

#include <stddef.h>

enum { URL_HOST_SIZE = 256 };

/** Decodes [from, end), with %XX in it (RFC 3986 2.1), into a string. */
const char *url_decode(const char *from, const char *end, char *to, size_t room);

/**
 * Takes the host off the front: a name, an address, or an address in brackets, which are left out.
 * @param at  moved behind it.
 */
const char *url_host(const char **at, char host[static URL_HOST_SIZE]);

/**
 * Turns a name in UTF-8 into the one that the DNS, certificates and proxies know.
 * @return 0, MAILER_USAGE for what is no domain, or as idn_to_ascii().
 */
int url_host_to_ascii(char host[static URL_HOST_SIZE], struct mailer_error *error);

/** Reads what stands behind the host: ":port" or nothing, perhaps a slash. Without one, port stays.
 */
const char *url_port(const char *at, unsigned short *port);

#endif
