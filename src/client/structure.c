/* SPDX-License-Identifier: ISC */
#include "message_private.h"

#include "error.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes a part away from where it is kept. */
static struct mime_part *take(struct mime_part **place)
{
    struct mime_part *part = *place;
    *place = NULL;
    return part;
}

/* The one body, or an alternative of all (RFC 2046 5.1.4); NULL when there is none. */
static int build_body(struct mailer_message *message, struct mime_part **body,
                      struct mailer_error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < BODY_KINDS; i++)
        count += message->bodies[i] != NULL;
    int result = 0;
    if (count > 1)
        result = mime_part_new_multipart(body, "alternative", error);
    for (size_t i = 0; result == 0 && i < BODY_KINDS; i++)
        if (message->bodies[i] != NULL && count == 1)
            *body = take(&message->bodies[i]);
        else if (message->bodies[i] != NULL)
            result = mime_part_insert(*body, (*body)->count, take(&message->bodies[i]), error);
    return result;
}

/* Whether the parts of a report are what RFC 6522 (3) asks for. */
static int check_report(const struct mailer_message *message, const struct mime_part *body,
                        struct mailer_error *error)
{
    static const char *const returned[] = {"message/rfc822", "message/global",
                                           "text/rfc822-headers", "message/global-headers"};
    const struct mime_part *parts = message->attachments;
    char wanted[REPORT_TYPE_LIMIT + sizeof "message/"];
    snprintf(wanted, sizeof wanted, "message/%s", message->report_type);
    if (body == NULL || parts == NULL || parts->count > 2)
        return error_set(
            error, MAILER_DATA, MAILER_STAGE_MESSAGE,
            "a report has a text, the report as an attachment, and perhaps the message "
            "that it is about as another one");
    if (!text_same(parts->children[0]->type.name, wanted))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "a report of type %s has an attachment of type %s in front, not %s",
                         message->report_type, wanted, parts->children[0]->type.name);
    for (size_t i = 0; parts->count == 2 && i < sizeof returned / sizeof *returned; i++)
        if (text_same(parts->children[1]->type.name, returned[i]))
            return 0;
    return parts->count == 1
               ? 0
               : error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                           "the second attachment of a report is the message that it is about "
                           "(message/rfc822) or its header (text/rfc822-headers), not %s",
                           parts->children[1]->type.name);
}

/* A multipart/report in place of the mixed one. */
static int make_report(struct mailer_message *message, struct mailer_error *error)
{
    char subtype[REPORT_TYPE_LIMIT + sizeof "report; report-type="];
    snprintf(subtype, sizeof subtype, "report; report-type=%s", message->report_type);
    struct mime_part *report = NULL;
    int result = mime_part_new_multipart(&report, subtype, error);
    struct mime_part *mixed = message->attachments;
    for (size_t i = 0; result == 0 && i < mixed->count; i++) {
        struct mime_part *part = take(&mixed->children[i]);
        free(part->disposition);
        part->disposition = NULL; /* its place in the report says what it is */
        result = mime_part_insert(report, i, part, error);
    }
    if (result != 0) {
        mime_part_free(report);
        return result;
    }
    mixed->count = 0;
    mime_part_free(mixed);
    message->attachments = report;
    return 0;
}

int message_build_structure(struct mailer_message *message, struct mailer_error *error)
{
    struct mime_part **root = &message->tree.root;
    int result = *root == NULL ? build_body(message, root, error) : 0;
    if (result == 0 && message->report_type != NULL) {
        result = check_report(message, *root, error);
        if (result == 0)
            result = make_report(message, error);
    }
    if (result != 0 || message->attachments == NULL)
        return result;
    if (*root != NULL)
        result = mime_part_insert(message->attachments, 0, take(root), error);
    *root = take(&message->attachments);
    return result;
}
