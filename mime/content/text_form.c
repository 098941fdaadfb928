/* SPDX-License-Identifier: ISC */
#include "content/text_form.h"

#include "content/extension.h"
#include "content/json.h"
#include "text.h"

#include <string.h>

/* What is still to be read. */
struct rest {
    const char *bytes;
    size_t size;
};

static void drop(struct rest *rest, size_t size)
{
    rest->bytes += size;
    rest->size -= size;
}

static bool begins_with(const struct rest *rest, const char *words)
{
    size_t length = strlen(words);
    return rest->size >= length && memcmp(rest->bytes, words, length) == 0;
}

static void skip_space(struct rest *rest)
{
    while (rest->size > 0 && memchr(" \t\r\n", *rest->bytes, 4) != NULL)
        drop(rest, 1);
}

/* Goes behind the next occurrence of some words; to the end when there is none. */
static void skip_behind(struct rest *rest, const char *words)
{
    while (rest->size > 0 && !begins_with(rest, words))
        drop(rest, 1);
    drop(rest, rest->size > 0 ? strlen(words) : 0);
}

/* Goes behind <!DOCTYPE ...>, which may hold declarations in brackets. */
static void skip_document_type(struct rest *rest)
{
    size_t brackets = 0;
    char quote = '\0';
    for (; rest->size > 0; drop(rest, 1)) {
        char c = *rest->bytes;
        if (quote != '\0')
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '[')
            brackets++;
        else if (c == ']' && brackets > 0)
            brackets--;
        else if (c == '>' && brackets == 0)
            break;
    }
    drop(rest, rest->size > 0);
}

static bool ends_name(char c)
{
    return memchr(" \t\r\n/>:[", c, 8) != NULL;
}

/* The name at the beginning, without a prefix of a name space, and not much of a long one. */
static struct rest take_name(const struct rest *from)
{
    struct rest rest = *from;
    struct rest name = {rest.bytes, 0};
    while (name.size < rest.size && !ends_name(name.bytes[name.size]))
        name.size++;
    if (name.size < rest.size && name.bytes[name.size] == ':') {
        drop(&rest, name.size + 1);
        name = (struct rest){rest.bytes, 0};
        while (name.size < rest.size && !ends_name(name.bytes[name.size]))
            name.size++;
    }
    return name;
}

/* The type by the name of the root or of the document type, or NULL. */
static const char *type_of_root(const struct rest *name)
{
    static const struct {
        const char *name;
        const char *type;
    } roots[] = {
        {"html", "text/html"},          {"head", "text/html"},
        {"body", "text/html"},          {"title", "text/html"},
        {"svg", "image/svg+xml"},       {"feed", "application/atom+xml"},
        {"rss", "application/rss+xml"}, {"kml", "application/vnd.google-earth.kml+xml"},
        {"gpx", "application/gpx+xml"},
    };
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (text_same_bytes(name->bytes, name->size, roots[i].name))
            return roots[i].type;
    return NULL;
}

/* The type of what begins with "<", or NULL. */
static const char *markup_form(struct rest rest)
{
    const char *plain = NULL;
    if (begins_with(&rest, "<?xml") && rest.size > 5 && ends_name(rest.bytes[5]))
        plain = MIME_TYPE_XML;
    else if (begins_with(&rest, "<?"))
        return NULL;
    for (;;) {
        skip_space(&rest);
        if (begins_with(&rest, "<?")) {
            skip_behind(&rest, "?>");
        } else if (begins_with(&rest, "<!--")) {
            skip_behind(&rest, "-->");
        } else if (rest.size > 9 && text_same_bytes(rest.bytes, 9, "<!DOCTYPE")) {
            struct rest inside = {rest.bytes + 9, rest.size - 9};
            skip_space(&inside);
            struct rest name = take_name(&inside);
            const char *type = type_of_root(&name);
            if (type != NULL)
                return type;
            skip_document_type(&rest);
        } else {
            break;
        }
    }
    if (!begins_with(&rest, "<") || rest.size < 2)
        return plain;
    drop(&rest, 1);
    struct rest name = take_name(&rest);
    const char *type = type_of_root(&name);
    if (type != NULL || plain != NULL)
        return type != NULL ? type : plain;
    return text_is_letter(*rest.bytes) ? MIME_TYPE_MARKUP : NULL;
}

/* The type by the first line, or NULL. */
static const char *first_line_form(const struct rest *rest)
{
    static const struct {
        const char *words;
        bool whole_line;
        const char *type;
    } lines[] = {
        {"BEGIN:VCALENDAR", true, "text/calendar"},
        {"BEGIN:VCARD", true, "text/vcard"},
        {"-----BEGIN PGP PUBLIC KEY BLOCK-----", true, "application/pgp-keys"},
        {"WEBVTT", false, "text/vtt"},
        {"#!", false, MIME_TYPE_TEXT},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        size_t length = strlen(lines[i].words);
        if (rest->size < length || !text_same_bytes(rest->bytes, length, lines[i].words))
            continue;
        if (!lines[i].whole_line || rest->size == length ||
            memchr("\r\n \t", rest->bytes[length], 4) != NULL)
            return lines[i].type;
    }
    return NULL;
}

const char *mime_text_form(const char *bytes, size_t size, bool whole)
{
    struct rest rest = {bytes, size};
    if (begins_with(&rest, "\xEF\xBB\xBF"))
        drop(&rest, 3);
    const char *type = first_line_form(&rest);
    if (type != NULL)
        return type;
    skip_space(&rest);
    if (begins_with(&rest, "<"))
        return markup_form(rest);
    switch (mime_json_check(rest.bytes, rest.size, whole)) {
    case MIME_JSON_TEXT:
        return "application/json";
    case MIME_JSON_LINES:
        return "application/x-ndjson";
    case MIME_JSON_NONE:
        break;
    }
    return NULL;
}
