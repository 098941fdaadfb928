/* SPDX-License-Identifier: ISC */
/** @file message_private.h  The inside of a message: building (message.c), sealing (seal.c),
 * sending. */
#ifndef CLIENT_MESSAGE_PRIVATE_H
#define CLIENT_MESSAGE_PRIVATE_H

#include "content/detect.h"
#include "tree/plan.h"

#include <mailer/message.h>

/* The kinds of body, in the order of alternatives: the best one last (RFC 2046 5.1.4). */
enum body { BODY_PLAIN = 0, BODY_HTML, BODY_KINDS };

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
    char *message_id;
    struct mime_document given; /* fields added by name, until seal moves them */
    struct mime_part *bodies[BODY_KINDS];
    struct mime_part *attachments; /* a multipart/mixed, made with the first one */
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

/** Keeps a copy of a string in place of the one before; without memory that is the message's error.
 */
void message_keep_string(struct mailer_message *message, char **place, const char *string);

/** The tree of a sealed message; NULL before seal. */
const struct mime_document *message_tree(const struct mailer_message *message);

/** Lays a sealed message out for a wire. @return as mime_plan_new(). */
int message_plan(struct mime_plan **plan, const struct mailer_message *message,
                 enum mailer_wire wire, struct mailer_error *error);

/** Whether an address of its envelope or header needs SMTPUTF8 (RFC 6531). */
bool message_needs_utf8(const struct mailer_message *message);

#endif
