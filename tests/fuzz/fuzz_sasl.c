/* SPDX-License-Identifier: ISC */
/*
 * A server's challenges of any octets. The first octet of the input chooses the mechanism, the
 * second whether there is an initial response and whether the challenges, lines of the rest, are in
 * base64 already. What stands there as 0x01 becomes the client's nonce, which no fuzzer can guess.
 */
#include "buffer.h"
#include "sasl.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { IS_INITIAL = 1, IS_BASE64 = 2, MOST_DIGITS = 4, CHALLENGE_LIMIT = 4096 };

static const char *const mechanisms[] = {
    "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN",   "LOGIN",
    "DIGEST-MD5",         "CRAM-MD5",         "EXTERNAL",      "OAUTHBEARER", "XOAUTH2", "NTLM"};

static void check(bool good)
{
    if (!good)
        abort();
}

static bool is_printable(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            return false;
    return true;
}

/* What the client made up: behind the last "r=" of its first message of SCRAM; else "". */
static void find_nonce(const char *response, char nonce[static AUTH_SASL_RESPONSE_SIZE])
{
    size_t length = strlen(response);
    int size = EVP_DecodeBlock((unsigned char *)nonce, (const unsigned char *)response,
                               (int)(length - length % 4));
    nonce[size > 0 ? size : 0] = '\0';
    char *start = strstr(nonce, ",r=");
    if (start == NULL)
        nonce[0] = '\0';
    else
        memmove(nonce, start + 3, strlen(start + 3) + 1);
}

/* Millions of rounds of hashing are allowed, and find nothing. */
static bool takes_long(const char *line, size_t size)
{
    size_t digits = 0;
    for (size_t i = 0; i < size; i++) {
        digits = line[i] >= '0' && line[i] <= '9' ? digits + 1 : 0;
        if (digits > MOST_DIGITS)
            return true;
    }
    return false;
}

/* A challenge as it comes over the wire, in a block of just its size. */
static char *make_challenge(const char *line, size_t size, const char *nonce, bool is_base64)
{
    struct buffer plain = buffer_empty(CHALLENGE_LIMIT);
    for (size_t i = 0; i < size; i++) {
        if (line[i] == '\1' && !is_base64)
            buffer_append_string(&plain, nonce);
        else if (line[i] != '\0' || !is_base64)
            buffer_append_char(&plain, line[i]);
    }
    char *challenge = plain.failed ? NULL : malloc(plain.size * 4 / 3 + 8);
    if (challenge != NULL && is_base64 && plain.size > 0)
        memcpy(challenge, plain.bytes, plain.size);
    if (challenge != NULL && is_base64)
        challenge[plain.size] = '\0';
    else if (challenge != NULL)
        EVP_EncodeBlock((unsigned char *)challenge, (unsigned char *)plain.bytes, (int)plain.size);
    buffer_free(&plain);
    if (challenge == NULL)
        return NULL;
    char *exact = strdup(challenge);
    free(challenge);
    return exact;
}

/* Answers; checks what holds of all answers. @return whether it goes on. */
static bool respond(struct auth_sasl *sasl, const char *challenge,
                    char response[static AUTH_SASL_RESPONSE_SIZE])
{
    struct mailer_error error = MAILER_ERROR_INIT;
    int result = auth_sasl_respond(sasl, challenge, response, &error);
    check((result != 0) == (error.error_class != MAILER_OK));
    check(is_printable(error.text));
    check(is_printable(auth_sasl_reason(sasl)));
    check(memchr(response, '\0', AUTH_SASL_RESPONSE_SIZE) != NULL);
    check(response[strspn(response, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                    "0123456789+/=")] == '\0');
    check(result == 0 || response[0] == '\0');
    return result == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const char *mechanism = mechanisms[data[0] % (sizeof mechanisms / sizeof *mechanisms)];
    bool initial = data[1] & IS_INITIAL;
    bool is_base64 = data[1] & IS_BASE64;
    bool is_salted = mechanism[0] == 'S';
    const char *at = (const char *)data + 2;
    const char *end = (const char *)data + size;
    struct auth_sasl_options options = {.user = "ann@example.org",
                                        .password = "hunter2",
                                        .host = "mail.example",
                                        .port = 587,
                                        .secure = true,
                                        .allowed = mechanism,
                                        .binding = "0123456789abcdef",
                                        .binding_size = 16,
                                        .binding_is_exporter = true};
    struct auth_sasl *sasl = NULL;
    char response[AUTH_SASL_RESPONSE_SIZE] = "";
    char nonce[AUTH_SASL_RESPONSE_SIZE] = "";
    check(auth_sasl_start(&sasl, &options, mechanism, NULL) == 0);
    bool goes_on = !initial || respond(sasl, NULL, response);
    while (goes_on && at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((line_end != NULL ? line_end : end) - at);
        if (nonce[0] == '\0')
            find_nonce(response, nonce);
        if (is_salted && (is_base64 || takes_long(at, length)))
            break;
        char *challenge = make_challenge(at, length, nonce, is_base64);
        if (challenge == NULL)
            break;
        goes_on = respond(sasl, challenge, response);
        free(challenge);
        at += length + 1;
    }
    /* No server without the password may be taken for one with it. */
    check(!is_salted || auth_sasl_finish(sasl, NULL) == MAILER_AUTH);
    auth_sasl_free(sasl);
    return 0;
}
