/* SPDX-License-Identifier: ISC */
#include "content/digest.h"

#include <openssl/evp.h>
#include <string.h>

enum { READ_SIZE = 64 * 1024, SIZE_OCTETS = 8 };

static void add(struct mime_digest *digest, const void *bytes, size_t size)
{
    if (!digest->failed)
        digest->failed = EVP_DigestUpdate(digest->context, bytes, size) != 1;
}

struct mime_digest mime_digest_start(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool begun = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    return (struct mime_digest){context, !begun};
}

void mime_digest_add_text(struct mime_digest *digest, const char *text)
{
    /* 0xFF is in no UTF-8, so that no text is taken for none. */
    static const unsigned char none = 0xFF;
    if (text == NULL)
        add(digest, &none, sizeof none);
    else
        add(digest, text, strlen(text) + 1);
}

int mime_digest_add_blob(struct mime_digest *digest, const struct mime_blob *blob,
                         struct mailer_error *error)
{
    char bytes[READ_SIZE];
    unsigned char size[SIZE_OCTETS];
    for (size_t i = 0; i < SIZE_OCTETS; i++)
        size[i] = (unsigned char)(mime_blob_size(blob) >> (8 * i));
    add(digest, size, sizeof size);
    size_t got = 0;
    int result = 0;
    for (uint64_t at = 0; result == 0 && at < mime_blob_size(blob); at += got) {
        result = mime_blob_read(blob, at, bytes, sizeof bytes, &got, error);
        if (result == 0)
            add(digest, bytes, got);
    }
    return result != 0 ? result : mime_blob_verify(blob, error);
}

int mime_digest_finish(struct mime_digest *digest, unsigned char hash[static MIME_DIGEST_SIZE],
                       struct mailer_error *error)
{
    bool done = !digest->failed && EVP_DigestFinal_ex(digest->context, hash, NULL) == 1;
    EVP_MD_CTX_free(digest->context);
    *digest = (struct mime_digest){NULL, true};
    if (done)
        return 0;
    return error_set(error, MAILER_SYSTEM, MAILER_STAGE_MESSAGE,
                     "the message cannot be hashed: OpenSSL has no SHA-256");
}
