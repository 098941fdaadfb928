/* SPDX-License-Identifier: ISC */
#include "message_private.h"

#include "error.h"
#include "header/stamp.h"
#include "header_fields.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* An address and its place in the order given. */
struct candidate {
    const char *address;
    size_t place;
};

static int compare_candidates(const void *one, const void *other)
{
    const struct candidate *a = one;
    const struct candidate *b = other;
    int order = mime_address_compare(a->address, b->address);
    return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

/* Makes the envelope's recipients of To, Cc and Bcc: each once, in the order given. */
static int collect_recipients(struct mailer_message *message, struct mailer_error *error)
{
    const struct mime_mailbox_list *lists[] = {&message->to, &message->cc, &message->bcc};
    size_t total = lists[0]->count + lists[1]->count + lists[2]->count;
    struct candidate *candidates = calloc(total + 1, sizeof *candidates);
    message->recipients = calloc(total + 1, sizeof *message->recipients);
    if (candidates == NULL || message->recipients == NULL) {
        free(candidates);
        return error_set_memory(error);
    }
    size_t count = 0;
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < lists[i]->count; k++, count++)
            candidates[count] = (struct candidate){lists[i]->mailboxes[k].address, count};
    qsort(candidates, total, sizeof *candidates, compare_candidates);
    for (size_t i = 0; i < total; i++)
        if (i == 0 || mime_address_compare(candidates[i].address, candidates[i - 1].address) != 0)
            message->recipients[candidates[i].place] = candidates[i].address;
    free(candidates);
    for (size_t i = 0; i < total; i++)
        if (message->recipients[i] != NULL)
            message->recipients[message->recipient_count++] = message->recipients[i];
    return 0;
}

/* Moves mailboxes and groups into a field, if there are any. */
static int add_mailbox_field(struct mailer_message *message, const char *name,
                             struct mime_mailbox_list *list, struct mailer_error *error)
{
    return mime_mailbox_list_is_empty(list)
               ? 0
               : mime_document_add_mailboxes(&message->tree, name, list, error);
}

static int add_date(struct mailer_message *message, struct mailer_error *error)
{
    char date[MIME_DATE_SIZE];
    if (mime_document_find(&message->given, "Date") != NULL ||
        mime_document_find(&message->tree, "Date") != NULL)
        return 0;
    int result = mime_stamp_date(date, time(NULL), error);
    return result != 0 ? result : mime_document_add_text(&message->tree, "Date", date, error);
}

/* The domain for what is made here: the one that was set, or the author's. */
static const char *own_domain(const struct mailer_message *message)
{
    if (message->message_id_domain != NULL)
        return message->message_id_domain;
    const struct mime_mailbox_list *from = &message->from;
    if (from->count == 0)
        from = &mime_document_find(&message->tree, "From")->mailboxes;
    const char *domain = mime_address_domain(from->mailboxes->address);
    return domain == NULL || mime_address_needs_utf8(domain) ? "localhost" : domain;
}

/* The Message-ID that was given, or a new one. */
static int add_message_id(struct mailer_message *message, struct mailer_error *error)
{
    const struct mime_field *given = mime_document_find(&message->given, "Message-ID");
    if (given != NULL) {
        message->message_id = strdup(given->text);
        return message->message_id == NULL ? error_set_memory(error) : 0;
    }
    const struct mime_field *existing = mime_document_find(&message->tree, "Message-ID");
    if (existing != NULL)
        return message_keep_id(message, existing, error);
    int result = mime_stamp_message_id(&message->message_id, own_domain(message), error);
    if (result != 0)
        return result;
    return mime_document_add_text(&message->tree, "Message-ID", message->message_id, error);
}

/* Who writes to whom, and when. */
static int add_people(struct mailer_message *message, struct mailer_error *error)
{
    int result = message_add_resent_fields(message, error);
    if (result == 0)
        result = add_date(message, error);
    if (result == 0)
        result = add_mailbox_field(message, "From", &message->from, error);
    if (result == 0)
        result = add_mailbox_field(message, "Reply-To", &message->reply_to, error);
    if (result == 0)
        result = add_mailbox_field(message, "To", &message->to, error);
    return result != 0 ? result : add_mailbox_field(message, "Cc", &message->cc, error);
}

/* To a message that was read, what it lacks. */
static int complete_people(struct mailer_message *message, struct mailer_error *error)
{
    int result = message_complete_header(message, error);
    if (result == 0)
        result = add_date(message, error);
    if (result == 0 && mime_document_find(&message->tree, "From") == NULL)
        result = add_mailbox_field(message, "From", &message->from, error);
    return result != 0 ? result : add_mailbox_field(message, "Reply-To", &message->reply_to, error);
}

/* The header fields in the order in which people read them. */
static int build_header(struct mailer_message *message, struct mailer_error *error)
{
    int result = message->existing ? complete_people(message, error) : add_people(message, error);
    if (result == 0 && message->subject != NULL)
        result = mime_document_add_text(&message->tree, "Subject", message->subject, error);
    if (result == 0)
        result = add_message_id(message, error);
    if (result == 0)
        result = message_add_other_fields(message, error);
    return result == 0 ? message_add_header_groups(message, own_domain(message), error) : result;
}

static bool list_needs_utf8(const struct mime_mailbox_list *list)
{
    bool needs = false;
    for (size_t i = 0; !needs && i < list->count; i++)
        needs = mime_address_needs_utf8(list->mailboxes[i].address);
    return needs;
}

static void look_for_utf8(struct mailer_message *message)
{
    bool needs = mime_address_needs_utf8(message->envelope_sender);
    for (size_t i = 0; !needs && i < message->recipient_count; i++)
        needs = mime_address_needs_utf8(message->recipients[i]);
    for (size_t i = 0; !needs && i < message->tree.count; i++)
        needs = list_needs_utf8(&message->tree.fields[i].mailboxes);
    message->needs_utf8 |= needs;
}

/* Lays it out once, so that what cannot be sent at all is known before a server is asked. Only what
 * was read may need a wider wire than there is. */
static int lay_out(struct mailer_message *message, struct mailer_error *error)
{
    bool utf8 = message_needs_utf8(message);
    struct mime_wire wire = {utf8 ? MAILER_WIRE_8BIT : MAILER_WIRE_7BIT, utf8};
    struct mailer_error narrow = MAILER_ERROR_INIT;
    int result = mime_plan_new(&message->layout, &message->tree, wire, &narrow);
    while (result == MAILER_UNSUPPORTED && wire.width < MAILER_WIRE_BINARY) {
        wire.width++;
        narrow = (struct mailer_error)MAILER_ERROR_INIT;
        result = mime_plan_new(&message->layout, &message->tree, wire, &narrow);
    }
    return error_pass(error, &narrow);
}

int mailer_message_seal(struct mailer_message *message, struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    struct mailer_error *first = &message->error;
    message_complete_domains(message, first);
    if (message->existing && message->note != NULL)
        error_set(first, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                  "the message that was read has its text: no note can be added to it");
    else if (message->existing)
        message_wrap_existing(message, first);
    else if (message->from.count == 0)
        error_set(first, MAILER_DATA, MAILER_STAGE_MESSAGE, "From is missing: say who sends it");
    else if (message->envelope_sender == NULL)
        message_keep_string(message, &message->envelope_sender, message->from.mailboxes[0].address);
    if (!error_is_set(first) && message_apply_mailto(message, first) == 0 &&
        collect_recipients(message, first) == 0 && build_header(message, first) == 0 &&
        message_build_html(message, first) == 0 && message_build_structure(message, first) == 0) {
        look_for_utf8(message);
        lay_out(message, first);
    }
    message->sealed = !error_is_set(first);
    /* What libmagic has mapped, some 7 MB, is not needed while the message is sent. */
    mime_detector_free(message->detector);
    message->detector = NULL;
    return message_settle(message, error);
}

/* ---- A sealed message ---- */

const struct mime_document *message_tree(const struct mailer_message *message)
{
    return message->sealed ? &message->tree : NULL;
}

int message_plan(struct mime_plan **plan, const struct mailer_message *message,
                 enum mailer_wire wire, struct mailer_error *error)
{
    return mime_plan_again(plan, &message->tree, message->layout, wire, error);
}

bool message_needs_utf8(const struct mailer_message *message)
{
    return message->needs_utf8;
}

/* An attachment counts, though it may be an empty file. */
static bool is_empty(const struct mime_part *part)
{
    if (!mime_part_is_multipart(part))
        return mime_blob_size(part->blob) == 0 && part->disposition == NULL;
    bool empty = true;
    for (size_t i = 0; i < part->count && empty; i++)
        empty = is_empty(part->children[i]);
    return empty;
}

const char *mailer_message_attachment_type(const struct mailer_message *message, size_t index)
{
    const struct mime_part *root = message->sealed ? message->tree.root : NULL;
    for (size_t i = 0; root != NULL && i < root->count; i++) {
        const struct mime_part *part = root->children[i];
        bool is_attached =
            part->disposition != NULL && strcmp(part->disposition, "attachment") == 0;
        if (is_attached && index-- == 0)
            return part->type.name;
    }
    return NULL;
}

bool mailer_message_is_empty(const struct mailer_message *message)
{
    return message->sealed && (message->tree.root == NULL || is_empty(message->tree.root));
}

const char *mailer_message_id(const struct mailer_message *message)
{
    return message->sealed ? message->message_id : NULL;
}

const char *mailer_message_envelope_sender(const struct mailer_message *message)
{
    return message->sealed ? message->envelope_sender : NULL;
}

size_t mailer_message_recipient_count(const struct mailer_message *message)
{
    return message->sealed ? message->recipient_count : 0;
}

const char *mailer_message_recipient(const struct mailer_message *message, size_t index)
{
    return index < mailer_message_recipient_count(message) ? message->recipients[index] : NULL;
}
