/* SPDX-License-Identifier: ISC */
/**
 * @file field_rules.h
 * What may stand in which header field, and how often (RFC 5322 3.6, RFC 2045, 2156, 2369, 2919,
 * 3282, 3834, 4021, 5064, 8058, 8098).
 */
#ifndef MIME_FIELD_RULES_H
#define MIME_FIELD_RULES_H

#include "error.h"
#include "header/address.h"
#include "header/field_value.h"

#include <stdbool.h>

struct mime_field_rule {
    const char *name; /**< as it is usually spelt; NULL: a field that is not known */
    enum mime_field_kind kind;
    bool once;          /**< at most once in a message */
    const char *choice; /**< of MIME_FIELD_CHOICE: the values, with blanks between; of URLs: a word
                             that may stand in their place; of MIME_FIELD_REFUSED: why, and what to
                             do; else NULL */
};

/** The rule of a field of that name in any case; never NULL. What is not known is unstructured. */
const struct mime_field_rule *mime_field_rule_find(const char *name);

/** Whether its value is mailboxes, and perhaps groups. */
bool mime_field_rule_is_of_mailboxes(const struct mime_field_rule *rule);

/**
 * Checks the value of a field of text, and makes it canonical.
 * @param name       a field's name; its rule is not one of mailboxes. Refused ones are refused
 * here.
 * @param canonical  receives a string for the caller to free, fit for mime_header_append_text();
 *                   NULL after failure.
 * @return 0, MAILER_DATA with a text that names the field, what is wrong and what would be right,
 *         or MAILER_MEMORY.
 */
int mime_field_check_text(const char *name, const char *value, char **canonical,
                          struct mailer_error *error);

/**
 * Checks the value of a field of mailboxes.
 * @param name  a field's name whose rule is one of mailboxes.
 * @param list  empty; receives them.
 * @return as mime_address_parse(), with the field's name in front of the text.
 */
int mime_field_check_mailboxes(const char *name, const char *value, struct mime_mailbox_list *list,
                               struct mailer_error *error);

#endif
