/* SPDX-License-Identifier: ISC */
#include "html/percent.h"

#include "text.h"

#include <string.h>

void percent_append_decoded(struct buffer *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '%' && size - i > 2 && text_hexadecimal(text[i + 1]) >= 0 &&
            text_hexadecimal(text[i + 2]) >= 0) {
            buffer_append_char(
                out, (char)(text_hexadecimal(text[i + 1]) * 16 + text_hexadecimal(text[i + 2])));
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
