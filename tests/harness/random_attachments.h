/* SPDX-License-Identifier: ISC */
/** @file random_attachments.h  Attachments, invitations and reports of random messages. */
#ifndef TESTS_RANDOM_ATTACHMENTS_H
#define TESTS_RANDOM_ATTACHMENTS_H

#include "harness/random_bodies.h"

/* Each may be given but once in a message. */
static const char *const random_ids[RANDOM_ATTACHMENTS] = {
    "logo@example", "logo2@example",  "a.b_c-d", "part/5@[192.0.2.1]", "x", "1",
    "plot+1.png@a", "100%25@example",
};

static const struct random_piece random_attached_messages[] = {
#define PIECE(text)                                                                                \
    {                                                                                              \
        text, sizeof text - 1                                                                      \
    }
    PIECE("From: Ann <ann@example.org>\r\nSubject: clean\r\n\r\nSeven bits.\r\n"),
    PIECE("From: ann@example.org\nSubject: no label\n\n" RANDOM_GERMAN "\n"),
    PIECE("Subject: no header of MIME and no charset\r\n\r\n\xE9t\xE9\r\n"),
    PIECE("MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
          "Content-Transfer-Encoding: 8bit\nSubject: labelled\n\n" RANDOM_RUSSIAN "\n\n"),
    PIECE("Subject: =?utf-8?q?=C3=BC?=\r\nMIME-Version: 1.0\r\n"
          "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\n\r\n" RANDOM_GREEK
          "\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
          "AAECAwQ=\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: "
          "inside\r\n\r\n" RANDOM_EMOJI "\r\n--b--\r\nepilogue\r\n"),
    PIECE("Subject: two\r\nContent-Type: multipart/alternative; boundary=\"o i\"\r\n"
          "Mime-Version: 1.0\r\n\r\n--o i\r\nContent-Type: multipart/related; boundary=i\r\n\r\n"
          "--i\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n<p>\xFC\r\n--i\r\n"
          "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
          "\xFF\xFE\r\n--i--\r\n\r\n--o i--\r\n"),
    PIECE("Subject: binary\r\nContent-Type: application/octet-stream\r\nMIME-Version: 1.0\r\n"
          "Content-Transfer-Encoding: binary\r\n\r\n\0\r\xFF\n\n\r\n"),
#undef PIECE
};

/* A message of one of those kinds, or with lines that are too long or have what is no text. */
static inline char *random_attached_message(size_t *size, uint64_t *state)
{
    size_t kinds = sizeof random_attached_messages / sizeof *random_attached_messages;
    size_t kind = random_below(state, kinds + 2);
    static const char header[] = "Subject: forwarded\n\n";
    char *content = random_content(size, RANDOM_UTF8_PIECES, state);
    const struct random_piece with_content = {header, sizeof header - 1};
    bool has_content = kind >= kinds;
    const struct random_piece *piece =
        has_content ? &with_content : &random_attached_messages[kind];
    char *made = malloc(piece->size + *size + 1);
    if (made == NULL)
        abort();
    memcpy(made, piece->octets, piece->size);
    memcpy(made + piece->size, content, has_content ? *size : 0);
    *size = piece->size + (has_content ? *size : 0);
    free(content);
    return made;
}

/* Text in UTF-16 with its mark, of plain text. */
static inline char *random_wide_text(size_t *size, uint64_t *state)
{
    size_t narrow_size;
    char *narrow = random_content(&narrow_size, 5, state);
    bool least_first = random_below(state, 2) == 0;
    char *wide = calloc(narrow_size + 1, 2);
    if (wide == NULL)
        abort();
    memcpy(wide, least_first ? "\xFF\xFE" : "\xFE\xFF", 2);
    for (size_t i = 0; i < narrow_size; i++)
        wide[2 + 2 * i + !least_first] = narrow[i];
    free(narrow);
    *size = 2 * narrow_size + 2;
    return wide;
}

static inline void random_fill_attachment(struct random_leaf *leaf, uint64_t *state)
{
    static const char *const types[] = {"application/octet-stream", "image/png", "text/csv",
                                        "text/plain", "message/rfc822"};
    size_t kind = random_below(state, 5);
    leaf->type = types[kind];
    leaf->form = kind == 4 ? MIME_FORM_MESSAGE : MIME_FORM_EXACT;
    if (kind == 3)
        leaf->octets = random_wide_text(&leaf->size, state);
    else if (kind == 4)
        leaf->octets = random_attached_message(&leaf->size, state);
    else
        leaf->octets = random_content(&leaf->size, RANDOM_PIECES, state);
}

static inline void random_attach(struct random_message *made, uint64_t *state)
{
    struct random_leaf *leaf = &made->attachments[made->attachment_count];
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    struct mailer_content content = MAILER_CONTENT_INIT;
    *leaf = (struct random_leaf){.disposition = "attachment"};
    random_fill_attachment(leaf, state);
    content.bytes = leaf->octets;
    content.size = leaf->size;
    random_name(leaf->name_space, state);
    leaf->name = random_shown_name(leaf->name_space);
    attachment.name = leaf->name != NULL ? leaf->name_space : NULL;
    attachment.type = leaf->type;
    leaf->id = random_below(state, 4) == 0 ? random_ids[made->attachment_count % 8] : NULL;
    attachment.content_id = leaf->id;
    made->attachment_count++;
    mailer_message_attach(made->message, &content, &attachment, NULL);
}

static inline void random_give_attachments(struct random_message *made, uint64_t *state)
{
    if (made->report_type == NULL)
        for (size_t i = 1 + random_below(state, 8); i > 0; i--)
            random_attach(made, state);
}

/* What is made of a string that is written out here. */
static inline void random_expect_attachment(struct random_message *made, const char *type,
                                            const char *name, const char *octets)
{
    struct random_leaf *leaf = &made->attachments[made->attachment_count++];
    *leaf = (struct random_leaf){.type = type,
                                 .form = MIME_FORM_EXACT,
                                 .name = name,
                                 .disposition = "attachment",
                                 .octets = strdup(octets),
                                 .size = strlen(octets)};
}

static inline void random_give_calendar(struct random_message *made, uint64_t *state)
{
    static const char calendar[] =
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\nBEGIN:VEVENT\r\nSUMMARY:" RANDOM_JAPANESE
        "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = calendar;
    content.size = sizeof calendar - 1;
    if (made->report_type != NULL)
        return;
    const char *name = random_below(state, 2) == 0 ? NULL : "party.ics";
    made->bodies[2] = (struct random_leaf){.type = "text/calendar",
                                           .form = MIME_FORM_TEXT,
                                           .octets = strdup(calendar),
                                           .size = sizeof calendar - 1};
    random_expect_attachment(made, "application/ics", name != NULL ? name : "invite.ics", calendar);
    mailer_message_set_calendar(made->message, &content, name, NULL);
}

/* A report has a text, what is reported, and perhaps the message that it is about. */
static inline void random_give_report(struct random_message *made, uint64_t *state)
{
    static const char status[] = "Reporting-MTA: dns; mx.example.org\n\n"
                                 "Final-Recipient: rfc822; bob@example.org\nAction: failed\n";
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    struct mailer_content content = MAILER_CONTENT_INIT;
    if (made->bodies[0].type == NULL)
        random_give_text(made, state);
    made->report_type = "delivery-status";
    mailer_message_set_report_type(made->message, made->report_type, NULL);
    attachment.type = "message/delivery-status";
    content.bytes = status;
    content.size = sizeof status - 1;
    mailer_message_attach(made->message, &content, &attachment, NULL);
    random_expect_attachment(made, attachment.type, NULL, status);
    made->attachments[0].role = RANDOM_UNREAD;
    if (random_below(state, 2) == 0) {
        attachment.type = "text/rfc822-headers";
        mailer_message_attach(made->message, &content, &attachment, NULL);
        random_expect_attachment(made, attachment.type, NULL, status);
    }
    for (size_t i = 0; i < made->attachment_count; i++)
        made->attachments[i].disposition = NULL;
}

static inline void random_give_archive(struct random_message *made, uint64_t *state)
{
    (void)state;
    if (made->folder[0] == '\0' || made->report_type != NULL)
        return;
    mailer_message_attach_archive(made->message, made->folder, NULL, NULL);
    random_expect_attachment(made, "application/zstd", NULL, "");
    struct random_leaf *leaf = &made->attachments[made->attachment_count - 1];
    snprintf(leaf->name_space, sizeof leaf->name_space, "%s.tar.zst",
             strrchr(made->folder, '/') + 1);
    leaf->name = leaf->name_space;
    leaf->role = RANDOM_UNREAD;
}

#endif
