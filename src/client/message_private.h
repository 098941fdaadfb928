/* SPDX-License-Identifier: ISC */
/** @file message_private.h  The inside of a message: building (message*.c, header_fields.c),
 * sealing (seal.c, structure.c, html_body.c), sending. */
#ifndef CLIENT_MESSAGE_PRIVATE_H
#define CLIENT_MESSAGE_PRIVATE_H

#include "content/detect.h"
#include "parameters.h"
#include "tree/plan.h"

#include <mailer/message.h>

/* The kinds of body, in the order of alternatives: the best one last (RFC 2046 5.1.4). */
enum body { BODY_PLAIN = 0, BODY_HTML, BODY_CALENDAR, BODY_KINDS };

/** How long the type of a report may be, as in "delivery-status". */
enum { REPORT_TYPE_LIMIT = 64 };

/** The text options, with strings that are owned. */
struct text_options {
    char *charset;
    char *fallback_charset;
    char *output_charset;
    char *picture_directory;
    bool flowed;
    bool text_from_html;
};

/** What is asked of servers besides the delivery. */
struct message_envelope {
    char *sender_parameters; /**< behind MAIL FROM; or NULL */
    unsigned notify;
    uint8_t *recipient_notify; /**< of each recipient in place of notify; or NULL */
    char **recipient_original; /**< ORCPT of each, or NULL; or NULL */
    size_t original_count;
    bool needs_dsn;
    bool require_tls;
    bool holds;
    bool is_timed;          /**< DELIVERBY */
    int64_t returned_after; /**< seconds; 0: it is not returned for being late */
    bool has_priority;      /**< MT-PRIORITY */
    bool has_submitter;
};

struct mailer_message {
    struct mailer_error error; /* the first one */
    bool sealed;
    struct mime_mailbox_list from;
    struct mime_mailbox_list reply_to;
    struct mime_mailbox_list to;
    struct mime_mailbox_list cc;
    struct mime_mailbox_list bcc;
    char *subject;
    char *envelope_sender;
    char *temporary_directory;
    char *message_id_domain;
    char *domain; /* of addresses without one; or NULL */
    char *message_id;
    struct mime_document given; /* fields added by name, until seal moves them */
    struct text_options text_options;
    struct mime_part *bodies[BODY_KINDS];
    struct mime_blob *plain; /* the plain text in UTF-8 */
    struct mime_blob *html;  /* the HTML in UTF-8, until seal makes its part */
    char *plain_type;
    char *html_type;
    struct mime_blob *html_given;      /* the HTML in UTF-8 before seal puts pictures in; or NULL */
    const struct mime_part *html_part; /* the HTML in the tree, once it is made; or NULL */
    struct mime_part *attachments;     /* a multipart/mixed, made with the first one */
    struct mime_part *pictures;        /* a multipart/related, made with the first one */
    char *report_type;
    char **left_out; /* names of pictures that HTML may name all the same */
    size_t left_out_count;
    char *note; /* lines for the end of the text; or NULL */
    char *thread;
    char *mailto_subject; /* where none is set otherwise */
    char *mailto_body;
    char *unsubscribe; /* URLs in angle brackets, with commas between */
    struct message_envelope envelope;
    bool one_click; /* one of them works by a single POST */
    bool existing;  /* tree holds a message that was read */
    struct mime_detector *detector;
    size_t files;

    /* Made by seal. */
    struct mime_document tree;
    const char **recipients; /* each once; borrowed from to, cc, bcc or the tree's fields */
    size_t recipient_count;
    bool needs_utf8;          /* an address needs SMTPUTF8 */
    struct mime_plan *layout; /* for the narrowest wire; later ones take the header from it */
};

/** Hands the message's first error, if there is one, to the caller. @return its class. */
int message_settle(const struct mailer_message *message, struct mailer_error *error);

/** Whether the message can still be built on; else *result is what to return. */
bool message_is_open(const struct mailer_message *message, int *result, struct mailer_error *error);

/** Keeps a copy of a string in place of the one before.
 * @return 0 or MAILER_MEMORY, which is the message's error, too. */
int message_keep_string(struct mailer_message *message, char **place, const char *string);

/** Opens what content describes. @param name  receives a name found for it, or NULL. */
int message_open_content(struct mailer_message *message, const struct mailer_content *content,
                         struct mime_blob **blob, const char **name, struct mailer_error *error);

/** Gives addresses without a domain the one that was set, if any; once, before anything is made of
 * them. */
int message_complete_domains(struct mailer_message *message, struct mailer_error *error);

/** Attaches what is open. @param found_name  of it, where none is given; or NULL. */
int message_attach_blob(struct mailer_message *message, struct mime_blob *blob,
                        const char *found_name, const struct mailer_attachment *attachment,
                        struct mailer_error *error);

/** Adds a picture that is open. @param content_id  receives that of the part, which owns it. */
int message_add_picture_blob(struct mailer_message *message, struct mime_blob *blob,
                             const char *name, const char *type, const char **content_id,
                             struct mailer_error *error);

/** Adds the fields of thread and list to the tree. @param domain  of the author. */
int message_add_header_groups(struct mailer_message *message, const char *domain,
                              struct mailer_error *error);

/** Makes the part of a body from text in UTF-8: in the charset that the text options name. */
int message_new_body(struct mailer_message *message, struct mime_part **part, const char *type,
                     struct mime_blob *utf8, struct mailer_error *error);

/** As message_new_body(), of the plain text; in UTF-8 where the charset asked for lacks one of its
 * characters, which the caller did not write. */
int message_new_text(struct mailer_message *message, const char *type, struct mime_blob *utf8,
                     struct mailer_error *error);

/** Puts the note behind a text in UTF-8, which it takes the place of. */
int message_put_note(const struct mailer_message *message, struct mime_blob **text,
                     struct mailer_error *error);

/** Makes the part of the plain text that was given anew, with the note, where there is one. */
int message_note_text(struct mailer_message *message, struct mailer_error *error);

/** Makes the part of the HTML, with its pictures, and a plain text of it where one is wanted. */
int message_build_html(struct mailer_message *message, struct mailer_error *error);

/** Takes subject and body of a mailto: URL where there is none. */
int message_apply_mailto(struct mailer_message *message, struct mailer_error *error);

/** MAILER_DATA when the tree has a field of that name already. */
int message_check_new(const struct mailer_message *message, const char *name,
                      struct mailer_error *error);

/** Finds author and envelope's sender of a message that was read, adds the resending that was
 * given, and checks that what else was given does not stand in it. */
int message_complete_header(struct mailer_message *message, struct mailer_error *error);

/** Keeps the Message-ID that a field holds. */
int message_keep_id(struct mailer_message *message, const struct mime_field *field,
                    struct mailer_error *error);

/** Puts a message that was read and what was added to it together (RFC 2046 5.1.3). */
int message_wrap_existing(struct mailer_message *message, struct mailer_error *error);

/**
 * Puts bodies, pictures and attachments together: mixed > alternative > related, each only where
 * it is needed.
 */
int message_build_structure(struct mailer_message *message, struct mailer_error *error);

/** The tree of a sealed message; NULL before seal. */
const struct mime_document *message_tree(const struct mailer_message *message);

/** Lays a sealed message out for a wire. @return as mime_plan_new(). */
int message_plan(struct mime_plan **plan, const struct mailer_message *message,
                 enum mailer_wire wire, struct mailer_error *error);

/** What is said behind MAIL FROM: "", or words with a space before each. */
const char *message_sender_parameters(const struct mailer_message *message);

/** The same behind RCPT TO. */
void message_recipient_parameters(const struct mailer_message *message, size_t index,
                                  char text[static SMTP_PARAMETERS_SIZE]);

void message_envelope_free(struct message_envelope *envelope);

/** Whether an address of its envelope or header needs SMTPUTF8 (RFC 6531). */
bool message_needs_utf8(const struct mailer_message *message);

#endif
