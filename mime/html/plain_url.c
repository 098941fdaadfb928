/* SPDX-License-Identifier: ISC */
#include "html/plain_url.h"

#include "text.h"

#include <string.h>

/* The length of "https://" or "http://" there, or 0. */
static size_t scheme_length(const char *text, size_t size)
{
    static const char *const schemes[] = {"https://", "http://"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t length = strlen(schemes[i]);
        if (size > length && text_same_bytes(text, length, schemes[i]))
            return length;
    }
    return 0;
}

static size_t count(const char *text, size_t size, char c)
{
    size_t found = 0;
    for (size_t i = 0; i < size; i++)
        found += text[i] == c;
    return found;
}

/* How many octets at its end are no part of a URL. */
static size_t punctuation_length(const char *url, size_t size)
{
    static const char *const others[] = {
        "\xE2\x80\x99", "\xE2\x80\x9D", "\xE2\x80\x9C", "\xC2\xBB",     "\xC2\xAB",
        "\xE3\x80\x82", "\xE3\x80\x81", "\xEF\xBC\x8C", "\xEF\xBC\x81", "\xEF\xBC\x9F",
        "\xEF\xBC\x89", "\xE3\x80\x8D", "\xE3\x80\x8F", "\xE3\x80\x91", "\xE2\x80\xA6",
    };
    static const char *const pairs[] = {"()", "[]", "{}"};
    char last = url[size - 1];
    if (strchr(".,;:!?'*_~", last) != NULL)
        return 1;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (last == pairs[i][1])
            return count(url, size, last) > count(url, size, pairs[i][0]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        size_t length = strlen(others[i]);
        if (size > length && memcmp(url + size - length, others[i], length) == 0)
            return length;
    }
    return 0;
}

bool plain_url_find(const char *word, size_t word_size, size_t *start, size_t *size)
{
    for (size_t i = 0; i < word_size; i++) {
        bool inside = i > 0 && (text_is_letter(word[i - 1]) || text_is_digit(word[i - 1]));
        size_t scheme = inside ? 0 : scheme_length(word + i, word_size - i);
        if (scheme == 0)
            continue;
        size_t length = scheme;
        while (i + length < word_size && strchr("<>\"`\\", word[i + length]) == NULL)
            length++;
        size_t ending = 1;
        while (length > scheme && ending > 0) {
            ending = punctuation_length(word + i, length);
            length -= ending;
        }
        *start = i;
        *size = length;
        if (length > scheme)
            return true;
    }
    return false;
}
