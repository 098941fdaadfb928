/* SPDX-License-Identifier: ISC */
/* Octets are converted from one of some charsets to another, at once and in pieces, with the same
 * outcome; what came of it goes the way back without an error. The first octet picks the charsets,
 * the second says how the text is cut. */
#include "content/charset.h"
#include "text/conversion.h"

#include <mailer/error.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static const char *const charsets[] = {
    "utf-8",      "iso-8859-1", "windows-1252", "shift_jis", "euc-jp",   "iso-2022-jp", "gb18030",
    "big5-hkscs", "utf-16le",   "windows-1258", "utf-32be",  "us-ascii", "iso-2022-kr"};

enum { CHARSET_COUNT = sizeof charsets / sizeof *charsets };

static int convert(const char *from, const char *to, const void *data, size_t size, size_t piece,
                   struct mime_spool *spool, struct mailer_error *error)
{
    struct mime_conversion conversion = {.from = from, .to = to};
    struct mime_converter *converter = NULL;
    struct mime_spool_writer writer = mime_spool_start("it", NULL);
    int result = mime_converter_new(&converter, &conversion, "it", error);
    require(result == 0);
    for (size_t at = 0; at < size && result == 0; at += piece) {
        size_t step = piece < size - at ? piece : size - at;
        char *exact = malloc(step);
        require(exact != NULL);
        memcpy(exact, (const char *)data + at, step);
        result = mime_converter_add(converter, exact, step, &writer, error);
        free(exact);
    }
    if (result == 0)
        result = mime_converter_finish(converter, &writer, error);
    mime_converter_free(converter);
    require((result == 0) == (error->error_class == MAILER_OK));
    if (result != 0)
        mime_spool_abandon(&writer);
    else
        require(mime_spool_finish(&writer, spool, error) == 0);
    return result;
}

static void spool_free(struct mime_spool *spool)
{
    if (spool->descriptor >= 0)
        close(spool->descriptor);
    free(spool->bytes);
}

static void require_names_work(const uint8_t *data, size_t size)
{
    char given[64] = "";
    char name[MIME_CHARSET_SIZE];
    memcpy(given, data, size < sizeof given - 1 ? size : sizeof given - 1);
    if (mime_charset_find(name, given, NULL) != 0)
        return;
    char again[MIME_CHARSET_SIZE];
    require(mime_charset_find(again, name, NULL) == 0);
    require(strcmp(again, name) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const char *from = charsets[data[0] % CHARSET_COUNT];
    const char *to = charsets[data[0] / CHARSET_COUNT % CHARSET_COUNT];
    size_t piece = 1 + data[1] % 31;
    data += 2;
    size -= 2;
    require_names_work(data, size);
    mime_charset_of_wide_text(data, size);
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_error error_of_pieces = MAILER_ERROR_INIT;
    struct mime_spool whole = {NULL, -1, 0};
    struct mime_spool pieces = {NULL, -1, 0};
    int result = convert(from, to, data, size, size, &whole, &error);
    require(convert(from, to, data, size, piece, &pieces, &error_of_pieces) == result);
    require(strcmp(error.text, error_of_pieces.text) == 0);
    if (result == 0 && whole.bytes != NULL) {
        struct mime_spool back = {NULL, -1, 0};
        require(whole.size == pieces.size);
        require(memcmp(whole.bytes, pieces.bytes, (size_t)whole.size) == 0);
        require(convert(to, "utf-8", whole.bytes, (size_t)whole.size, piece, &back, &error) == 0);
        spool_free(&back);
    }
    spool_free(&whole);
    spool_free(&pieces);
    return 0;
}
