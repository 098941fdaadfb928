/* SPDX-License-Identifier: ISC */
#include "html/text_link.h"

#include "html/percent.h"
#include "text.h"

#include <string.h>

/* How much of a link is looked at to learn whether its text is its URL. */
enum { MOST_NODES = 256 };

static bool begins_with(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    return strlen(text) >= length && text_same_bytes(text, length, prefix);
}

static const char *behind(const char *text, const char *prefix)
{
    return begins_with(text, prefix) ? text + strlen(prefix) : text;
}

/* Compares the text of a link with a URL, but for white space. @return what of the URL is left, or
 * NULL when the text is another one. */
static const char *match(const GumboNode *link, const char *url)
{
    size_t nodes = 0;
    for (const GumboNode *node = link; node != NULL; node = html_next(link, node, true)) {
        if (++nodes > MOST_NODES || html_tag(node) == GUMBO_TAG_IMG)
            return NULL;
        bool text = node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_CDATA;
        for (const char *c = text ? node->v.text.text : ""; *c != '\0'; c++) {
            if (html_is_space(*c))
                continue;
            if (text_lower(*c) != text_lower(*url))
                return NULL;
            url++;
        }
    }
    return url;
}

static bool says(const GumboNode *link, const char *url)
{
    const char *rest = match(link, url);
    return rest != NULL && (*rest == '\0' || strcmp(rest, "/") == 0);
}

void text_link_append_target(struct buffer *out, const GumboNode *link)
{
    const char *url = html_value(&link->v.element, "href");
    while (*url != '\0' && (unsigned char)*url <= ' ')
        url++;
    size_t size = strlen(url);
    if (begins_with(url, "mailto:") || begins_with(url, "tel:")) {
        const char *address = strchr(url, ':') + 1;
        struct buffer bare = buffer_empty(SIZE_MAX);
        percent_append_decoded(&bare, address, strcspn(address, "?"));
        buffer_append_char(&bare, '\0');
        if (!bare.failed && !says(link, bare.bytes))
            buffer_append_string(out, bare.bytes);
        buffer_free(&bare);
    } else if (begins_with(url, "http://") || begins_with(url, "https://") ||
               begins_with(url, "ftp://")) {
        const char *host = strchr(url, ':') + 3;
        if (!says(link, url) && !says(link, host) && !says(link, behind(host, "www.")))
            buffer_append(out, url, size);
    }
}

/* Whether a width or height says that nothing is to be seen. */
static bool is_tiny(const char *length)
{
    return (length[0] == '0' || length[0] == '1') && (length[1] == '\0' || length[1] == 'p');
}

static void append_file_name(struct buffer *out, const char *url)
{
    if (begins_with(url, "data:") || begins_with(url, "cid:")) {
        buffer_append_string(out, "picture");
        return;
    }
    size_t end = strcspn(url, "?#");
    size_t start = end;
    while (start > 0 && url[start - 1] != '/' && url[start - 1] != '\\')
        start--;
    percent_append_decoded(out, url + start, end - start);
}

void text_link_append_picture(struct buffer *out, const GumboElement *picture)
{
    const GumboAttribute *alt = html_attribute(picture, "alt");
    if (is_tiny(html_value(picture, "width")) || is_tiny(html_value(picture, "height")))
        return;
    const char *text = alt != NULL ? alt->value : html_value(picture, "src");
    while (html_is_space(*text))
        text++;
    if (*text == '\0')
        return;
    buffer_append_char(out, '[');
    if (alt != NULL) {
        size_t size = strlen(text);
        while (size > 0 && html_is_space(text[size - 1]))
            size--;
        buffer_append(out, text, size);
    } else {
        append_file_name(out, text);
    }
    buffer_append_char(out, ']');
}
