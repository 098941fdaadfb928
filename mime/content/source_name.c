/* SPDX-License-Identifier: ISC */
#include "content/source_name.h"

#include "text.h"

#include <string.h>

enum { LONGEST_SHOWN = 120 };

struct mime_source_name mime_source_name(const char *name)
{
    struct mime_source_name shown = {""};
    size_t size = strlen(name);
    size_t used = 0;
    if (size > LONGEST_SHOWN) {
        name += size - LONGEST_SHOWN;
        size = LONGEST_SHOWN;
        while (size > 0 && ((unsigned char)*name & 0xC0) == 0x80) {
            name++;
            size--;
        }
        memcpy(shown.text, "...", 3);
        used = 3;
    }
    text_printable(shown.text + used, sizeof shown.text - used, name, size);
    return shown;
}
