/* SPDX-License-Identifier: ISC */
#include "catch_path.h"

#include "text.h"

#include <arpa/inet.h>
#include <string.h>

enum { LOCAL_PART_SIZE = 64, DOMAIN_SIZE = 255, LABEL_SIZE = 63 };

/* What is left to read. */
struct rest {
    const char *at;
    const char *end;
};

static bool next_is(const struct rest *rest, char c)
{
    return rest->at < rest->end && *rest->at == c;
}

static bool take(struct rest *rest, char c)
{
    if (!next_is(rest, c))
        return false;
    rest->at++;
    return true;
}

/* The length of a character above US-ASCII that is no control character, or 0. */
static size_t international_length(const struct rest *rest)
{
    size_t left = (size_t)(rest->end - rest->at);
    size_t length = text_utf8_character(rest->at, left, NULL);
    return length > 1 && !text_has_control(rest->at, length) ? length : 0;
}

static bool take_characters(struct rest *rest, const char *others)
{
    const char *start = rest->at;
    while (rest->at < rest->end) {
        char c = *rest->at;
        size_t length = text_is_letter(c) || text_is_digit(c) || (c != '\0' && strchr(others, c))
                            ? 1
                            : international_length(rest);
        if (length == 0)
            break;
        rest->at += length;
    }
    return rest->at > start;
}

static bool take_dot_string(struct rest *rest)
{
    do {
        if (!take_characters(rest, "!#$%&'*+-/=?^_`{|}~"))
            return false;
    } while (take(rest, '.'));
    return true;
}

static bool take_quoted_string(struct rest *rest)
{
    rest->at++;
    while (rest->at < rest->end && *rest->at != '"') {
        bool escaped = take(rest, '\\');
        bool printable = rest->at < rest->end && *rest->at >= ' ' && *rest->at <= '~';
        size_t length = printable ? 1 : escaped ? 0 : international_length(rest);
        if (length == 0)
            return false;
        rest->at += length;
    }
    return take(rest, '"');
}

static bool take_literal(struct rest *rest)
{
    rest->at++;
    const char *close = memchr(rest->at, ']', (size_t)(rest->end - rest->at));
    char text[INET6_ADDRSTRLEN + sizeof "IPv6:"];
    if (close == NULL || (size_t)(close - rest->at) >= sizeof text)
        return false;
    size_t size = (size_t)(close - rest->at);
    memcpy(text, rest->at, size);
    text[size] = '\0';
    rest->at = close + 1;
    if (strlen(text) != size)
        return false;
    unsigned char address[sizeof(struct in6_addr)];
    if (size > 5 && text_same_bytes(text, 5, "IPv6:"))
        return inet_pton(AF_INET6, text + 5, address) == 1;
    return inet_pton(AF_INET, text, address) == 1;
}

static bool take_domain(struct rest *rest)
{
    if (next_is(rest, '['))
        return take_literal(rest);
    const char *start = rest->at;
    do {
        const char *label = rest->at;
        if (!take_characters(rest, "-") || *label == '-' || rest->at[-1] == '-' ||
            rest->at - label > LABEL_SIZE)
            return false;
    } while (take(rest, '.'));
    return rest->at - start <= DOMAIN_SIZE;
}

/* Old clients may say by which hosts a message should go; a server takes that and ignores it. */
static bool take_source_route(struct rest *rest)
{
    do {
        if (!take(rest, '@') || !take_domain(rest))
            return false;
    } while (take(rest, ','));
    return take(rest, ':');
}

static const char *take_mailbox(struct rest *rest, struct catch_path *path)
{
    if (next_is(rest, '@') && !take_source_route(rest))
        return "the source route is malformed";
    path->mailbox = rest->at;
    bool local = next_is(rest, '"') ? take_quoted_string(rest) : take_dot_string(rest);
    if (!local)
        return "the local part is malformed";
    size_t local_size = (size_t)(rest->at - path->mailbox);
    if (local_size > LOCAL_PART_SIZE)
        return "the local part is longer than 64 octets";
    path->domainless =
        next_is(rest, '>') && text_same_bytes(path->mailbox, local_size, "postmaster");
    if (!path->domainless && !take(rest, '@'))
        return "the address has no domain, or blanks in it";
    if (!path->domainless && !take_domain(rest))
        return "the domain is malformed";
    path->size = (size_t)(rest->at - path->mailbox);
    if (path->size > CATCH_MAILBOX_SIZE)
        return "the address is longer than 254 octets";
    path->international = !text_is_ascii(path->mailbox, path->size);
    return NULL;
}

size_t catch_path_read(const char *text, size_t size, struct catch_path *path, const char **why)
{
    struct rest rest = {text, text + size};
    *path = (struct catch_path){.mailbox = text};
    *why = "an address stands in angle brackets, with no blank before them";
    if (!take(&rest, '<'))
        return 0;
    *why = next_is(&rest, '>') ? NULL : take_mailbox(&rest, path);
    if (*why == NULL && !take(&rest, '>'))
        *why = "the address does not end in \">\"";
    return *why == NULL ? (size_t)(rest.at - text) : 0;
}
