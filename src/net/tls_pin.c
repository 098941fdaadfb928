/* SPDX-License-Identifier: ISC */
#include "tls_pin.h"

#include "text.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEX_LENGTH = 2 * NET_TLS_DIGEST_SIZE, BASE64_LENGTH = 44 };

static bool take_prefix(const char **text, size_t *size, const char *prefix)
{
    size_t length = strlen(prefix);
    if (*size < length || !text_same_bytes(*text, length, prefix))
        return false;
    *text += length;
    *size -= length;
    return true;
}

/* As fingerprints are shown: "AB:CD:..." or "abcd...". */
static bool read_hex(unsigned char digest[static NET_TLS_DIGEST_SIZE], const char *text,
                     size_t size)
{
    size_t step = size == HEX_LENGTH ? 2 : 3;
    if (size != HEX_LENGTH && size != HEX_LENGTH + NET_TLS_DIGEST_SIZE - 1)
        return false;
    for (size_t i = 0; i < NET_TLS_DIGEST_SIZE; i++) {
        int high = text_hexadecimal(text[i * step]);
        int low = text_hexadecimal(text[i * step + 1]);
        bool joined = step == 2 || i + 1 == NET_TLS_DIGEST_SIZE || text[i * step + 2] == ':';
        if (high < 0 || low < 0 || !joined)
            return false;
        digest[i] = (unsigned char)(high * 16 + low);
    }
    return true;
}

static bool read_base64(unsigned char digest[static NET_TLS_DIGEST_SIZE], const char *text,
                        size_t size)
{
    /* OpenSSL would pass over blanks. */
    if (size != BASE64_LENGTH || text[size - 1] != '=')
        return false;
    for (size_t i = 0; i + 1 < size; i++)
        if (!text_is_letter(text[i]) && !text_is_digit(text[i]) && text[i] != '+' && text[i] != '/')
            return false;
    unsigned char octets[NET_TLS_DIGEST_SIZE + 1];
    if (EVP_DecodeBlock(octets, (const unsigned char *)text, BASE64_LENGTH) != sizeof octets)
        return false;
    memcpy(digest, octets, NET_TLS_DIGEST_SIZE);
    return true;
}

static int read_pin(struct net_tls_pin *pin, const char *text, size_t size,
                    struct mailer_error *error)
{
    const char *at = text;
    size_t left = size;
    pin->of_certificate = take_prefix(&at, &left, "cert-sha256:");
    if ((pin->of_certificate || take_prefix(&at, &left, "sha256:")) &&
        (read_hex(pin->digest, at, left) || read_base64(pin->digest, at, left)))
        return 0;
    char shown[128];
    text_printable(shown, sizeof shown, text, size);
    return error_set(error, MAILER_USAGE, MAILER_STAGE_TLS,
                     "the pin \"%s\" is none: sha256:DIGEST of the server's key or "
                     "cert-sha256:DIGEST of its certificate, in 64 hexadecimal digits or in base64",
                     shown);
}

static int add_pin(struct net_tls_pins *pins, const char *text, size_t size,
                   struct mailer_error *error)
{
    struct net_tls_pin *grown = realloc(pins->pins, (pins->count + 1) * sizeof *grown);
    if (grown == NULL)
        return error_set_memory(error);
    pins->pins = grown;
    int result = read_pin(&grown[pins->count], text, size, error);
    pins->count += result == 0;
    return result;
}

int net_tls_pins_read(struct net_tls_pins *pins, const char *const *texts, size_t count,
                      struct mailer_error *error)
{
    int result = 0;
    *pins = (struct net_tls_pins){NULL, 0};
    for (size_t i = 0; i < count && result == 0; i++) {
        const char *at = texts[i];
        size_t length = strcspn(at, ",");
        result = add_pin(pins, at, length, error);
        while (result == 0 && at[length] == ',') {
            at += length + 1;
            length = strcspn(at, ",");
            result = add_pin(pins, at, length, error);
        }
    }
    if (result != 0)
        net_tls_pins_free(pins);
    return result;
}

void net_tls_pins_free(struct net_tls_pins *pins)
{
    free(pins->pins);
    *pins = (struct net_tls_pins){NULL, 0};
}

static bool digest_of(const X509 *certificate, bool of_certificate,
                      unsigned char digest[static NET_TLS_DIGEST_SIZE])
{
    unsigned size = 0;
    if (of_certificate)
        return X509_digest(certificate, EVP_sha256(), digest, &size) == 1;
    unsigned char *key = NULL;
    int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);
    bool good = length > 0 && EVP_Digest(key, (size_t)length, digest, &size, EVP_sha256(), NULL);
    OPENSSL_free(key);
    return good;
}

bool net_tls_pins_fit(const struct net_tls_pins *pins, const X509 *certificate)
{
    unsigned char digests[2][NET_TLS_DIGEST_SIZE];
    if (!digest_of(certificate, false, digests[0]) || !digest_of(certificate, true, digests[1]))
        return false;
    for (size_t i = 0; i < pins->count; i++)
        if (memcmp(pins->pins[i].digest, digests[pins->pins[i].of_certificate],
                   NET_TLS_DIGEST_SIZE) == 0)
            return true;
    return false;
}

void net_tls_pin_text(const X509 *certificate, bool of_certificate,
                      char text[static NET_TLS_PIN_TEXT])
{
    unsigned char digest[NET_TLS_DIGEST_SIZE];
    text[0] = '\0';
    if (!digest_of(certificate, of_certificate, digest))
        return;
    int used = snprintf(text, NET_TLS_PIN_TEXT, "%s", of_certificate ? "cert-sha256:" : "sha256:");
    for (size_t i = 0; i < NET_TLS_DIGEST_SIZE; i++)
        used += snprintf(text + used, NET_TLS_PIN_TEXT - (size_t)used, "%02x", digest[i]);
}
