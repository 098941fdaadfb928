/* SPDX-License-Identifier: ISC */
#include "mask.h"

#include <string.h>

static const char mask[] = {'*', '*', '*', '*'};

enum { MASK_SIZE = sizeof mask, WINDOW = 16 };

/* The most octets that the beginning of a text has in common with any place of the secret. */
static size_t longest_match(const char *text, size_t size, const char *secret, size_t secret_size)
{
    size_t longest = 0;
    for (size_t from = 0; from + longest < secret_size; from++) {
        size_t length = 0;
        while (length < size && from + length < secret_size &&
               text[length] == secret[from + length])
            length++;
        longest = length > longest ? length : longest;
    }
    return longest;
}

size_t mask_secret(char *text, size_t size, const char *secret, size_t secret_size)
{
    size_t least = secret_size < WINDOW ? secret_size : WINDOW;
    size_t kept = 0;
    if (least < MASK_SIZE)
        return size;
    if (size > MASK_TEXT_LIMIT) {
        memcpy(text, mask, MASK_SIZE);
        return MASK_SIZE;
    }
    for (size_t at = 0; at < size;) {
        size_t length = longest_match(text + at, size - at, secret, secret_size);
        if (length < least) {
            text[kept++] = text[at++];
            continue;
        }
        memcpy(text + kept, mask, MASK_SIZE);
        kept += MASK_SIZE;
        at += length;
    }
    return kept;
}
