/* SPDX-License-Identifier: ISC */
#include "text.h"
#include "tunnel_private.h"

#include <stdint.h>
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
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char login[2 * TUNNEL_NAME_LIMIT + 2];
    size_t size = (size_t)snprintf(login, sizeof login, "%s:%s", tunnel->user, tunnel->password);
    for (size_t at = 0; at < size; at += 3) {
        uint32_t bits = 0;
        for (size_t i = 0; i < 3; i++)
            bits = bits << 8 | (at + i < size ? (unsigned char)login[at + i] : 0);
        char group[4];
        for (size_t i = 0; i < 4; i++)
            group[i] = at + i <= size ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
        tunnel_put(tunnel, group, sizeof group);
        explicit_bzero(group, sizeof group);
    }
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

/* Lines end by LF, with a CR or without (RFC 9112 2.2), and an empty one ends the header: with less
 * than this no header can be at its end. */
size_t tunnel_http_room(const struct net_tunnel *tunnel)
{
    size_t size = tunnel->in_size;
    if (size == 0)
        return STATUS_SIZE;
    char last = tunnel->in[size - 1];
    bool in_empty_line = last == '\r' && size > 1 && tunnel->in[size - 2] == '\n';
    return last == '\n' || in_empty_line ? 1 : 2;
}

static bool is_whole(const struct net_tunnel *tunnel)
{
    const char *end = tunnel->in + tunnel->in_size;
    size_t size = tunnel->in_size;
    return (size >= 2 && memcmp(end - 2, "\n\n", 2) == 0) ||
           (size >= 3 && memcmp(end - 3, "\n\r\n", 3) == 0);
}

/* Whether what is there is the beginning of a status line: D stands for a digit. */
static bool looks_like_http(const struct net_tunnel *tunnel)
{
    static const char pattern[] = "HTTP/1.D DDD";
    for (size_t i = 0; i < sizeof pattern - 1 && i < tunnel->in_size; i++) {
        char c = tunnel->in[i];
        if (pattern[i] == 'D' ? !text_is_digit(c) : c != pattern[i])
            return false;
    }
    return tunnel->in_size < sizeof pattern || strchr(" \r\n", tunnel->in[sizeof pattern - 1]);
}

static int refuse(const struct net_tunnel *tunnel, int status, struct mailer_error *error)
{
    const char *phrase = tunnel->in + STATUS_SIZE - 1;
    size_t left = tunnel->in_size - (STATUS_SIZE - 1);
    int length = 0;
    while ((size_t)length < left && length < 100 && strchr("\r\n", phrase[length]) == NULL)
        length++;
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
    if (!looks_like_http(tunnel))
        return error_set(error, MAILER_PROTOCOL, MAILER_STAGE_CONNECT,
                         "%s does not answer as an HTTP proxy does", tunnel->proxy);
    if (!is_whole(tunnel))
        return NET_WAITING;
    const char *digits = tunnel->in + 9;
    int status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
    /* An interim response (RFC 9110 15.2) is for what CONNECT has not: a body to send, an upgrade.
     */
    if (status / 100 == 1)
        return error_set(error, MAILER_PROTOCOL, MAILER_STAGE_CONNECT,
                         "the proxy %s answers CONNECT with %d", tunnel->proxy, status);
    return status / 100 == 2 ? NET_READY : refuse(tunnel, status, error);
}
