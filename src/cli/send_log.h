/* SPDX-License-Identifier: ISC */
/** @file send_log.h  The file of --log: a line for each message. */
#ifndef CLI_SEND_LOG_H
#define CLI_SEND_LOG_H

#include "buffer.h"
#include "problem.h"

#include <mailer/send.h>

#include <stdint.h>
#include <time.h>

/** What became of a message. Strings: "" or NULL for what there is none of. */
struct send_log_entry {
    time_t moment;
    int exit_code;
    size_t recipients;
    size_t accepted;
    uint64_t size; /**< octets as the server gets it, at its widest */
    const char *host;
    const char *queue_id;
    const char *message_id;
    const char *error;
};

/**
 * Opens the file for adding to its end; a new one is for its owner alone.
 * @param descriptor  receives it.
 * @return 0 or EXIT_CODE_CREATE.
 */
int send_log_open(int *descriptor, const char *file, struct problem *problem);

/** Adds the line of an entry to a buffer: time, result, and what there is as name=value. */
void send_log_format(struct buffer *line, const struct send_log_entry *entry);

/**
 * Fills in what a message and its result say, and the moment.
 * @param result     may be NULL.
 * @param recipient  made with MAILER_RECIPIENT_RESULT_INIT; the entry borrows from it.
 */
void send_log_take(struct send_log_entry *entry, const struct mailer_message *message,
                   const struct mailer_result *result, struct mailer_recipient_result *recipient);

/** Writes the line in one piece, so that lines of several processes do not mix. @return 0 or
 * EXIT_CODE_IO. */
int send_log_write(int descriptor, const char *file, const struct send_log_entry *entry,
                   struct problem *problem);

#endif
