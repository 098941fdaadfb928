/* SPDX-License-Identifier: ISC */
/** @file catch_command.h  Reading the arguments of commands, and the replies to wrong ones. */
#ifndef CATCH_CATCH_COMMAND_H
#define CATCH_CATCH_COMMAND_H

#include "catch_envelope.h"

/** A reply of one line. */
struct catch_answer {
    int code;
    const char *enhanced; /**< RFC 3463; "" for none */
    const char *text;
};

/** The argument of a command, without blanks around it. */
struct catch_argument {
    const char *bytes;
    size_t size;
};

/** What MAIL says. */
struct catch_mail {
    struct catch_path sender;
    uint64_t size; /**< of SIZE=, or 0 */
    enum catch_body body;
    bool international;
};

/**
 * Read the arguments of MAIL and RCPT.
 * @param extensions  those whose parameters are allowed.
 * @param answer      receives the reply when the outcome is false.
 */
bool catch_mail_read(struct catch_argument argument, unsigned extensions, struct catch_mail *mail,
                     struct catch_answer *answer);
bool catch_recipient_read(struct catch_argument argument, bool international,
                          struct catch_path *recipient, struct catch_answer *answer);

/** Reads the arguments of BDAT; without them nothing is known of the octets behind. */
bool catch_chunk_read(struct catch_argument argument, uint64_t *size, bool *last);

/** Whether it can be a client's name for HELO and EHLO: one word of printable characters. */
bool catch_hello_is_sound(struct catch_argument argument);

#endif
