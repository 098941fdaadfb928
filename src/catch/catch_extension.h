/* SPDX-License-Identifier: ISC */
/** @file catch_extension.h  The extensions of SMTP that can be announced. */
#ifndef CATCH_CATCH_EXTENSION_H
#define CATCH_CATCH_EXTENSION_H

#include <mailer/error.h>

/** Bits of a set. */
enum catch_extension {
    CATCH_PIPELINING = 1 << 0,
    CATCH_8BITMIME = 1 << 1,
    CATCH_SMTPUTF8 = 1 << 2,
    CATCH_CHUNKING = 1 << 3,
    CATCH_BINARYMIME = 1 << 4, /**< goes away with CHUNKING, which it needs */
    CATCH_SIZE = 1 << 5,
    CATCH_ENHANCEDSTATUSCODES = 1 << 6,
    CATCH_HELP = 1 << 7
};

enum { CATCH_EXTENSION_COUNT = 8, CATCH_EVERY_EXTENSION = (1 << CATCH_EXTENSION_COUNT) - 1 };

/** The keyword of the extension whose bit is 1 << index. */
const char *catch_extension_keyword(unsigned index);

/**
 * Leaves extensions out of a set.
 * @param without  a comma list of keywords, such as "CHUNKING,PIPELINING", in any case; NULL: none.
 * @return 0, or MAILER_USAGE for a keyword that is not known.
 */
int catch_extensions_remove(unsigned *extensions, const char *without, struct mailer_error *error);

#endif
