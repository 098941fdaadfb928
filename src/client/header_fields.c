/* SPDX-License-Identifier: ISC */
#include "header_fields.h"

#include "error.h"
#include "header/field_rules.h"
#include "header/stamp.h"
#include "text.h"

#include <stdlib.h>
#include <time.h>

/* ---- Fields by name ---- */

static const struct {
    const char *name;
    int (*set)(struct mailer_message *message, const char *value, struct mailer_error *error);
} fields_with_functions[] = {
    {"From", mailer_message_set_from},
    {"To", mailer_message_add_to},
    {"Cc", mailer_message_add_cc},
    {"Bcc", mailer_message_add_bcc},
    {"Reply-To", mailer_message_add_reply_to},
    {"Subject", mailer_message_set_subject},
};

/* Adds a field whose value is mailboxes, so that names in it are encoded as in To. */
static int add_mailbox_field(struct mailer_message *message, const char *name, const char *value,
                             struct mailer_error *error)
{
    struct mime_mailbox_list list = {0};
    int result = mime_field_check_mailboxes(name, value, &list, error);
    if (result == 0)
        result = mime_document_add_mailboxes(&message->given, name, &list, error);
    mime_mailbox_list_free(&list);
    return result;
}

static int add_text_field(struct mailer_message *message, const char *name, const char *value,
                          struct mailer_error *error)
{
    char *canonical = NULL;
    int result = mime_field_check_text(name, value, &canonical, error);
    if (result == 0)
        result = mime_document_add_text(&message->given, name, canonical, error);
    free(canonical);
    return result;
}

static int add_field(struct mailer_message *message, const char *name, const char *value,
                     struct mailer_error *error)
{
    const struct mime_field_rule *rule = mime_field_rule_find(name);
    if (rule->name != NULL)
        name = rule->name;
    if (rule->once && mime_document_find(&message->given, name) != NULL)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "%s is given twice: once is enough", name);
    if (mime_field_rule_is_of_mailboxes(rule))
        return add_mailbox_field(message, name, value, error);
    return add_text_field(message, name, value, error);
}

bool message_field_is_once(const char *name)
{
    return mime_field_rule_find(name)->once;
}

int mailer_message_add_header(struct mailer_message *message, const char *name, const char *value,
                              struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    for (size_t i = 0; i < sizeof fields_with_functions / sizeof *fields_with_functions; i++)
        if (text_same(name, fields_with_functions[i].name))
            return fields_with_functions[i].set(message, value, error);
    add_field(message, name, value, &message->error);
    return message_settle(message, error);
}

/* ---- Into the tree ---- */

/* In the order in which they are written; Resent-Reply-To is of times before RFC 5322. */
static const char *const resent_fields[] = {"Resent-Date",    "Resent-From", "Resent-Sender",
                                            "Resent-To",      "Resent-Cc",   "Resent-Message-ID",
                                            "Resent-Reply-To"};

enum { RESENT_FIELDS = sizeof resent_fields / sizeof *resent_fields };

static bool is_resent_field(const char *name)
{
    for (size_t i = 0; i < RESENT_FIELDS; i++)
        if (text_same(name, resent_fields[i]))
            return true;
    return false;
}

static int move_field(struct mailer_message *message, struct mime_field *field,
                      struct mailer_error *error)
{
    if (field->text == NULL)
        return mime_document_add_mailboxes(&message->tree, field->name, &field->mailboxes, error);
    return mime_document_add_text(&message->tree, field->name, field->text, error);
}

static struct mime_field *find_given(struct mailer_message *message, const char *name)
{
    for (size_t i = 0; i < message->given.count; i++)
        if (text_same(message->given.fields[i].name, name))
            return &message->given.fields[i];
    return NULL;
}

static int make_resent_date(struct mailer_message *message, struct mailer_error *error)
{
    char date[MIME_DATE_SIZE];
    int result = mime_stamp_date(date, time(NULL), error);
    return result != 0 ? result
                       : mime_document_add_text(&message->given, "Resent-Date", date, error);
}

static int make_resent_message_id(struct mailer_message *message, const char *author,
                                  struct mailer_error *error)
{
    const char *domain = mime_address_domain(author);
    char *id = NULL;
    int result = mime_stamp_message_id(&id, domain != NULL ? domain : "localhost", error);
    if (result == 0)
        result = mime_document_add_text(&message->given, "Resent-Message-ID", id, error);
    free(id);
    return result;
}

/* Makes what a block must have and was not given. */
static int complete_resent_fields(struct mailer_message *message, struct mailer_error *error)
{
    const struct mime_field *from = find_given(message, "Resent-From");
    if (from == NULL)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "Resent-From is missing: say who resends it");
    if (from->mailboxes.count > 1 && find_given(message, "Resent-Sender") == NULL)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "Resent-From has several addresses: say with Resent-Sender which of them "
                         "resends it");
    int result = 0;
    /* The list of fields grows, so that from is no longer where it was. */
    const char *author = from->mailboxes.mailboxes->address;
    if (find_given(message, "Resent-Message-ID") == NULL)
        result = make_resent_message_id(message, author, error);
    if (result == 0 && find_given(message, "Resent-Date") == NULL)
        result = make_resent_date(message, error);
    return result;
}

int message_add_resent_fields(struct mailer_message *message, struct mailer_error *error)
{
    bool any = false;
    for (size_t i = 0; i < message->given.count; i++)
        any = any || is_resent_field(message->given.fields[i].name);
    int result = any ? complete_resent_fields(message, error) : 0;
    for (size_t i = 0; any && result == 0 && i < RESENT_FIELDS; i++) {
        struct mime_field *field = find_given(message, resent_fields[i]);
        if (field != NULL)
            result = move_field(message, field, error);
    }
    return result;
}

int message_add_other_fields(struct mailer_message *message, struct mailer_error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < message->given.count; i++)
        if (!is_resent_field(message->given.fields[i].name))
            result = move_field(message, &message->given.fields[i], error);
    return result;
}
