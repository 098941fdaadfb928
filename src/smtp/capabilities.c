/* SPDX-License-Identifier: ISC */
#include "capabilities.h"

#include "text.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *keyword;
    size_t offset;
} keywords[] = {
    {"STARTTLS", offsetof(struct smtp_capabilities, starttls)},
    {"PIPELINING", offsetof(struct smtp_capabilities, pipelining)},
    {"8BITMIME", offsetof(struct smtp_capabilities, eight_bit_mime)},
    {"CHUNKING", offsetof(struct smtp_capabilities, chunking)},
    {"BINARYMIME", offsetof(struct smtp_capabilities, binary_mime)},
    {"SMTPUTF8", offsetof(struct smtp_capabilities, smtputf8)},
    {"DSN", offsetof(struct smtp_capabilities, dsn)},
    {"FUTURERELEASE", offsetof(struct smtp_capabilities, future_release)},
    {"REQUIRETLS", offsetof(struct smtp_capabilities, require_tls)},
    {"PRDR", offsetof(struct smtp_capabilities, each_recipient)},
    {"DELIVERBY", offsetof(struct smtp_capabilities, deliver_by)},
    {"MT-PRIORITY", offsetof(struct smtp_capabilities, mt_priority)},
    {"SIZE", offsetof(struct smtp_capabilities, size)},
    {"AUTH", offsetof(struct smtp_capabilities, auth)},
};

/* A number, and behind a blank whatever else; 0 where it is none: then it limits nothing. */
static uint64_t read_number(const char *text, size_t size)
{
    uint64_t number = 0;
    size_t i = 0;
    while (i < size && text[i] == ' ')
        i++;
    for (; i < size && text_is_digit(text[i]); i++) {
        unsigned digit = (unsigned)(text[i] - '0');
        if (number > (UINT64_MAX - digit) / 10)
            return UINT64_MAX;
        number = number * 10 + digit;
    }
    return i < size && text[i] != ' ' ? 0 : number;
}

/* Adds what stands behind AUTH; some servers have two such lines ("AUTH PLAIN", "AUTH=PLAIN"). */
static void add_mechanisms(struct smtp_capabilities *capabilities, const char *list, size_t size)
{
    size_t used = strlen(capabilities->auth_mechanisms);
    if (used + 1 + size >= sizeof capabilities->auth_mechanisms)
        return;
    if (used > 0)
        capabilities->auth_mechanisms[used++] = ' ';
    for (size_t i = 0; i < size; i++) {
        bool visible = list[i] > ' ' && list[i] < 0x7F;
        capabilities->auth_mechanisms[used++] = visible ? list[i] : ' ';
    }
    capabilities->auth_mechanisms[used] = '\0';
}

/* Names with values, such as "MAILMAX=100 RCPTMAX=20". */
static void read_limits(struct smtp_capabilities *capabilities, const char *list, size_t size)
{
    for (size_t at = 0; at < size;) {
        size_t end = at;
        while (end < size && list[end] != ' ')
            end++;
        const char *equals = memchr(list + at, '=', end - at);
        size_t length = equals != NULL ? (size_t)(equals - (list + at)) : 0;
        uint64_t value = length > 0 ? read_number(equals + 1, end - at - length - 1) : 0;
        if (text_same_bytes(list + at, length, "MAILMAX"))
            capabilities->mail_limit = value;
        if (text_same_bytes(list + at, length, "RCPTMAX"))
            capabilities->recipient_limit = value;
        if (text_same_bytes(list + at, length, "RCPTDOMAINMAX"))
            capabilities->domain_limit = value;
        at = end + 1;
    }
}

static void read_line(struct smtp_capabilities *capabilities, const char *line, size_t size)
{
    size_t length = 0;
    while (length < size && line[length] != ' ' && line[length] != '=' && line[length] != '\t')
        length++;
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (text_same_bytes(line, length, keywords[i].keyword))
            *(bool *)((char *)capabilities + keywords[i].offset) = true;
    const char *rest = line + length + (length < size);
    size_t rest_size = size - length - (length < size);
    if (text_same_bytes(line, length, "SIZE"))
        capabilities->size_limit = read_number(rest, rest_size);
    if (text_same_bytes(line, length, "DELIVERBY"))
        capabilities->deliver_by_least = read_number(rest, rest_size);
    if (text_same_bytes(line, length, "AUTH"))
        add_mechanisms(capabilities, rest, rest_size);
    if (text_same_bytes(line, length, "LIMITS"))
        read_limits(capabilities, rest, rest_size);
}

struct smtp_capabilities smtp_capabilities_read(const struct smtp_reply *reply)
{
    struct smtp_capabilities capabilities = {.extended = true};
    const char *at = reply->text.bytes;
    const char *end = at + reply->text.size;
    /* The first line is the server's name. */
    const char *line_end = reply->text.size > 0 ? memchr(at, '\n', reply->text.size) : NULL;
    while (line_end != NULL) {
        at = line_end + 1;
        line_end = memchr(at, '\n', (size_t)(end - at));
        read_line(&capabilities, at, (size_t)((line_end != NULL ? line_end : end) - at));
    }
    return capabilities;
}
