/* SPDX-License-Identifier: ISC */
#include "header/fold.h"

#include <string.h>

static bool ends_in_text(const struct buffer *out, size_t size)
{
    return size > 0 && size <= out->size && strchr(" \t\r\n", out->bytes[size - 1]) == NULL;
}

bool mime_fold_take_space(struct buffer *out, size_t *column)
{
    bool taken = out->size > 1 && out->bytes[out->size - 1] == ' ' &&
                 ends_in_text(out, out->size - 1) && *column > 0;
    if (taken) {
        out->size--;
        --*column;
    }
    return taken;
}

size_t mime_fold_space(struct buffer *out, size_t *column, size_t limit, const char *space,
                       size_t size, size_t next)
{
    size_t used = *column + size;
    bool fits = used <= limit && next <= limit - used;
    bool fold = !fits && (out == NULL || ends_in_text(out, out->size));
    *column = fold ? size : used;
    if (out != NULL) {
        if (fold)
            buffer_append_string(out, "\r\n");
        buffer_append(out, space, size);
    }
    return fold ? size + 2 : size;
}
