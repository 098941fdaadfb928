/* SPDX-License-Identifier: ISC */
/* Messages that another program wrote. */
#include "message_private.h"

#include "buffer.h"
#include "error.h"
#include "header_fields.h"
#include "text.h"
#include "tree/document_read.h"

#include <stdlib.h>
#include <string.h>

/* Of a header, which has a limit of its own, with each octet made a replacement character. */
enum { ADDRESS_TEXT_LIMIT = 4 * 1024 * 1024 };

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* ---- Addresses in kept fields ---- */

/* Text as UTF-8, in which an octet that is none becomes U+FFFD; to be freed. */
static char *as_utf8(const char *text)
{
    struct buffer made = buffer_empty(ADDRESS_TEXT_LIMIT);
    size_t size = strlen(text);
    for (size_t i = 0; i < size;) {
        uint32_t code_point;
        size_t length = text_utf8_character(text + i, size - i, &code_point);
        if (length > 0)
            buffer_append(&made, text + i, length);
        else
            buffer_append_string(&made, replacement);
        i += length > 0 ? length : 1;
    }
    char *string = buffer_take_string(&made);
    buffer_free(&made);
    return string;
}

/* Adds the mailboxes that a field holds; it may be empty. Names may be of any charset, as only
 * addresses are wanted. */
static int parse_field(const struct mime_field *field, struct mime_mailbox_list *list,
                       struct mailer_error *error)
{
    char *text = NULL;
    int result = mime_document_field_text(field, &text, error);
    char *utf8 = text != NULL ? as_utf8(text) : NULL;
    if (result == 0 && utf8 == NULL)
        result = error_set_memory(error);
    size_t before = list->count;
    if (result == 0 && utf8[strspn(utf8, " \t,")] != '\0')
        result = mime_address_parse(list, utf8, true, error);
    for (size_t i = before; result == 0 && i < list->count; i++)
        if (strstr(list->mailboxes[i].address, replacement) != NULL)
            result = error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                               "an address in it is not UTF-8: write it in UTF-8 or US-ASCII");
    if (result != 0)
        error_prefix(error, "%s", field->name);
    free(text);
    free(utf8);
    return result;
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_same(name, names[i]))
            return true;
    return false;
}

/* ---- Recipients ---- */

static const char *const recipient_fields[] = {"To", "Cc", "Bcc"};
static const char *const resent_fields[] = {"Resent-To", "Resent-Cc", "Resent-Bcc"};
enum { RECIPIENT_FIELDS = sizeof recipient_fields / sizeof *recipient_fields };

static bool is_resent(const char *name)
{
    static const char prefix[] = "Resent-";
    return strlen(name) >= sizeof prefix - 1 && text_same_bytes(name, sizeof prefix - 1, prefix);
}

/* Whether a field is of another resending than those before it, which has but one of each. Several
 * Resent-To are more likely an error in one block. */
static bool begins_another(const struct mime_document *document, size_t start, size_t index)
{
    static const char *const once[] = {"Resent-From", "Resent-Date", "Resent-Message-ID"};
    const char *name = document->fields[index].name;
    bool begins = false;
    for (size_t i = start; i < index && !begins; i++)
        begins = text_same(document->fields[i].name, name);
    return begins && is_one_of(name, once, sizeof once / sizeof *once);
}

/* The fields of the latest resending: each one puts its block in front (RFC 5322 3.6.6).
 * @param end  receives the index behind the block. */
static size_t latest_resending(const struct mime_document *document, size_t *end)
{
    size_t start = 0;
    while (start < document->count && !is_resent(document->fields[start].name))
        start++;
    *end = start;
    while (*end < document->count && is_resent(document->fields[*end].name) &&
           !begins_another(document, start, *end))
        ++*end;
    return start;
}

/* Nobody sees them but the envelope, so that it does not matter to which list they go. */
static int take_recipients_of(struct mailer_message *message, struct mailer_error *error)
{
    const struct mime_document *document = &message->tree;
    size_t end;
    size_t start = latest_resending(document, &end);
    bool resent = false;
    int result = 0;
    for (size_t i = start; result == 0 && i < end; i++)
        if (is_one_of(document->fields[i].name, resent_fields, RECIPIENT_FIELDS)) {
            resent = true;
            result = parse_field(&document->fields[i], &message->bcc, error);
        }
    for (size_t i = 0; result == 0 && !resent && i < document->count; i++)
        if (is_one_of(document->fields[i].name, recipient_fields, RECIPIENT_FIELDS))
            result = parse_field(&document->fields[i], &message->bcc, error);
    return result;
}

/* ---- The header ---- */

/* RFC 5322 3.6: which of the fields that stand more than once can be made one. */
static int check_counts(const struct mime_document *document, struct mailer_error *error)
{
    static const char *const once[] = {"From",       "Sender",      "Subject",   "Date",
                                       "Message-ID", "In-Reply-To", "References"};
    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        size_t count = 0;
        for (size_t k = 0; k < document->count; k++)
            count += text_same(document->fields[k].name, once[i]);
        if (count > 1)
            return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                             "%s stands in the message %zu times: once is enough", once[i], count);
    }
    return 0;
}

/* What a kept field holds, behind commas and white space in front; "": nothing. */
static const char *value_of(const struct mime_field *field)
{
    const char *value = field->raw + strcspn(field->raw, ":") + 1;
    return value + strspn(value, " \t\r\n,");
}

/* Appends the value of a field to a field, so that nothing of it is written in another way. */
static void append_value(struct buffer *merged, const struct mime_field *field)
{
    while (merged->size > 0 && strchr(" \t\r\n,", merged->bytes[merged->size - 1]) != NULL)
        merged->size--;
    buffer_append_format(merged, merged->size == 0 ? "%s: %s" : ",%.0s %s", field->name,
                         value_of(field));
}

/* Puts the values of fields of one name together; leaves merged empty when there is but one. */
static int merge_values(const struct mime_document *document, const char *name,
                        struct buffer *merged, struct mailer_error *error)
{
    struct mime_mailbox_list list = {0};
    size_t filled = 0;
    int result = 0;
    for (size_t i = 0; i < document->count; i++)
        filled += text_same(document->fields[i].name, name) && *value_of(&document->fields[i]) != 0;
    for (size_t i = 0; filled > 1 && result == 0 && i < document->count; i++) {
        const struct mime_field *field = &document->fields[i];
        if (!text_same(field->name, name) || *value_of(field) == '\0')
            continue;
        /* What is open at the end of one would swallow the next. */
        result = parse_field(field, &list, error);
        append_value(merged, field);
    }
    mime_mailbox_list_free(&list);
    return result == 0 && merged->failed ? error_set_memory(error) : result;
}

/* Makes several fields of one name, of which RFC 5322 allows but one, into the first of them that
 * has a value, and removes those that have none, which it does not allow. */
static int merge_fields(struct mime_document *document, const char *name,
                        struct mailer_error *error)
{
    struct buffer merged = buffer_empty(ADDRESS_TEXT_LIMIT);
    int result = merge_values(document, name, &merged, error);
    char *raw = result == 0 && merged.size > 0 ? buffer_take_string(&merged) : NULL;
    buffer_free(&merged);
    bool found = false;
    size_t kept = 0;
    for (size_t i = 0; result == 0 && i < document->count; i++) {
        struct mime_field field = document->fields[i];
        bool is_meant = text_same(field.name, name);
        if (is_meant && (found || *value_of(&field) == '\0')) {
            mime_field_free(&field);
            continue;
        }
        found |= is_meant;
        if (is_meant && raw != NULL) {
            free(field.raw);
            field.raw = raw;
        }
        document->fields[kept++] = field;
    }
    if (result == 0)
        document->count = kept;
    return result;
}

/* Whether an address of the header can only go by SMTPUTF8. What cannot be parsed is told when the
 * field is written. */
static void look_for_utf8(struct mailer_message *message)
{
    static const char *const names[] = {
        "From",      "Sender",        "Reply-To",       "To", "Cc", "Resent-From", "Resent-To",
        "Resent-Cc", "Resent-Sender", "Resent-Reply-To"};
    const struct mime_document *document = &message->tree;
    for (size_t i = 0; i < document->count && !message->needs_utf8; i++) {
        const struct mime_field *field = &document->fields[i];
        struct mime_mailbox_list list = {0};
        if (field->raw == NULL || text_is_ascii(field->raw, strlen(field->raw)) ||
            !is_one_of(field->name, names, sizeof names / sizeof *names))
            continue;
        if (parse_field(field, &list, NULL) == 0)
            for (size_t k = 0; k < list.count; k++)
                message->needs_utf8 |= mime_address_needs_utf8(list.mailboxes[k].address);
        mime_mailbox_list_free(&list);
    }
}

/* Takes fields out that say nothing where they must say something. */
static int remove_empty(struct mime_document *document, struct mailer_error *error)
{
    static const char *const needed[] = {"Date", "From", "Message-ID"};
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof needed / sizeof *needed; i++) {
        const struct mime_field *field = mime_document_find(document, needed[i]);
        char *text = NULL;
        if (field != NULL)
            result = mime_document_field_text(field, &text, error);
        if (text != NULL && *text == '\0')
            mime_document_remove(document, needed[i]);
        free(text);
    }
    return result;
}

static int read_document(struct mailer_message *message, struct mime_blob *blob,
                         bool take_recipients, struct mailer_error *error)
{
    const struct text_options *options = &message->text_options;
    const char *charset = options->charset != NULL ? options->charset : options->fallback_charset;
    int result = mime_document_read(&message->tree, blob, charset, error);
    if (result != 0)
        return result;
    message->existing = true;
    result = check_counts(&message->tree, error);
    if (result == 0)
        result = remove_empty(&message->tree, error);
    if (result == 0 && take_recipients)
        result = take_recipients_of(message, error);
    mime_document_remove(&message->tree, "Bcc");
    mime_document_remove(&message->tree, "Resent-Bcc");
    static const char *const merged[] = {"To", "Cc", "Reply-To"};
    for (size_t i = 0; result == 0 && i < sizeof merged / sizeof *merged; i++)
        result = merge_fields(&message->tree, merged[i], error);
    look_for_utf8(message);
    return result;
}

int mailer_message_read(struct mailer_message *message, const struct mailer_content *content,
                        bool take_recipients, struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    struct mime_blob *blob = NULL;
    const char *name;
    struct mailer_error *first = &message->error;
    if (message->existing || message->html != NULL || message->bodies[BODY_PLAIN] != NULL ||
        message->bodies[BODY_CALENDAR] != NULL || message->report_type != NULL)
        error_set(first, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                  "the message has a body already: no other one can be read");
    else if (message_open_content(message, content, &blob, &name, first) == 0)
        read_document(message, blob, take_recipients, first);
    mime_blob_release(blob);
    return message_settle(message, error);
}

/* ---- Seal ---- */

/* The author of the header, in place of the one that was given in case there is none. */
static int take_author(struct mailer_message *message, struct mailer_error *error)
{
    const struct mime_field *from = mime_document_find(&message->tree, "From");
    if (from == NULL)
        return message->from.count > 0
                   ? 0
                   : error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                               "From is missing in the message: say who sends it");
    mime_mailbox_list_free(&message->from);
    int result = parse_field(from, &message->from, error);
    if (result == 0 && message->from.count == 0)
        result = error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                           "From has no address: write who sends the message");
    /* RFC 5322 3.6.2 */
    if (result == 0 && message->from.count > 1 &&
        mime_document_find(&message->tree, "Sender") == NULL)
        result = error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                           "From has several addresses: say with Sender which of them sends it");
    return result;
}

/* Who sends the message as it is now: who resent it last (RFC 5322 3.6.6), else its sender. */
static const struct mime_field *find_sender(const struct mime_document *document)
{
    size_t end;
    size_t start = latest_resending(document, &end);
    const struct mime_field *from = NULL;
    for (size_t i = start; i < end; i++) {
        const struct mime_field *field = &document->fields[i];
        if (text_same(field->name, "Resent-Sender"))
            return field;
        if (text_same(field->name, "Resent-From"))
            from = field;
    }
    return from != NULL ? from : mime_document_find(document, "Sender");
}

/* Bounces go to who sends the message. */
static int choose_envelope_sender(struct mailer_message *message, struct mailer_error *error)
{
    struct mime_mailbox_list parsed = {0};
    const struct mime_mailbox_list *list = &parsed;
    const struct mime_field *field = find_sender(&message->tree);
    int result = 0;
    if (field != NULL && field->raw != NULL)
        result = parse_field(field, &parsed, error);
    else if (field != NULL)
        list = &field->mailboxes;
    if (list->count == 0)
        list = &message->from;
    if (result == 0)
        result =
            message_keep_string(message, &message->envelope_sender, list->mailboxes[0].address);
    mime_mailbox_list_free(&parsed);
    return result;
}

int message_check_new(const struct mailer_message *message, const char *name,
                      struct mailer_error *error)
{
    return mime_document_find(&message->tree, name) == NULL
               ? 0
               : error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                           "the message has a field %s already: leave the other one out", name);
}

/* What was given must not be there already, where it may be there only once. */
static int check_given(const struct mailer_message *message, struct mailer_error *error)
{
    int result = message->subject != NULL ? message_check_new(message, "Subject", error) : 0;
    if (result == 0 && !mime_mailbox_list_is_empty(&message->reply_to))
        result = message_check_new(message, "Reply-To", error);
    for (size_t i = 0; result == 0 && i < message->given.count; i++) {
        const char *name = message->given.fields[i].name;
        if (message_field_is_once(name) && !is_resent(name))
            result = message_check_new(message, name, error);
    }
    return result;
}

/* A resending that was given goes in front of those that the message has. */
static int put_resending_first(struct mailer_message *message, struct mailer_error *error)
{
    struct mime_document *document = &message->tree;
    size_t before = document->count;
    int result = message_add_resent_fields(message, error);
    for (size_t added = document->count - before; added > 0; added--) {
        const struct mime_field last = document->fields[document->count - 1];
        memmove(document->fields + 1, document->fields,
                (document->count - 1) * sizeof *document->fields);
        document->fields[0] = last;
    }
    return result;
}

int message_complete_header(struct mailer_message *message, struct mailer_error *error)
{
    int result = take_author(message, error);
    if (result == 0)
        result = put_resending_first(message, error);
    if (result == 0 && message->envelope_sender == NULL)
        result = choose_envelope_sender(message, error);
    return result == 0 ? check_given(message, error) : result;
}

int message_keep_id(struct mailer_message *message, const struct mime_field *field,
                    struct mailer_error *error)
{
    char *text = NULL;
    int result = mime_document_field_text(field, &text, error);
    if (result == 0)
        result = message_keep_string(message, &message->message_id, text);
    free(text);
    return result;
}

/* Puts the pictures in front of the attachments, as no HTML is made that shows them. */
static int attach_pictures(struct mailer_message *message, struct mailer_error *error)
{
    struct mime_part *pictures = message->pictures;
    int result = 0;
    if (message->attachments == NULL)
        result = mime_part_new_multipart(&message->attachments, "mixed", error);
    for (size_t i = 0; result == 0 && i < pictures->count; i++) {
        result = mime_part_insert(message->attachments, i, pictures->children[i], error);
        pictures->children[i] = NULL;
    }
    mime_part_free(pictures);
    message->pictures = NULL;
    return result;
}

/* The content of the message and what was added to it: mixed (RFC 2046 5.1.3). */
int message_wrap_existing(struct mailer_message *message, struct mailer_error *error)
{
    int result = message->pictures != NULL ? attach_pictures(message, error) : 0;
    if (result != 0 || message->attachments == NULL)
        return result;
    struct mime_part *root = NULL;
    result = mime_document_take_root(&message->tree, &root, error);
    return result != 0 ? result : mime_part_insert(message->attachments, 0, root, error);
}
