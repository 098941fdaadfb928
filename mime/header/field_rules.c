/* SPDX-License-Identifier: ISC */
#include "header/field_rules.h"

#include "header/header.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN_SIZE = 100, SHOWN_OCTETS = 64 };

#define OF_THE_BUILD   "describes how the message is built: leave it out, it is made by itself"
#define OF_THE_SERVER  "is written by the servers that pass a message on: leave it out"
#define OF_A_SIGNATURE "signs a message as it is sent and cannot be given: leave it out"

static const struct mime_field_rule rules[] = {
    /* RFC 5322 3.6.1 to 3.6.5. */
    {"Date", MIME_FIELD_DATE, true, NULL},
    {"From", MIME_FIELD_MAILBOXES, true, NULL},
    {"Sender", MIME_FIELD_MAILBOX, true, NULL},
    {"Reply-To", MIME_FIELD_ADDRESSES, true, NULL},
    {"To", MIME_FIELD_ADDRESSES, true, NULL},
    {"Cc", MIME_FIELD_ADDRESSES, true, NULL},
    {"Bcc", MIME_FIELD_ADDRESSES, true, NULL},
    {"Message-ID", MIME_FIELD_MESSAGE_ID, true, NULL},
    {"In-Reply-To", MIME_FIELD_MESSAGE_IDS, true, NULL},
    {"References", MIME_FIELD_MESSAGE_IDS, true, NULL},
    {"Subject", MIME_FIELD_UNSTRUCTURED, true, NULL},
    {"Comments", MIME_FIELD_UNSTRUCTURED, false, NULL},
    {"Keywords", MIME_FIELD_PHRASES, false, NULL},
    /* 3.6.6; there may be several blocks of them, but one is made here. */
    {"Resent-Date", MIME_FIELD_DATE, true, NULL},
    {"Resent-From", MIME_FIELD_MAILBOXES, true, NULL},
    {"Resent-Sender", MIME_FIELD_MAILBOX, true, NULL},
    {"Resent-To", MIME_FIELD_ADDRESSES, true, NULL},
    {"Resent-Cc", MIME_FIELD_ADDRESSES, true, NULL},
    {"Resent-Message-ID", MIME_FIELD_MESSAGE_ID, true, NULL},
    {"Resent-Reply-To", MIME_FIELD_ADDRESSES, true, NULL},
    {"Resent-Bcc", MIME_FIELD_REFUSED, false,
     "would show everyone who is hidden: use Bcc in its place"},
    /* RFC 2369, 2919, 8058, 5064. */
    {"List-ID", MIME_FIELD_LIST_ID, true, NULL},
    {"List-Help", MIME_FIELD_URLS, true, NULL},
    {"List-Subscribe", MIME_FIELD_URLS, true, NULL},
    {"List-Unsubscribe", MIME_FIELD_URLS, true, NULL},
    {"List-Unsubscribe-Post", MIME_FIELD_CHOICE, true, "List-Unsubscribe=One-Click"},
    {"List-Post", MIME_FIELD_URLS, true, "NO"},
    {"List-Owner", MIME_FIELD_URLS, true, NULL},
    {"List-Archive", MIME_FIELD_URLS, true, NULL},
    {"Archived-At", MIME_FIELD_URL, false, NULL},
    /* RFC 3834, 2156, 4021. */
    {"Auto-Submitted", MIME_FIELD_TOKEN, true, NULL},
    {"Importance", MIME_FIELD_CHOICE, true, "low normal high"},
    {"Priority", MIME_FIELD_CHOICE, true, "normal urgent non-urgent"},
    {"X-Priority", MIME_FIELD_UNSTRUCTURED, true, NULL},
    {"Sensitivity", MIME_FIELD_CHOICE, true, "Personal Private Company-Confidential"},
    {"Expires", MIME_FIELD_DATE, true, NULL},
    {"Expiry-Date", MIME_FIELD_DATE, true, NULL},
    {"Reply-By", MIME_FIELD_DATE, true, NULL},
    {"Deferred-Delivery", MIME_FIELD_DATE, true, NULL},
    {"Latest-Delivery-Time", MIME_FIELD_DATE, true, NULL},
    {"Obsoletes", MIME_FIELD_MESSAGE_IDS, false, NULL},
    {"Supersedes", MIME_FIELD_MESSAGE_IDS, true, NULL},
    /* RFC 8098 2.1, and what came before it. */
    {"Disposition-Notification-To", MIME_FIELD_MAILBOXES, true, NULL},
    {"Return-Receipt-To", MIME_FIELD_MAILBOXES, true, NULL},
    {"Errors-To", MIME_FIELD_MAILBOXES, true, NULL},
    {"Mail-Followup-To", MIME_FIELD_ADDRESSES, true, NULL},
    {"Mail-Reply-To", MIME_FIELD_ADDRESSES, true, NULL},
    {"Original-Recipient", MIME_FIELD_REFUSED, false, OF_THE_SERVER},
    /* RFC 3282, RFC 2045 8: of the message as a whole. */
    {"Content-Language", MIME_FIELD_LANGUAGES, true, NULL},
    {"Content-Description", MIME_FIELD_UNSTRUCTURED, true, NULL},
    {"MIME-Version", MIME_FIELD_REFUSED, true, OF_THE_BUILD},
    /* RFC 5321 4.4, RFC 6376, 7208, 8601, 8617. */
    {"Return-Path", MIME_FIELD_REFUSED, true,
     "is written by the server that delivers: give the envelope's sender in its place"},
    {"Apparently-To", MIME_FIELD_REFUSED, false, "sends nothing to anybody: use To"},
    {"Received", MIME_FIELD_REFUSED, false, OF_THE_SERVER},
    {"Delivered-To", MIME_FIELD_REFUSED, false, OF_THE_SERVER},
    {"X-Original-To", MIME_FIELD_REFUSED, false, OF_THE_SERVER},
    {"Authentication-Results", MIME_FIELD_REFUSED, false, OF_THE_SERVER},
    {"Received-SPF", MIME_FIELD_REFUSED, false, OF_THE_SERVER},
    {"DKIM-Signature", MIME_FIELD_REFUSED, false, OF_A_SIGNATURE},
    {"ARC-Seal", MIME_FIELD_REFUSED, false, OF_A_SIGNATURE},
    {"ARC-Message-Signature", MIME_FIELD_REFUSED, false, OF_A_SIGNATURE},
    {"ARC-Authentication-Results", MIME_FIELD_REFUSED, false, OF_A_SIGNATURE},
};

const struct mime_field_rule *mime_field_rule_find(const char *name)
{
    static const struct mime_field_rule unknown = {NULL, MIME_FIELD_UNSTRUCTURED, false, NULL};
    static const struct mime_field_rule content = {NULL, MIME_FIELD_REFUSED, false, OF_THE_BUILD};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (text_same(name, rules[i].name))
            return &rules[i];
    return text_same_bytes(name, strnlen(name, 8), "Content-") ? &content : &unknown;
}

bool mime_field_rule_is_of_mailboxes(const struct mime_field_rule *rule)
{
    return rule->kind == MIME_FIELD_MAILBOX || rule->kind == MIME_FIELD_MAILBOXES ||
           rule->kind == MIME_FIELD_ADDRESSES;
}

/* What would be right. */
static const char *advice_for(enum mime_field_kind kind)
{
    switch (kind) {
    case MIME_FIELD_DATE:
        return "one looks like Sat, 21 Nov 2026 23:11:05 +0100";
    case MIME_FIELD_MESSAGE_ID:
        return "one looks like <a1b2@example.org>";
    case MIME_FIELD_MESSAGE_IDS:
        return "they look like <a1b2@example.org> <c3d4@example.org>";
    case MIME_FIELD_PHRASES:
        return "they look like report, \"disk (full)\"";
    case MIME_FIELD_LIST_ID:
        return "one looks like Build reports <build.example.org>";
    case MIME_FIELD_URL:
        return "it looks like <https://example.org/42>";
    case MIME_FIELD_URLS:
        return "they look like <https://example.org/leave>, <mailto:leave@example.org>";
    case MIME_FIELD_TOKEN:
        return "it looks like auto-generated";
    case MIME_FIELD_LANGUAGES:
        return "they look like de, en-GB";
    default:
        return "";
    }
}

static int refuse(const char *name, const struct mime_field_rule *rule, const char *value,
                  const char *wrong, struct mailer_error *error)
{
    char shown[SHOWN_SIZE];
    size_t size = strnlen(value, SHOWN_OCTETS);
    while (value[size] != '\0' && size > 0 && ((unsigned char)value[size] & 0xC0) == 0x80)
        size--;
    text_printable(shown, sizeof shown, value, size);
    bool choice = rule->kind == MIME_FIELD_CHOICE;
    return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE, "%s \"%s%s\" %s: %s%s", name, shown,
                     value[size] != '\0' ? "..." : "", wrong, choice ? "there is " : "",
                     choice ? rule->choice : advice_for(rule->kind));
}

int mime_field_check_text(const char *name, const char *value, char **canonical,
                          struct mailer_error *error)
{
    const struct mime_field_rule *rule = mime_field_rule_find(name);
    *canonical = NULL;
    int result = mime_header_check_name(name, error);
    if (result == 0 && rule->kind == MIME_FIELD_REFUSED)
        result = error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE, "%s %s", name, rule->choice);
    if (result == 0)
        result = mime_header_check_value(name, value, error);
    if (result != 0)
        return result;
    struct buffer out = buffer_empty(MIME_HEADER_LIMIT * 2);
    const char *wrong = mime_field_value_canonical(&out, rule->kind, rule->choice, value);
    char *text = buffer_take_string(&out);
    if (wrong != NULL) {
        free(text);
        return refuse(name, rule, value, wrong, error);
    }
    if (text == NULL)
        return error_set_memory(error);
    *canonical = text;
    return 0;
}

int mime_field_check_mailboxes(const char *name, const char *value, struct mime_mailbox_list *list,
                               struct mailer_error *error)
{
    const struct mime_field_rule *rule = mime_field_rule_find(name);
    int result = mime_address_parse(list, value, true, error);
    if (result == 0 && rule->kind != MIME_FIELD_ADDRESSES && list->group_count > 0)
        result = error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                           "a group of addresses is not for this field: give the addresses");
    if (result == 0 && rule->kind == MIME_FIELD_MAILBOX && list->count != 1)
        result = error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE, "one address is enough");
    if (result != 0)
        error_prefix(error, "%s", name);
    return result;
}
