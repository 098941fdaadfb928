/* SPDX-License-Identifier: ISC */
/**
 * @file sender.h
 * A sender that keeps its connection for the next message.
 *
 *     struct mailer_sender *sender = NULL;
 *     mailer_sender_new(&sender, &server, &error);
 *     while (...)
 *         mailer_sender_send(sender, message, NULL, &error);
 *     mailer_sender_free(sender);
 */
#ifndef MAILER_SENDER_H
#define MAILER_SENDER_H

#include <mailer/send.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mailer_sender;

/**
 * Makes a sender; nobody is called yet.
 * @param server  what it points to must outlive the sender; the struct itself need not.
 * @return 0, MAILER_USAGE or MAILER_MEMORY.
 */
MAILER_API int mailer_sender_new(struct mailer_sender **sender, const struct mailer_server *server,
                                 struct mailer_error *error);

/**
 * Sends one sealed message, and waits for the outcome. The connection of the message before is used
 * if it is still there; one that the server has closed since is made anew without a word, as
 * nothing was on the way; after a pause of a second no message is risked on it before the server
 * has answered its beginning. A failure, be it of the connection, leaves the sender usable.
 * @param result  as in mailer_send().
 * @return as mailer_send().
 */
MAILER_API int mailer_sender_send(struct mailer_sender *sender,
                                  const struct mailer_message *message,
                                  struct mailer_result **result, struct mailer_error *error);

/** Takes leave of the server, which takes a second at most, and frees. NULL is fine. */
MAILER_API void mailer_sender_free(struct mailer_sender *sender);

#ifdef __cplusplus
}
#endif
#endif
