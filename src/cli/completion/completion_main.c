/* SPDX-License-Identifier: ISC */
/* Prints a completion when the program is built: completions bash|zsh|fish|list. */
#include "completion/completion.h"

#include <stdio.h>
#include <string.h>

enum { OUTPUT_LIMIT = 1024 * 1024 };

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        void (*append)(struct buffer *buffer);
    } rows[] = {
        {"bash", completion_append_bash},
        {"zsh", completion_append_zsh},
        {"fish", completion_append_fish},
        {"list", completion_append_list},
    };
    struct buffer text = buffer_empty(OUTPUT_LIMIT);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (count == 2 && strcmp(arguments[1], rows[i].name) == 0)
            rows[i].append(&text);
    bool failed = text.failed || text.size == 0 ||
                  fwrite(text.bytes, 1, text.size, stdout) != text.size || fflush(stdout) != 0;
    buffer_free(&text);
    if (failed)
        fputs("completions: nothing to print, or it could not be written\n", stderr);
    return failed;
}
