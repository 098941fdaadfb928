/* SPDX-License-Identifier: ISC */
/** @file fuzz_parameter.c  Values of parameters read back, and keep to their lines. */
#include "harness/read_header.h"

#include "header/parameter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check(const char *value, enum mime_parameter_form form, size_t start)
{
    struct buffer out = buffer_empty(SIZE_MAX);
    for (size_t i = 0; i < start; i++)
        buffer_append_char(&out, 'N');
    size_t column = start;
    mime_parameter_append(&out, "name", value, form, &column);
    require(text_is_ascii(out.bytes, out.size));
    require(read_lines_are_fit(out.bytes, out.size, start > 77 ? start + 1 : 78));
    char *unfolded = read_unfold(out.bytes + start, out.size - start);
    char charset[16];
    char *decoded = read_parameter(unfolded, "name", charset);
    require(decoded != NULL);
    if (form == MIME_PARAMETER_ENCODED_WORD && text_is_utf8(value, strlen(value))) {
        char *words = read_words(decoded);
        require(words != NULL);
        free(decoded);
        decoded = words;
    }
    require(strcmp(decoded, value) == 0);
    free(decoded);
    free(unfolded);
    buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    char *value = malloc(size);
    memcpy(value, data + 1, size - 1);
    value[size - 1] = '\0';
    check(value, MIME_PARAMETER_EXTENDED, data[0] % 80);
    check(value, MIME_PARAMETER_ENCODED_WORD, data[0] % 80);
    free(value);
    return 0;
}
