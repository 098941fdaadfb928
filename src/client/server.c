/* SPDX-License-Identifier: ISC */
#include "server.h"

#include "resolve.h"
#include "text.h"

#include <string.h>

enum {
    PORT_RELAY = 25,
    PORT_SUBMISSIONS = 465, /* RFC 8314 */
    PORT_SUBMISSION = 587,  /* RFC 6409 */
    REPLY_SECONDS = 300,    /* RFC 5321 4.5.3.2 */
    CONNECT_SECONDS = 30,
    LONGEST_TIMEOUT = 86400
};

static int refuse(const char *url, const char *why, struct mailer_error *error)
{
    return error_set(error, MAILER_USAGE, MAILER_STAGE_CONNECT,
                     "the server \"%s\" %s: one looks like smtp://mail.example.org:587", url, why);
}

/* Takes "scheme://" off the front. */
static int read_scheme(const char **at, const char *url, bool *implicit, struct mailer_error *error)
{
    *implicit = false;
    const char *end = strstr(url, "://");
    *at = url;
    if (end == NULL)
        return 0;
    *at = end + 3;
    size_t length = (size_t)(end - url);
    *implicit =
        text_same_bytes(url, length, "smtps") || text_same_bytes(url, length, "submissions");
    bool known = *implicit || text_same_bytes(url, length, "smtp") ||
                 text_same_bytes(url, length, "submission");
    return known ? 0 : refuse(url, "has another scheme than smtp or smtps", error);
}

/* Takes "user@" off the front, its %XX decoded (RFC 3986 2.1). */
static int read_user(struct server *server, const char **at, const char *url,
                     struct mailer_error *error)
{
    const char *end = strrchr(*at, '@');
    if (end == NULL)
        return 0;
    size_t used = 0;
    for (const char *c = *at; c < end; c++) {
        static const char digits[] = "0123456789abcdef";
        char octet = *c;
        if (octet == '%') {
            const char *high =
                end - c > 2 && c[1] != '\0' ? strchr(digits, text_lower(c[1])) : NULL;
            const char *low =
                high != NULL && c[2] != '\0' ? strchr(digits, text_lower(c[2])) : NULL;
            if (low == NULL)
                return refuse(url, "has a % without two hexadecimal digits", error);
            octet = (char)((high - digits) << 4 | (low - digits));
            c += 2;
        }
        if (octet == '\0' || used + 1 >= sizeof server->user)
            return refuse(url, "has a user name that is too long or has a NUL", error);
        server->user[used++] = octet;
    }
    server->user[used] = '\0';
    *at = end + 1;
    return 0;
}

/* Takes the host off the front: a name, an address, or an address in brackets. */
static int read_host(struct server *server, const char **at, const char *url,
                     struct mailer_error *error)
{
    const char *start = *at;
    bool in_brackets = *start == '[';
    const char *end = NULL;
    if (in_brackets) {
        end = strchr(++start, ']');
        if (end == NULL)
            return refuse(url, "has a [ without ]", error);
        *at = end + 1;
    } else {
        end = start + strcspn(start, ":/");
        /* An IPv6 address without brackets has more colons than a port needs. */
        if (*end == ':' && strchr(end + 1, ':') != NULL)
            end = start + strcspn(start, "/");
        *at = end;
    }
    size_t length = (size_t)(end - start);
    if (length == 0 || length >= sizeof server->host)
        return refuse(url, length == 0 ? "has no host" : "has a host name that is too long", error);
    memcpy(server->host, start, length);
    server->host[length] = '\0';
    bool odd = text_has_control(server->host, length) || strcspn(server->host, " \"<>\\@") < length;
    if (odd || (in_brackets && !net_host_is_address(server->host)))
        return refuse(url, "has a host that is no name and no address", error);
    return 0;
}

static int read_port(struct server *server, const char *at, const char *url,
                     struct mailer_error *error)
{
    if (strcmp(at, "/") == 0 || *at == '\0')
        return 0;
    unsigned port = 0;
    const char *digit = at + 1;
    while (*at == ':' && text_is_digit(*digit) && port <= 65535)
        port = port * 10 + (unsigned)(*digit++ - '0');
    if (*at != ':' || port == 0 || port > 65535 || (*digit != '\0' && strcmp(digit, "/") != 0))
        return refuse(url, "has something else than a port from 1 to 65535 behind the host", error);
    server->port = (unsigned short)port;
    return 0;
}

static void set_timeouts(struct server *server)
{
    unsigned seconds = server->given.timeout_seconds;
    if (seconds > LONGEST_TIMEOUT)
        seconds = LONGEST_TIMEOUT;
    server->reply_timeout = (int64_t)(seconds == 0 ? REPLY_SECONDS : seconds) * 1000;
    int64_t connect = (int64_t)CONNECT_SECONDS * 1000;
    server->connect_timeout = server->reply_timeout < connect ? server->reply_timeout : connect;
}

int server_read(struct server *server, const struct mailer_server *given,
                struct mailer_error *error)
{
    memset(server, 0, sizeof *server);
    server->given = *given;
    const char *url = given->url;
    if (url == NULL || *url == '\0')
        return error_set(error, MAILER_USAGE, MAILER_STAGE_CONNECT, "no server is given");
    const char *at = url;
    bool implicit = false;
    int result = read_scheme(&at, url, &implicit, error);
    if (result == 0)
        result = read_user(server, &at, url, error);
    if (result == 0)
        result = read_host(server, &at, url, error);
    if (result == 0)
        result = read_port(server, at, url, error);
    if (result != 0)
        return result;
    bool loopback = net_host_is_loopback(server->host);
    server->tls = given->tls;
    if (server->tls == MAILER_TLS_DEFAULT)
        server->tls = implicit   ? MAILER_TLS_IMPLICIT
                      : loopback ? MAILER_TLS_OFF
                                 : MAILER_TLS_REQUIRED;
    else if (implicit && server->tls != MAILER_TLS_IMPLICIT)
        return refuse(url, "asks for TLS from the start, the TLS mode for something else", error);
    if (server->port == 0)
        server->port = server->tls == MAILER_TLS_IMPLICIT ? PORT_SUBMISSIONS
                       : loopback                         ? PORT_RELAY
                                                          : PORT_SUBMISSION;
    if (given->user != NULL) {
        if (strlen(given->user) >= sizeof server->user)
            return error_set(error, MAILER_USAGE, MAILER_STAGE_AUTH, "the user name is too long");
        memcpy(server->user, given->user, strlen(given->user) + 1);
    }
    set_timeouts(server);
    return 0;
}
