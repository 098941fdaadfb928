/* SPDX-License-Identifier: ISC */
#include "text/meta_charset.h"

#include "text.h"

#include <string.h>

/* Where the prescan is. At the end, at == end. */
struct scan {
    const char *at;
    const char *end;
};

/* Octets of the document. */
struct span {
    const char *bytes;
    size_t size;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool is_one_of(const struct scan *scan, const char *set)
{
    return scan->at < scan->end && *scan->at != '\0' && strchr(set, *scan->at) != NULL;
}

static void skip_blanks(struct scan *scan)
{
    while (scan->at < scan->end && is_blank(*scan->at))
        scan->at++;
}

static bool span_is(struct span span, const char *text)
{
    return text_same_bytes(span.bytes, span.size, text);
}

static bool begins(const struct scan *scan, const char *text)
{
    size_t length = strlen(text);
    return (size_t)(scan->end - scan->at) >= length && text_same_bytes(scan->at, length, text);
}

/* Goes behind the next occurrence of text. */
static void skip_past(struct scan *scan, const char *text)
{
    while (scan->at < scan->end && !begins(scan, text))
        scan->at++;
    if (scan->at < scan->end)
        scan->at += strlen(text);
}

/* Reads the octets up to one of set. */
static struct span read_until(struct scan *scan, const char *set)
{
    const char *start = scan->at;
    while (scan->at < scan->end && !is_one_of(scan, set))
        scan->at++;
    return (struct span){start, (size_t)(scan->at - start)};
}

/* Reads a value: quoted, or up to one of ends. A quote that is not closed has none. */
static struct span read_value(struct scan *scan, const char *ends)
{
    if (!is_one_of(scan, "\"'"))
        return read_until(scan, ends);
    const char quote[] = {*scan->at++, '\0'};
    struct span value = read_until(scan, quote);
    if (scan->at == scan->end)
        value.size = 0;
    else
        scan->at++;
    return value;
}

/* Reads an attribute of a tag; false at the end of the tag. */
static bool read_attribute(struct scan *scan, struct span *name, struct span *value)
{
    while (is_one_of(scan, " \t\n\f\r/"))
        scan->at++;
    if (scan->at == scan->end || *scan->at == '>')
        return false;
    const char *start = scan->at++;
    read_until(scan, " \t\n\f\r/>=");
    *name = (struct span){start, (size_t)(scan->at - start)};
    *value = (struct span){"", 0};
    skip_blanks(scan);
    if (!is_one_of(scan, "="))
        return true;
    scan->at++;
    skip_blanks(scan);
    *value = read_value(scan, " \t\n\f\r>");
    return true;
}

/* What "text/html; charset=NAME" names. */
static struct span charset_of_content(struct span content)
{
    struct scan scan = {content.bytes, content.bytes + content.size};
    while (scan.at < scan.end) {
        skip_past(&scan, "charset");
        skip_blanks(&scan);
        if (!is_one_of(&scan, "="))
            continue;
        scan.at++;
        skip_blanks(&scan);
        return read_value(&scan, " \t\n\f\r;");
    }
    return (struct span){"", 0};
}

/* Takes a name that can be right. */
static bool take_charset(char name[static MIME_CHARSET_SIZE], struct span given)
{
    char text[MIME_CHARSET_SIZE];
    if (given.size == 0 || given.size >= sizeof text)
        return false;
    memcpy(text, given.bytes, given.size);
    text[given.size] = '\0';
    if (mime_charset_find(name, text, NULL) != 0 || mime_charset_is_wide(name))
        return false;
    /* On the web these are other names for that one, of which they are a part. */
    if (strcmp(name, "iso-8859-1") == 0 || strcmp(name, "us-ascii") == 0)
        memcpy(name, "windows-1252", sizeof "windows-1252");
    return true;
}

/* Reads the rest of a meta tag. */
static bool read_meta(struct scan *scan, char name[static MIME_CHARSET_SIZE])
{
    struct span attribute;
    struct span value;
    struct span charset = {"", 0};
    struct span content = {"", 0};
    bool is_type = false;
    while (read_attribute(scan, &attribute, &value)) {
        if (span_is(attribute, "charset") && charset.size == 0)
            charset = value;
        else if (span_is(attribute, "content") && content.size == 0)
            content = charset_of_content(value);
        else if (span_is(attribute, "http-equiv"))
            is_type |= span_is(value, "content-type");
    }
    /* A tag that is cut off may have said something else. */
    if (scan->at == scan->end)
        return false;
    return take_charset(name, charset.size > 0 || !is_type ? charset : content);
}

static bool begins_tag(const struct scan *scan)
{
    size_t name = begins(scan, "</") ? 2 : 1;
    return (size_t)(scan->end - scan->at) > name && text_is_letter(scan->at[name]);
}

bool mime_meta_charset(char name[static MIME_CHARSET_SIZE], const char *html, size_t size)
{
    struct span attribute;
    struct span value;
    name[0] = '\0';
    struct scan scan = {html,
                        html + (size < MIME_META_CHARSET_LIMIT ? size : MIME_META_CHARSET_LIMIT)};
    while (scan.at < scan.end) {
        read_until(&scan, "<");
        if (begins(&scan, "<!--")) {
            scan.at += 2; /* "<!-->" is whole */
            skip_past(&scan, "-->");
        } else if (begins(&scan, "<meta") && scan.end - scan.at > 5 &&
                   (is_blank(scan.at[5]) || scan.at[5] == '/')) {
            scan.at += 5;
            if (read_meta(&scan, name))
                return true;
        } else if (begins_tag(&scan)) {
            read_until(&scan, " \t\n\f\r>");
            while (read_attribute(&scan, &attribute, &value))
                continue;
        } else if (begins(&scan, "<!") || begins(&scan, "</") || begins(&scan, "<?")) {
            skip_past(&scan, ">");
        } else if (scan.at < scan.end) {
            scan.at++;
        }
    }
    return false;
}
