/* SPDX-License-Identifier: ISC */
#include "text.h"
#include "tunnel_private.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

enum { STATUS_SIZE = 13 }; /* "HTTP/1.1 200 " */

static void put_text(struct net_tunnel *tunnel, const char *text)
{
    tunnel_put(tunnel, text, strlen(text));
}

/* Puts the base64 of "user:password" (RFC 7617). */
static void put_login(struct net_tunnel *tunnel)
{
    char login[2 * TUNNEL_NAME_LIMIT + 2];
    unsigned char encoded[(sizeof login + 2) / 3 * 4 + 1];
    int size = snprintf(login, sizeof login, "%s:%s", tunnel->user, tunnel->password);
    int length = EVP_EncodeBlock(encoded, (const unsigned char *)login, size);
    tunnel_put(tunnel, encoded, (size_t)length);
    explicit_bzero(encoded, sizeof encoded);
    explicit_bzero(login, sizeof login);
    explicit_bzero(tunnel->password, sizeof tunnel->password);
}

void tunnel_http_start(struct net_tunnel *tunnel)
{
    char authority[TUNNEL_NAME_LIMIT + 16];
    bool is_ipv6 = strchr(tunnel->host, ':') != NULL;
    snprintf(authority, sizeof authority, is_ipv6 ? "[%s]:%u" : "%s:%u", tunnel->host,
             (unsigned)tunnel->port);
    put_text(tunnel, "CONNECT ");
    put_text(tunnel, authority);
    put_text(tunnel, " HTTP/1.1\r\nHost: ");
    put_text(tunnel, authority);
    if (tunnel->user[0] != '\0') {
        put_text(tunnel, "\r\nProxy-Authorization: Basic ");
        put_login(tunnel);
    }
    put_text(tunnel, "\r\n\r\n");
    tunnel->state = TUNNEL_HEADER;
}

/* The response that is coming in. */
static const char *response(const struct net_tunnel *tunnel, size_t *size)
{
    *size = tunnel->in_size - tunnel->in_start;
    return tunnel->in + tunnel->in_start;
}

/* Lines end by LF, with a CR or without (RFC 9112 2.2), and an empty one ends the header: with less
 * than this no header can be at its end. */
size_t tunnel_http_room(const struct net_tunnel *tunnel)
{
    size_t size;
    const char *header = response(tunnel, &size);
    if (size == 0)
        return STATUS_SIZE;
    char last = header[size - 1];
    bool in_empty_line = last == '\r' && size > 1 && header[size - 2] == '\n';
    return last == '\n' || in_empty_line ? 1 : 2;
}

static bool is_whole(const char *header, size_t size)
{
    const char *end = header + size;
    return (size >= 2 && memcmp(end - 2, "\n\n", 2) == 0) ||
           (size >= 3 && memcmp(end - 3, "\n\r\n", 3) == 0);
}

/* Whether what is there is the beginning of a status line: D stands for a digit. */
static bool looks_like_http(const char *header, size_t size)
{
    static const char pattern[] = "HTTP/1.D DDD";
    for (size_t i = 0; i < sizeof pattern - 1 && i < size; i++)
        if (pattern[i] == 'D' ? !text_is_digit(header[i]) : header[i] != pattern[i])
            return false;
    return size < sizeof pattern || strchr(" \r\n", header[sizeof pattern - 1]) != NULL;
}

/* phrase: what stands behind the status, up to the end of its line. */
static int refuse(const struct net_tunnel *tunnel, int status, const char *phrase,
                  struct mailer_error *error)
{
    enum { SHOWN = 100 };
    size_t line = strcspn(phrase, "\r\n");
    int length = line < SHOWN ? (int)line : SHOWN;
    bool has_login = tunnel->user[0] != '\0';
    if (status == 407)
        return error_set(error, MAILER_AUTH, MAILER_STAGE_CONNECT,
                         has_login ? "the proxy %s refuses the login of %s: %d%.*s"
                                   : "the proxy %s wants a login%s, a user and a password in its "
                                     "URL: %d%.*s",
                         tunnel->proxy, tunnel->user, status, length, phrase);
    return error_set(error, MAILER_CONNECT, MAILER_STAGE_CONNECT,
                     "the proxy %s does not connect to %s, port %u: %d%.*s", tunnel->proxy,
                     tunnel->host, (unsigned)tunnel->port, status, length, phrase);
}

int tunnel_http_read(struct net_tunnel *tunnel, struct mailer_error *error)
{
    size_t size;
    const char *header = response(tunnel, &size);
    if (!looks_like_http(header, size))
        return error_set(error, MAILER_PROTOCOL, MAILER_STAGE_CONNECT,
                         "%s does not answer as an HTTP proxy does", tunnel->proxy);
    if (!is_whole(header, size))
        return NET_WAITING;
    const char *digits = header + 9;
    int status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
    if (status == 101)
        return error_set(error, MAILER_PROTOCOL, MAILER_STAGE_CONNECT,
                         "the proxy %s answers CONNECT with %d", tunnel->proxy, status);
    if (status / 100 != 1)
        return status / 100 == 2 ? NET_READY : refuse(tunnel, status, digits + 3, error);
    /* The final response comes behind an interim one (RFC 9110 15.2). What was said before stays,
     * so that there is an end to it. */
    tunnel->in_start = tunnel->in_size;
    return NET_WAITING;
}
