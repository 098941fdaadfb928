/* SPDX-License-Identifier: ISC */
/** @file fuzz_header.c  A field of any name and value is refused, or written as one field that
 * reads back. */
#include "harness/read_header.h"

#include "header/field_rules.h"
#include "header/header.h"
#include "header/phrase.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

/* The phrases and names in angle brackets of a value, each behind a bar. */
static char *phrases_of(const char *value, bool decode)
{
    struct buffer out = buffer_empty(SIZE_MAX);
    for (const char *at = value + strspn(value, ", \t"); *at != '\0'; at += strspn(at, ", \t")) {
        const char *before = at;
        struct buffer piece = buffer_empty(SIZE_MAX);
        if (*at == '<') {
            buffer_append(&piece, at, strcspn(at, ">") + 1);
            at += piece.size;
        } else {
            require(mime_phrase_read(&at, &piece) == NULL && at > before);
        }
        bool is_empty = piece.size == 0;
        char *text = buffer_take_string(&piece);
        char *decoded = decode ? read_words(text) : strdup(text);
        require(decoded != NULL);
        if (!is_empty)
            buffer_append_format(&out, "|%s", decoded);
        free(decoded);
        free(text);
    }
    return buffer_take_string(&out);
}

/* Whether a value says the same as it did before it was written. */
static bool value_agrees(enum mime_field_kind kind, const char *value, const char *written)
{
    if (mime_field_kind_is_ascii(kind))
        return strcmp(written, value) == 0;
    if (kind != MIME_FIELD_PHRASES && kind != MIME_FIELD_LIST_ID) {
        char *decoded = read_words(written);
        bool agrees = decoded != NULL && strcmp(decoded, value) == 0;
        free(decoded);
        return agrees;
    }
    char *wanted = phrases_of(value, false);
    char *found = phrases_of(written, true);
    bool agrees = strcmp(wanted, found) == 0;
    free(wanted);
    free(found);
    return agrees;
}

/* A field is one: it begins with its name, ends with CR LF, and its lines are fit. */
static char *require_field(const char *name, const struct buffer *out, bool utf8_headers)
{
    size_t length = strlen(name);
    require(out->size >= length + 3 && memcmp(out->bytes, name, length) == 0);
    require(out->bytes[length] == ':');
    require(memcmp(out->bytes + out->size - 2, "\r\n", 2) == 0);
    require(read_lines_are_fit(out->bytes, out->size - 2, 998));
    require(utf8_headers || text_is_ascii(out->bytes, out->size));
    char *unfolded = read_unfold(out->bytes, out->size);
    size_t start = length + 1 + (unfolded[length + 1] == ' ');
    memmove(unfolded, unfolded + start, strlen(unfolded + start) + 1);
    return unfolded;
}

static void check_text(const char *name, const char *value, bool utf8_headers)
{
    enum mime_field_kind kind = mime_field_rule_find(name)->kind;
    struct mailer_error error = MAILER_ERROR_INIT;
    char *canonical = NULL;
    int result = mime_field_check_text(name, value, &canonical, &error);
    require((result == 0) == (canonical != NULL) && (result == 0) == (error.text[0] == '\0'));
    require(!text_has_control(error.text, strlen(error.text)));
    if (result != 0)
        return;
    char *again = NULL;
    require(mime_field_check_text(name, canonical, &again, NULL) == 0);
    require(strcmp(again, canonical) == 0);
    free(again);
    struct buffer out = buffer_empty(SIZE_MAX);
    if (mime_header_append_text(&out, name, canonical, utf8_headers, &error) == 0) {
        char *written = require_field(name, &out, utf8_headers);
        require(value_agrees(kind, canonical, written));
        free(written);
    } else {
        require(out.size == 0);
    }
    buffer_free(&out);
    free(canonical);
}

static void check_mailboxes(const char *name, const char *value, bool utf8_headers)
{
    struct mime_mailbox_list list = {0};
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mime_field_check_mailboxes(name, value, &list, &error) == 0) {
        struct buffer out = buffer_empty(SIZE_MAX);
        mime_header_append_addresses(&out, name, &list, utf8_headers);
        bool is_ascii = true;
        for (size_t i = 0; i < list.count; i++)
            is_ascii = is_ascii && !mime_address_needs_utf8(list.mailboxes[i].address);
        free(require_field(name, &out, utf8_headers || !is_ascii));
        buffer_free(&out);
    }
    mime_mailbox_list_free(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    char *text = malloc(size);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    /* The first line is the name. */
    char *value = strchr(text, '\n');
    if (value != NULL) {
        *value++ = '\0';
        bool utf8_headers = data[0] & 1;
        if (mime_field_rule_is_of_mailboxes(mime_field_rule_find(text)))
            check_mailboxes(text, value, utf8_headers);
        else
            check_text(text, value, utf8_headers);
    }
    free(text);
    return 0;
}
