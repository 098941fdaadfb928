/* SPDX-License-Identifier: ISC */
#include "server.h"

#include "resolve.h"
#include "text.h"
#include "url.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum {
    PORT_RELAY = 25,
    PORT_LMTP = 24,
    PORT_SUBMISSION = 587, /* RFC 6409 */
    REPLY_SECONDS = 300,   /* RFC 5321 4.5.3.2 */
    CONNECT_SECONDS = 30,
    LONGEST_TIMEOUT = 86400
};

/* Names the URL but for what may hold a password: what stands before the last @. */
static int refuse(const char *url, const char *why, struct mailer_error *error)
{
    const char *at = strrchr(url, '@');
    return error_set(error, MAILER_USAGE, MAILER_STAGE_CONNECT,
                     "the server \"%s%s\" %s: one looks like smtp://mail.example.org:587",
                     at != NULL ? "..." : "", at != NULL ? at : url, why);
}

static const struct scheme {
    const char *name; /* with what stands before host or path */
    bool implicit;
    bool lmtp;
    bool local;  /* a path follows */
    bool domain; /* a mail domain follows */
} schemes[] = {
    {"smtp://", false, false, false, false},  {"submission://", false, false, false, false},
    {"smtps://", true, false, false, false},  {"submissions://", true, false, false, false},
    {"lmtp://", false, true, false, false},   {"smtp+unix:", false, false, true, false},
    {"lmtp+unix:", false, true, true, false}, {"srv:", false, false, false, true},
};

/* Takes the scheme off the front. @return it, smtp:// without one, or NULL. */
static const struct scheme *read_scheme(const char **at, const char *url,
                                        struct mailer_error *error)
{
    *at = url;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t length = strlen(schemes[i].name);
        if (strlen(url) >= length && text_same_bytes(url, length, schemes[i].name)) {
            *at = url + length;
            return &schemes[i];
        }
    }
    if (strstr(url, "://") == NULL)
        return schemes;
    refuse(url, "has another scheme than smtp, smtps, lmtp, lmtp+unix, smtp+unix or srv", error);
    return NULL;
}

/* Takes the path of a local socket. */
static int read_path(struct server *server, const char *path, const char *url,
                     struct mailer_error *error)
{
    size_t length = strlen(path);
    if (*path != '/' || length >= sizeof server->path || text_has_control(path, length))
        return refuse(url, "needs the absolute path of a socket, of up to 107 octets", error);
    memcpy(server->path, path, length + 1);
    snprintf(server->host, sizeof server->host, "the socket %s", path);
    return 0;
}

/* Takes "user@" off the front. */
static int read_user(struct server *server, const char **at, const char *url,
                     struct mailer_error *error)
{
    const char *end = strrchr(*at, '@');
    if (end == NULL)
        return 0;
    if (memchr(*at, ':', (size_t)(end - *at)) != NULL)
        return refuse(url, "may hold a user (a colon in it as %3A) but no password", error);
    const char *wrong = url_decode(*at, end, server->user, sizeof server->user);
    if (wrong != NULL)
        return refuse(url, wrong, error);
    if (end == *at)
        return refuse(url, "has an @ without a user before it", error);
    *at = end + 1;
    return 0;
}

/* user@host:port */
static int read_authority(struct server *server, const char *at, const char *url,
                          struct mailer_error *error)
{
    int result = read_user(server, &at, url, error);
    if (result != 0)
        return result;
    const char *wrong = url_host(&at, server->host);
    if (wrong == NULL)
        wrong = url_port(at, &server->port);
    return wrong == NULL ? url_host_to_ascii(server->host, error) : refuse(url, wrong, error);
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

/* The TLS mode and the port, where they are not given. */
static int set_defaults(struct server *server, bool implicit, struct mailer_error *error)
{
    bool is_local = server->path[0] != '\0';
    /* A host of that name is another machine behind a proxy. */
    bool loopback =
        is_local || (server->proxy.host[0] == '\0' && net_host_is_loopback(server->host));
    server->tls = server->given.tls;
    bool needs_tls = server->given.tls_pin_count > 0 || server->given.client_cert != NULL;
    if (server->tls < MAILER_TLS_DEFAULT || server->tls > MAILER_TLS_OFF)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_TLS, "there is no such TLS mode");
    if (server->tls == MAILER_TLS_DEFAULT)
        server->tls = implicit                 ? MAILER_TLS_IMPLICIT
                      : loopback && !needs_tls ? MAILER_TLS_OFF
                                               : MAILER_TLS_REQUIRED;
    if (needs_tls && server->tls != MAILER_TLS_REQUIRED && server->tls != MAILER_TLS_IMPLICIT)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_TLS,
                         "a pin of the server's key or a client certificate needs TLS to be "
                         "required");
    if (implicit && server->tls != MAILER_TLS_IMPLICIT)
        return refuse(server->given.url,
                      "asks for TLS from the start, the TLS mode for something else", error);
    if (is_local && server->tls != MAILER_TLS_OFF)
        return refuse(server->given.url, "is a socket of this machine, without TLS", error);
    if (server->port == 0 && !is_local)
        server->port = server->tls == MAILER_TLS_IMPLICIT ? SERVER_PORT_SUBMISSIONS
                       : server->lmtp                     ? PORT_LMTP
                       : loopback                         ? PORT_RELAY
                                                          : PORT_SUBMISSION;
    return 0;
}

/* A mail domain's servers are known by the DNS alone: only TLS can prove them. */
static int check_domain(struct server *server, struct mailer_error *error)
{
    /* Its servers' names come without the dot that a name may end in. */
    size_t length = strlen(server->host);
    if (length > 1 && server->host[length - 1] == '.')
        server->host[length - 1] = '\0';
    const char *url = server->given.url;
    if (server->port != 0 || net_host_is_address(server->host))
        return refuse(url, "is not srv: and a mail domain", error);
    if (server->given.tls == MAILER_TLS_OFF || server->given.tls == MAILER_TLS_OPPORTUNISTIC)
        return refuse(url, "is looked up in the DNS, which without TLS cannot be trusted", error);
    if (server->proxy.host[0] != '\0')
        return refuse(url, "cannot be looked up through a proxy", error);
    return 0;
}

/* The user given by name goes before that of the URL. */
static int set_user(struct server *server, struct mailer_error *error)
{
    const char *user = server->given.user;
    if (user != NULL && strlen(user) >= sizeof server->user)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_AUTH, "the user name is too long");
    if (user != NULL)
        memcpy(server->user, user, strlen(user) + 1);
    if (text_has_control(server->user, strlen(server->user)))
        return error_set(error, MAILER_USAGE, MAILER_STAGE_AUTH,
                         "the user name has a control character");
    return 0;
}

/* From where, and over which kind of addresses. */
static int set_route(struct server *server, struct mailer_error *error)
{
    const struct mailer_server *given = &server->given;
    server->family = given->family;
    if (server->family < MAILER_FAMILY_ANY || server->family > MAILER_FAMILY_IPV6)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_CONNECT, "there is no such family");
    if (server->path[0] != '\0' && (given->source != NULL || given->proxy != NULL))
        return refuse(given->url, "is a local socket: no source address, no proxy leads there",
                      error);
    if (given->source == NULL)
        return 0;
    struct net_address source;
    if (!net_address_parse(&source, given->source, 0))
        return error_set(error, MAILER_USAGE, MAILER_STAGE_CONNECT,
                         "the source \"%s\" is no IPv4 or IPv6 address", given->source);
    enum mailer_family family =
        source.address.ss_family == AF_INET ? MAILER_FAMILY_IPV4 : MAILER_FAMILY_IPV6;
    if (server->family != MAILER_FAMILY_ANY && server->family != family)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_CONNECT,
                         "the source %s is not of the family asked for", given->source);
    server->family = family;
    return 0;
}

void server_wipe(struct server *server)
{
    explicit_bzero(&server->proxy, sizeof server->proxy);
}

/* Takes the caller's struct, be it of an older and shorter kind. */
static int take_given(struct server *server, const struct mailer_server *given, const char *url,
                      struct mailer_error *error)
{
    memset(server, 0, sizeof *server);
    size_t size = given == NULL ? 0 : given->struct_size;
    if (size < offsetof(struct mailer_server, trace_context) + sizeof given->trace_context)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_CONNECT,
                         "the server is not made with MAILER_SERVER_INIT");
    memcpy(&server->given, given, size < sizeof *given ? size : sizeof *given);
    if (url != NULL)
        server->given.url = url;
    if (server->given.url == NULL || server->given.url[0] == '\0')
        return error_set(error, MAILER_USAGE, MAILER_STAGE_CONNECT, "no server is given");
    return 0;
}

const char *const *server_further_urls(const struct mailer_server *given)
{
    size_t end = offsetof(struct mailer_server, further_urls) + sizeof given->further_urls;
    return given != NULL && given->struct_size >= end ? given->further_urls : NULL;
}

int server_read(struct server *server, const struct mailer_server *given, const char *url,
                struct mailer_error *error)
{
    int result = take_given(server, given, url, error);
    if (result != 0)
        return result;
    url = server->given.url;
    const char *at = NULL;
    const struct scheme *scheme = read_scheme(&at, url, error);
    if (scheme == NULL)
        return MAILER_USAGE;
    server->lmtp = scheme->lmtp;
    server->is_domain = scheme->domain;
    result =
        scheme->local ? read_path(server, at, url, error) : read_authority(server, at, url, error);
    if (result == 0 && server->given.proxy != NULL)
        result = proxy_read(&server->proxy, server->given.proxy, error);
    if (result == 0 && server->is_domain)
        result = check_domain(server, error);
    if (result == 0)
        result = set_defaults(server, scheme->implicit, error);
    if (result == 0)
        result = set_user(server, error);
    if (result == 0)
        result = set_route(server, error);
    if (result == 0)
        set_timeouts(server);
    else
        server_wipe(server);
    return result;
}
