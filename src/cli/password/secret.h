/* SPDX-License-Identifier: ISC */
/**
 * @file secret.h
 * A password while the program holds it.
 *
 * It lies in memory of its own, which is kept out of swap space and core dumps where the system
 * allows that, and is wiped before it is given back. It never moves, so no copy is left behind.
 */
#ifndef CLI_PASSWORD_SECRET_H
#define CLI_PASSWORD_SECRET_H

#include "problem.h"

#include <stdbool.h>
#include <stddef.h>

/** The longest secret in octets. */
enum { SECRET_LIMIT = 64 * 1024 };

/** Zero: none. */
struct secret {
    char *text;        /**< ended by NUL; NULL: none */
    size_t size;       /**< without the NUL */
    bool was_dumpable; /**< so that the process is put back as it was */
};

/**
 * Makes room for SECRET_LIMIT octets, all zero, and keeps this process out of core dumps and
 * debuggers until the secret is freed. A secret that is there already is wiped.
 */
int secret_open(struct secret *secret, struct problem *problem);

/**
 * Adds octets.
 * @return false when they are too many.
 */
bool secret_append(struct secret *secret, const char *bytes, size_t size);

/** Copies a string, then overwrites where it stood with zeros. */
int secret_take(struct secret *secret, char *string, struct problem *problem);

/** Whether there is one. */
bool secret_is_set(const struct secret *secret);

/** Wipes it and gives it back. */
void secret_free(struct secret *secret);

#endif
