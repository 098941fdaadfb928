/* SPDX-License-Identifier: ISC */
/* How a URL is written where a reference stands. */
#include "html/html_tree.h"
#include "html/picture_reference.h"

#include <string.h>

/* Writes one octet as HTML: in an attribute by a character reference where it must be. */
static void append_html(struct buffer *out, const struct mime_reference *reference, char c,
                        bool first)
{
    bool unquoted = !reference->in_text && reference->quote == '\0';
    bool special = c == '&' || (reference->quote != '\0' && c == reference->quote) ||
                   (first && reference->behind_reference && (c & 0x80) == 0) ||
                   (unquoted && (html_is_space(c) || strchr("\"'=<>`", c) != NULL));
    if (special && !reference->in_text)
        buffer_append_format(out, "&#%u;", (unsigned)(unsigned char)c);
    else
        buffer_append_char(out, c);
}

/* Whether CSS needs an escape; '<' so that no </style> comes about. */
static bool is_special_in_css(char c, enum mime_reference_syntax syntax)
{
    return strchr("\"'\\<", c) != NULL ||
           (syntax == MIME_REFERENCE_CSS && (html_is_space(c) || c == '(' || c == ')'));
}

void mime_reference_append_quoted(struct buffer *out, const struct mime_reference *reference,
                                  const char *url)
{
    bool css =
        reference->syntax == MIME_REFERENCE_CSS || reference->syntax == MIME_REFERENCE_CSS_QUOTE;
    size_t size = strlen(url);
    for (size_t i = 0; i < size; i++) {
        char c = url[i];
        char escape[8] = {c, '\0'};
        bool at_end = i == 0 || i + 1 == size;
        const char *hexadecimal = "0123456789ABCDEF";
        char high = hexadecimal[(unsigned char)c / 16];
        char low = hexadecimal[(unsigned char)c % 16];
        if (css && is_special_in_css(c, reference->syntax))
            memcpy(escape, (const char[]){'\\', high, low, ' ', '\0'}, 5);
        else if (reference->syntax == MIME_REFERENCE_SRCSET &&
                 (html_is_space(c) || (c == ',' && at_end)))
            memcpy(escape, (const char[]){'%', high, low, '\0'}, 4);
        for (const char *octet = escape; *octet != '\0'; octet++)
            append_html(out, reference, *octet, i == 0 && octet == escape);
    }
}
