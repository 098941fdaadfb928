/* SPDX-License-Identifier: ISC */
/**
 * @file library.h
 * Shared libraries that are loaded when they are first needed.
 *
 * Linking a library costs every run of the program, also those that do not use it: libmagic and
 * libgsasl together a fifth of the time of one small mail. So they are loaded late, by soname, into
 * a struct of function pointers that the caller types with __typeof__.
 */
#ifndef CORE_LIBRARY_H
#define CORE_LIBRARY_H

#include "error.h"

#include <stddef.h>

/** A function wanted from a library, and where its address goes. */
struct library_symbol {
    const char *name;
    size_t offset; /**< of the pointer in the caller's struct of function pointers */
};

/**
 * Loads a library, once for the process, and looks up its functions.
 * @param soname     such as "libmagic.so.1".
 * @param functions  the struct of function pointers that is filled.
 * @return 0, or MAILER_SYSTEM with a text that names the library.
 */
int library_load(const char *soname, const struct library_symbol *symbols, size_t count,
                 void *functions, struct mailer_error *error);

#endif
