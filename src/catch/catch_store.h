/* SPDX-License-Identifier: ISC */
/**
 * @file catch_store.h
 * A folder of messages, and one message being written to it.
 *
 * A message is two files: NAME.eml, octet for octet as it came, and NAME.json, its envelope. Both
 * are written under hidden names and renamed when they are whole, NAME.json first: where there is
 * a NAME.eml, all is there.
 */
#ifndef CATCH_CATCH_STORE_H
#define CATCH_CATCH_STORE_H

#include "catch_envelope.h"
#include "catch_session.h"

#include <mailer/error.h>

struct catch_store {
    int directory; /**< a descriptor, or -1: nothing is kept */
    unsigned long sequence;
};

/** Where one message after the other is written. */
struct catch_file {
    struct catch_store *store;
    bool open;
    int descriptor;
    char name[CATCH_NAME_SIZE]; /**< without suffix */
    size_t used;
    char pending[64 * 1024];
};

/**
 * Opens a folder, and makes it when there is none.
 * @param directory  NULL: nothing is kept.
 */
int catch_store_open(struct catch_store *store, const char *directory, struct mailer_error *error);

void catch_store_close(struct catch_store *store);

/** No message yet.  */
void catch_file_init(struct catch_file *file, struct catch_store *store);

/** Any failure of these leaves nothing behind; what was written before is gone then. */
enum catch_outcome catch_file_begin(struct catch_file *file);
enum catch_outcome catch_file_write(struct catch_file *file, const char *bytes, size_t size);

/** @param name  receives the name with ".eml", or "discarded". */
enum catch_outcome catch_file_commit(struct catch_file *file, const struct catch_envelope *envelope,
                                     char name[static CATCH_NAME_SIZE]);

/** Removes what was written. Nothing happens when no message is open. */
void catch_file_abandon(struct catch_file *file);

#endif
