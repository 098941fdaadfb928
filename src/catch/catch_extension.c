/* SPDX-License-Identifier: ISC */
#include "catch_extension.h"

#include "error.h"
#include "text.h"

#include <string.h>

/* In the order of the bits. */
static const char *const keywords[CATCH_EXTENSION_COUNT] = {
    "PIPELINING",          "8BITMIME", "SMTPUTF8", "CHUNKING", "BINARYMIME", "SIZE",
    "ENHANCEDSTATUSCODES", "HELP"};

const char *catch_extension_keyword(unsigned index)
{
    return keywords[index];
}

static unsigned find(const char *keyword, size_t size)
{
    for (unsigned i = 0; i < CATCH_EXTENSION_COUNT; i++)
        if (text_same_bytes(keyword, size, keywords[i]))
            return 1u << i;
    return 0;
}

int catch_extensions_remove(unsigned *extensions, const char *without, struct mailer_error *error)
{
    while (without != NULL && *without != '\0') {
        size_t size = strcspn(without, ",");
        unsigned extension = find(without, size);
        if (extension == 0)
            return error_set(error, MAILER_USAGE, MAILER_STAGE_NONE,
                             "\"%.*s\" is no extension that can be left out; there are PIPELINING, "
                             "8BITMIME, SMTPUTF8, CHUNKING, BINARYMIME, SIZE, "
                             "ENHANCEDSTATUSCODES and HELP",
                             (int)(size < 40 ? size : 40), without);
        *extensions &= ~extension;
        without += size;
        without += *without == ',';
    }
    if ((*extensions & CATCH_CHUNKING) == 0)
        *extensions &= ~(unsigned)CATCH_BINARYMIME;
    return 0;
}
