/* SPDX-License-Identifier: ISC */
#include "header/mailto.h"

#include "header/address.h"
#include "header/field_rules.h"
#include "header/word_reader.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN_SIZE = 64, LONGEST_URL = MIME_ADDRESS_TEXT_LIMIT };

static const char scheme[] = "mailto:";

/* How the value of a field is taken. */
enum use { USE_ADDRESSES, USE_TEXT, USE_BODY, USE_CHECKED };

/* To, which needs no name, is the first. */
static const struct taken_field {
    const char *name;
    size_t offset; /* of the string in struct mime_mailto */
    enum use use;
} taken_fields[] = {
    {"To", offsetof(struct mime_mailto, to), USE_ADDRESSES},
    {"Cc", offsetof(struct mime_mailto, cc), USE_ADDRESSES},
    {"Bcc", offsetof(struct mime_mailto, bcc), USE_ADDRESSES},
    {"Reply-To", offsetof(struct mime_mailto, reply_to), USE_ADDRESSES},
    {"Subject", offsetof(struct mime_mailto, subject), USE_TEXT},
    {"body", offsetof(struct mime_mailto, body), USE_BODY},
    {"Keywords", offsetof(struct mime_mailto, keywords), USE_CHECKED},
    {"In-Reply-To", offsetof(struct mime_mailto, in_reply_to), USE_CHECKED},
    {"References", offsetof(struct mime_mailto, references), USE_CHECKED},
};

/* Beside those that nobody may give. */
static const char *const dangerous_fields[] = {"From",
                                               "Sender",
                                               "Date",
                                               "Message-ID",
                                               "Disposition-Notification-To",
                                               "Return-Receipt-To",
                                               "Errors-To",
                                               "attach",
                                               "attachment",
                                               "attachments"};

enum { TAKEN_FIELDS = sizeof taken_fields / sizeof *taken_fields };

struct reader {
    struct mime_mailto *mailto;
    struct buffer addresses[TAKEN_FIELDS]; /* of fields of them, as far as they have been read */
    struct mailer_error *error;
};

static char **place_of(struct mime_mailto *mailto, const struct taken_field *field)
{
    return (char **)((char *)mailto + field->offset);
}

bool mime_mailto_is(const char *text)
{
    return text_same_bytes(text, strnlen(text, sizeof scheme - 1), scheme);
}

void mime_mailto_free(struct mime_mailto *mailto)
{
    for (size_t i = 0; i < TAKEN_FIELDS; i++)
        free(*place_of(mailto, &taken_fields[i]));
    *mailto = (struct mime_mailto){0};
}

/* ---- Octets ---- */

/* Whether what was decoded may be there; @param what  for the text. */
static int check_text(const char *what, const char *text, size_t size, bool is_body,
                      struct mailer_error *error)
{
    for (size_t at = 0; at < size;) {
        uint32_t code_point = 0;
        size_t length = text_utf8_character(text + at, size - at, &code_point);
        if (length == 0)
            return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                             "%s in the mailto: URL is not UTF-8: encode that", what);
        bool line_end = code_point == '\r' || code_point == '\n';
        if (code_point != '\t' && !(is_body && line_end) && text_has_control(text + at, length))
            return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                             "%s in the mailto: URL has %s in it: take it out", what,
                             line_end ? "a line break" : "a control character");
        at += length;
    }
    return 0;
}

/* Decodes size octets of a URL. */
static int decode(char **text, const char *what, const char *bytes, size_t size, bool is_body,
                  struct mailer_error *error)
{
    char *out = malloc(size + 1);
    size_t used = 0;
    *text = NULL;
    if (out == NULL)
        return error_set_memory(error);
    for (size_t i = 0; i < size; i++) {
        char c = bytes[i];
        if (c == '%') {
            int high = size - i > 2 ? text_hexadecimal(bytes[i + 1]) : -1;
            int low = size - i > 2 ? text_hexadecimal(bytes[i + 2]) : -1;
            if (high < 0 || low < 0) {
                free(out);
                return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                                 "%s in the mailto: URL has a %% without two digits behind it: "
                                 "write it as %%25",
                                 what);
            }
            c = (char)(high * 16 + low);
            i += 2;
        }
        out[used++] = c;
    }
    int result = check_text(what, out, used, is_body, error);
    if (result != 0) {
        free(out);
        return result;
    }
    out[used] = '\0';
    *text = out;
    return 0;
}

/* ---- Fields ---- */

/* Adds addresses to those that are there. @param single  there must be one mailbox, and no more. */
static int take_addresses(struct reader *reader, size_t index, const char *value, bool single)
{
    struct mime_mailbox_list list = {0};
    struct mailer_error *error = reader->error;
    int result = mime_address_parse(&list, value, false, error);
    if (result == 0 && single && (list.count != 1 || list.group_count > 0))
        result = error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                           "something with an encoded comma is no address");
    mime_mailbox_list_free(&list);
    if (result != 0) {
        error_prefix(error, "the mailto: URL");
        return result;
    }
    struct buffer *addresses = &reader->addresses[index];
    buffer_append_string(addresses, addresses->size > 0 ? ", " : "");
    buffer_append_string(addresses, value);
    return addresses->failed ? error_set_memory(error) : 0;
}

static int take_subject(char **place, const char *value, struct mailer_error *error)
{
    struct buffer out = buffer_empty(LONGEST_URL * 2);
    mime_word_reader_append(&out, value);
    *place = buffer_take_string(&out);
    return *place == NULL ? error_set_memory(error) : 0;
}

static int take_value(struct reader *reader, size_t index, const char *value)
{
    const struct taken_field *field = &taken_fields[index];
    char **place = place_of(reader->mailto, field);
    struct mailer_error *error = reader->error;
    if (*value == '\0')
        return 0;
    if (field->use == USE_ADDRESSES)
        return take_addresses(reader, index, value, false);
    if (*place != NULL)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the mailto: URL has %s twice: once is enough", field->name);
    if (field->use == USE_TEXT)
        return take_subject(place, value, error);
    if (field->use == USE_CHECKED) {
        int result = mime_field_check_text(field->name, value, place, error);
        if (result != 0)
            error_prefix(error, "the mailto: URL");
        return result;
    }
    *place = strdup(value);
    return *place == NULL ? error_set_memory(error) : 0;
}

static bool is_dangerous(const char *name)
{
    for (size_t i = 0; i < sizeof dangerous_fields / sizeof *dangerous_fields; i++)
        if (text_same(name, dangerous_fields[i]))
            return true;
    return mime_field_rule_find(name)->kind == MIME_FIELD_REFUSED ||
           text_same_bytes(name, strnlen(name, 7), "Resent-");
}

static int check_name(const char *name, struct mailer_error *error)
{
    char shown[SHOWN_SIZE];
    text_printable(shown, sizeof shown, name, strlen(name));
    if (text_same_bytes(name, strnlen(name, 4), "amp;"))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the mailto: URL has &amp; in front of %s, as in HTML: write &",
                         shown + 4);
    if (is_dangerous(name))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the mailto: URL wants to set %s, which a URL may not: take it out",
                         shown);
    return 0;
}

/* Reads "name=value". */
static int read_field(struct reader *reader, const char *bytes, size_t size)
{
    struct mailer_error *error = reader->error;
    const char *equals = memchr(bytes, '=', size);
    if (equals == NULL)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the mailto: URL has a field without a = behind its name");
    char *name = NULL;
    char *value = NULL;
    int result = decode(&name, "a name", bytes, (size_t)(equals - bytes), false, error);
    if (result == 0)
        result = check_name(name, error);
    for (size_t i = 0; result == 0 && i < TAKEN_FIELDS; i++) {
        const struct taken_field *field = &taken_fields[i];
        if (!text_same(name, field->name))
            continue;
        result = decode(&value, field->name, equals + 1, size - (size_t)(equals + 1 - bytes),
                        field->use == USE_BODY, error);
        if (result == 0)
            result = take_value(reader, i, value);
        break;
    }
    free(name);
    free(value);
    return result;
}

/* ---- The URL ---- */

/* Reads addresses with commas between, which are in them only when they are encoded. */
static int read_recipients(struct reader *reader, const char *bytes, size_t size)
{
    int result = 0;
    for (const char *end = bytes + size; result == 0 && bytes < end;) {
        const char *comma = memchr(bytes, ',', (size_t)(end - bytes));
        size_t length = (size_t)((comma != NULL ? comma : end) - bytes);
        char *address = NULL;
        if (length > 0)
            result = decode(&address, "an address", bytes, length, false, reader->error);
        if (address != NULL)
            result = take_addresses(reader, 0, address, true);
        free(address);
        bytes += length + (comma != NULL);
    }
    return result;
}

static int read_url(struct reader *reader, const char *url)
{
    size_t size = strcspn(url, "?");
    int result = read_recipients(reader, url, size);
    for (url += size; result == 0 && *url != '\0'; url += size) {
        url++;
        size = strcspn(url, "&");
        if (size > 0)
            result = read_field(reader, url, size);
    }
    return result;
}

int mime_mailto_parse(struct mime_mailto *mailto, const char *url, struct mailer_error *error)
{
    *mailto = (struct mime_mailto){0};
    if (!mime_mailto_is(url))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "a mailto: URL begins with mailto:");
    if (strnlen(url, LONGEST_URL + 1) > LONGEST_URL)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the mailto: URL is longer than %d octets", LONGEST_URL);
    if (strchr(url, '#') != NULL)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the mailto: URL has a # in it, which begins what is not for mail: write "
                         "it as %%23");
    struct reader reader = {.mailto = mailto, .error = error};
    for (size_t i = 0; i < TAKEN_FIELDS; i++)
        reader.addresses[i] = buffer_empty(LONGEST_URL * 2);
    int result = read_url(&reader, url + sizeof scheme - 1);
    for (size_t i = 0; i < TAKEN_FIELDS; i++) {
        if (result == 0 && reader.addresses[i].size > 0) {
            char **place = place_of(mailto, &taken_fields[i]);
            *place = buffer_take_string(&reader.addresses[i]);
            result = *place == NULL ? error_set_memory(error) : 0;
        }
        buffer_free(&reader.addresses[i]);
    }
    return result;
}
