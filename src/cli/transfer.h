/* SPDX-License-Identifier: ISC */
/**
 * @file transfer.h
 * Sending a message and all that the program does around it: the password, the dialogue of -v, the
 * progress bar, signals, the result on the screen, as JSON and in the log.
 */
#ifndef CLI_TRANSFER_H
#define CLI_TRANSFER_H

#include "client_key.h"
#include "progress_bar.h"
#include "report.h"
#include "server_address.h"

#include <mailer/sender.h>

/** Must stay where it was started. */
struct transfer {
    struct send_options *options;
    struct mailer_server *server;
    const struct server_address *address;
    struct client_key key;
    struct report_trace trace;
    struct progress_bar bar;
    struct mailer_sender *sender; /**< that keeps its connection; NULL: one for each message */
    bool keeps_connection;
    bool is_ready; /**< the password and the key are there */
    int log;       /**< -1: none */
};

/**
 * Opens the log; nobody is asked or called yet.
 * @param keeps_connection  for the next message.
 * @return 0 or EXIT_CODE_CREATE.
 */
int transfer_start(struct transfer *transfer, struct send_options *options,
                   struct mailer_server *server, const struct server_address *address,
                   bool keeps_connection, struct problem *problem);

/**
 * Sends a message. While it goes, signals are noted, see interrupt.h.
 * @return the exit code; what is to be said of the message has been said, but for the problem.
 */
int transfer_send(struct transfer *transfer, const struct mailer_message *message,
                  struct problem *problem);

/** Looks a message through, and asks the server what it takes; nothing is sent. @return as
 * message_check(). */
int transfer_check(struct transfer *transfer, const struct mailer_message *message,
                   struct problem *problem);

/** Takes leave of the server, and gives back what it holds. */
void transfer_end(struct transfer *transfer);

#endif
