/* SPDX-License-Identifier: ISC */
#include "url.h"

#include "idn.h"
#include "resolve.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* The value of two hexadecimal digits, or -1. */
static int read_octet(const char *digits, const char *end)
{
    int high = end - digits >= 2 ? text_hexadecimal(digits[0]) : -1;
    int low = end - digits >= 2 ? text_hexadecimal(digits[1]) : -1;
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

const char *url_decode(const char *from, const char *end, char *to, size_t room)
{
    size_t used = 0;
    for (const char *c = from; c < end; c++) {
        char octet = *c;
        if (octet == '%') {
            int value = read_octet(c + 1, end);
            if (value < 0)
                return "has a % without two hexadecimal digits";
            octet = (char)value;
            c += 2;
        }
        if (octet == '\0' || used + 1 >= room)
            return "has a user name or a password that is too long or has a NUL";
        to[used++] = octet;
    }
    to[used] = '\0';
    return NULL;
}

/* Whether it can be a name: what else cannot be is told by the DNS. */
static bool is_name(const char *host)
{
    for (const char *c = host; *c != '\0'; c++) {
        bool is_ascii = (unsigned char)*c < 128;
        if (is_ascii && !text_is_letter(*c) && !text_is_digit(*c) && strchr("-._", *c) == NULL)
            return false;
    }
    return text_is_utf8(host, strlen(host)) && !text_has_control(host, strlen(host));
}

const char *url_host(const char **at, char host[static URL_HOST_SIZE])
{
    const char *start = *at;
    bool in_brackets = *start == '[';
    const char *end = NULL;
    if (in_brackets) {
        end = strchr(++start, ']');
        if (end == NULL)
            return "has a [ without ]";
        *at = end + 1;
    } else {
        end = start + strcspn(start, ":/");
        /* An IPv6 address without brackets has more colons than a port needs. */
        if (*end == ':' && strchr(end + 1, ':') != NULL)
            end = start + strcspn(start, "/");
        *at = end;
    }
    size_t length = (size_t)(end - start);
    if (length == 0 || length >= URL_HOST_SIZE)
        return length == 0 ? "has no host" : "has a host name that is too long";
    memcpy(host, start, length);
    host[length] = '\0';
    if (!net_host_is_address(host) && (in_brackets || !is_name(host)))
        return "has a host that is no name and no address";
    return NULL;
}

int url_host_to_ascii(char host[static URL_HOST_SIZE], struct mailer_error *error)
{
    struct mailer_error cause = MAILER_ERROR_INIT;
    char *ascii = NULL;
    int result = idn_to_ascii(&ascii, host, &cause);
    if (result == 0 && strlen(ascii) >= URL_HOST_SIZE)
        result = error_set(&cause, MAILER_USAGE, MAILER_STAGE_CONNECT, "the host %.80s is too long",
                           host);
    if (result == 0)
        memcpy(host, ascii, strlen(ascii) + 1);
    free(ascii);
    if (result == MAILER_DATA)
        cause.error_class = MAILER_USAGE;
    return result == 0 ? 0 : error_pass(error, &cause);
}

const char *url_port(const char *at, unsigned short *port)
{
    if (strcmp(at, "/") == 0 || *at == '\0')
        return NULL;
    unsigned value = 0;
    const char *digit = at + 1;
    while (*at == ':' && text_is_digit(*digit) && value <= 65535)
        value = value * 10 + (unsigned)(*digit++ - '0');
    if (*at != ':' || value == 0 || value > 65535 || (*digit != '\0' && strcmp(digit, "/") != 0))
        return "has something else than a port from 1 to 65535 behind the host";
    *port = (unsigned short)value;
    return NULL;
}
