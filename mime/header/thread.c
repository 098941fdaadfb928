/* SPDX-License-Identifier: ISC */
#include "header/thread.h"

#include "text.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

/* Half of a SHA-256 is enough never to meet another one. */
enum { HASH_SIZE = 16 };

int mime_thread_id(char id[static MIME_THREAD_ID_SIZE], const char *name, const char *domain,
                   struct mailer_error *error)
{
    char lower[256];
    snprintf(lower, sizeof lower, "%s", domain);
    for (char *c = lower; *c != '\0'; c++)
        *c = text_lower(*c);
    unsigned char hash[EVP_MAX_MD_SIZE];
    /* The name ends in NUL, so that no name with a domain is another one's with another domain. */
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
                EVP_DigestUpdate(context, name, strlen(name) + 1) == 1 &&
                EVP_DigestUpdate(context, lower, strlen(lower)) == 1 &&
                EVP_DigestFinal_ex(context, hash, NULL) == 1;
    EVP_MD_CTX_free(context);
    if (!done)
        return error_set(error, MAILER_SYSTEM, MAILER_STAGE_MESSAGE,
                         "the name of the thread cannot be hashed: OpenSSL has no SHA-256");
    char digits[HASH_SIZE * 2 + 1];
    for (int i = 0; i < HASH_SIZE; i++)
        snprintf(digits + 2 * i, 3, "%02x", hash[i]);
    snprintf(id, MIME_THREAD_ID_SIZE, "<thread.%s@%s>", digits, lower);
    return 0;
}
