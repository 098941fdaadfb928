/* SPDX-License-Identifier: ISC */
#include "idn.h"

#include "library.h"
#include "text.h"

#include <idn2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What is longer in UTF-8 is no domain, and libidn2 need not take its time over it. */
enum { LONGEST_INPUT = 1024, SHOWN_SIZE = 200 };

struct idn_functions {
    __typeof__(idn2_lookup_u8) *lookup_u8;
    __typeof__(idn2_free) *free;
};

static const char *reason_of(int code)
{
    switch (code) {
    case IDN2_TOO_BIG_DOMAIN:
        return "is longer than 255 octets";
    case IDN2_TOO_BIG_LABEL:
    case IDN2_PUNYCODE_BIG_OUTPUT:
        return "has a part that is longer than 63 octets as it is looked up";
    case IDN2_HYPHEN_STARTEND:
    case IDN2_2HYPHEN:
        return "has a part with a hyphen where none may be";
    case IDN2_LEADING_COMBINING:
        return "has a part that begins with a combining mark";
    case IDN2_BIDI:
        return "mixes letters that run left and right in a way that no domain may";
    case IDN2_CONTEXTJ:
    case IDN2_CONTEXTJ_NO_RULE:
    case IDN2_CONTEXTO:
    case IDN2_CONTEXTO_NO_RULE:
        return "has a character that no domain may have at that place";
    case IDN2_UNASSIGNED:
        return "has a character that Unicode does not have yet";
    case IDN2_PUNYCODE_BAD_INPUT:
    case IDN2_PUNYCODE_OVERFLOW:
    case IDN2_INVALID_ALABEL:
    case IDN2_UALABEL_MISMATCH:
        return "has a part that begins with xn-- and stands for no characters";
    default:
        return "has a character that no domain may have";
    }
}

/* Whether mapping has left only what a host name, or one with underscores, is made of. */
static bool is_of_host_characters(const char *domain)
{
    for (; *domain != '\0'; domain++)
        if (!text_is_letter(*domain) && !text_is_digit(*domain) && strchr("-_.", *domain) == NULL)
            return false;
    return true;
}

int idn_to_ascii(char **ascii, const char *domain, struct mailer_error *error)
{
    *ascii = NULL;
    if (text_is_ascii(domain, strlen(domain))) {
        *ascii = strdup(domain);
        return *ascii == NULL ? error_set_memory(error) : 0;
    }
    static const struct library_symbol symbols[] = {
        {"idn2_lookup_u8", offsetof(struct idn_functions, lookup_u8)},
        {"idn2_free", offsetof(struct idn_functions, free)},
    };
    char shown[SHOWN_SIZE];
    text_printable(shown, sizeof shown, domain, strlen(domain));
    if (strlen(domain) > LONGEST_INPUT)
        return error_set(error, MAILER_DATA, MAILER_STAGE_NONE, "domain \"%s...\" %s", shown,
                         reason_of(IDN2_TOO_BIG_DOMAIN));
    struct idn_functions idn;
    int result =
        library_load("libidn2.so.0", symbols, sizeof symbols / sizeof *symbols, &idn, error);
    if (result != 0) {
        error_prefix(error, "domain \"%s\"", shown);
        return result;
    }
    uint8_t *found = NULL;
    /* With IDN2_USE_STD3_ASCII_RULES it would drop characters in silence, which is another domain.
     */
    int code =
        idn.lookup_u8((const uint8_t *)domain, &found, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (code == IDN2_OK && !is_of_host_characters((const char *)found)) {
        idn.free(found);
        code = IDN2_DISALLOWED;
    }
    if (code == IDN2_MALLOC)
        return error_set_memory(error);
    if (code != IDN2_OK)
        return error_set(error, MAILER_DATA, MAILER_STAGE_NONE, "domain \"%s\" %s", shown,
                         reason_of(code));
    *ascii = strdup((const char *)found);
    idn.free(found);
    return *ascii == NULL ? error_set_memory(error) : 0;
}
