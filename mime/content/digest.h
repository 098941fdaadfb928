/* SPDX-License-Identifier: ISC */
/** @file digest.h  A SHA-256 over texts and blobs, which tells whether they are the same again. */
#ifndef MIME_DIGEST_H
#define MIME_DIGEST_H

#include "content/blob.h"
#include "error.h"

enum { MIME_DIGEST_SIZE = 32 };

/** A hash that is being made. */
struct mime_digest {
    void *context; /**< of OpenSSL, which is touched by those alone who want a digest */
    bool failed;
};

/** Begins one; end it with mime_digest_finish(), also after a failure. */
struct mime_digest mime_digest_start(void);

/** Adds a string with its end, or that there is none (NULL). */
void mime_digest_add_text(struct mime_digest *digest, const char *text);

/** Adds the size and the octets of a blob. @return 0, or what mime_blob_read() says. */
int mime_digest_add_blob(struct mime_digest *digest, const struct mime_blob *blob,
                         struct mailer_error *error);

/** Ends it. @return 0, or MAILER_SYSTEM when OpenSSL has failed. */
int mime_digest_finish(struct mime_digest *digest, unsigned char hash[static MIME_DIGEST_SIZE],
                       struct mailer_error *error);

#endif
