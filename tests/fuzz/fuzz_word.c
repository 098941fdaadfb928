/* SPDX-License-Identifier: ISC */
/** @file fuzz_word.c  Text in encoded-words reads back, and keeps to its lines. */
#include "harness/read_header.h"

#include "header/encoded_word.h"
#include "header/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check_word(const char *text, size_t size, size_t start, enum mime_word_place place)
{
    struct buffer out = buffer_empty(SIZE_MAX);
    for (size_t i = 0; i < start; i++)
        buffer_append_char(&out, i + 1 == start && i > 0 ? ' ' : 'N');
    size_t column = start;
    mime_encoded_word_append(&out, text, size, place, &column);
    if (text_is_utf8(text, size) && !text_has_control(text, size) && size > 0) {
        require(text_is_ascii(out.bytes, out.size));
        require(read_lines_are_fit(out.bytes, out.size, start > 77 ? start - 1 : 76));
        char *unfolded = read_unfold(out.bytes, out.size);
        char *decoded = read_words(unfolded + start);
        require(decoded != NULL && strlen(decoded) == size && memcmp(decoded, text, size) == 0);
        free(decoded);
        free(unfolded);
    }
    buffer_free(&out);
}

static void check_header(const char *value, bool utf8_headers)
{
    struct buffer out = buffer_empty(SIZE_MAX);
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mime_header_append_text(&out, "Subject", value, utf8_headers, &error) == 0) {
        require(out.size > 2);
        require(read_lines_are_fit(out.bytes, out.size - 2, 998));
        char *unfolded = read_unfold(out.bytes, out.size);
        const char *start = unfolded + strlen("Subject:");
        char *decoded = read_words(start + (*start == ' '));
        require(decoded != NULL && strcmp(decoded, value) == 0);
        free(decoded);
        free(unfolded);
    } else {
        require(out.size == 0);
    }
    buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    char *text = malloc(size - 1);
    memcpy(text, data + 2, size - 2);
    text[size - 2] = '\0';
    check_word(text, strlen(text), data[0] % 80, data[1] & 1 ? MIME_WORD_PHRASE : MIME_WORD_TEXT);
    check_header(text, data[1] & 2);
    free(text);
    return 0;
}
