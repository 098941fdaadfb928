/* SPDX-License-Identifier: ISC */
/** @file mask.h  Secrets in what others say. */
#ifndef CORE_MASK_H
#define CORE_MASK_H

#include <stddef.h>

/** A longer text is not searched, but masked whole: nobody shows that much. */
enum { MASK_TEXT_LIMIT = 16 * 1024 };

/**
 * Puts "****" in place of a secret that is repeated in a text, or of a part of it with 16 octets or
 * more. One of less than four octets is not sought: the gaps would tell it to everyone.
 * @param text  is changed in place.
 * @return its new size, which is no larger.
 */
size_t mask_secret(char *text, size_t size, const char *secret, size_t secret_size);

#endif
