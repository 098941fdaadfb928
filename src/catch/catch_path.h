/* SPDX-License-Identifier: ISC */
/** @file catch_path.h  The paths of MAIL and RCPT (RFC 5321, 4.1.2), taken strictly. */
#ifndef CATCH_CATCH_PATH_H
#define CATCH_CATCH_PATH_H

#include <stdbool.h>
#include <stddef.h>

/** The longest mailbox that is taken: a path of 256 octets (RFC 5321, 4.5.3.1.3) less "<>". */
enum { CATCH_MAILBOX_SIZE = 254 };

struct catch_path {
    const char *mailbox; /**< inside the text that was read, without "<>" and source route */
    size_t size;         /**< 0: the null path "<>" */
    bool domainless;     /**< it is <Postmaster> */
    bool international;  /**< it needs SMTPUTF8 */
};

/**
 * Reads a path at the beginning of a text.
 * @param why  receives what is wrong, in words, when it is none.
 * @return its length with the angle brackets, or 0.
 */
size_t catch_path_read(const char *text, size_t size, struct catch_path *path, const char **why);

#endif
