/* SPDX-License-Identifier: ISC */
#include "html/percent.h"

#include "text.h"

#include <string.h>

static int hexadecimal(char c)
{
    if (text_is_digit(c))
        return c - '0';
    char lower = text_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

void percent_append_decoded(struct buffer *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '%' && size - i > 2 && hexadecimal(text[i + 1]) >= 0 &&
            hexadecimal(text[i + 2]) >= 0) {
            buffer_append_char(out,
                               (char)(hexadecimal(text[i + 1]) * 16 + hexadecimal(text[i + 2])));
            i += 2;
        } else {
            buffer_append_char(out, text[i]);
        }
    }
}

void percent_append_cid_url(struct buffer *out, const char *id)
{
    buffer_append_string(out, "cid:");
    for (; *id != '\0'; id++) {
        if (text_is_letter(*id) || text_is_digit(*id) || strchr("@.-_~+$!*", *id) != NULL)
            buffer_append_char(out, *id);
        else
            buffer_append_format(out, "%%%02X", (unsigned)(unsigned char)*id);
    }
}
