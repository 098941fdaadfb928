/* SPDX-License-Identifier: ISC */
/** @file catch_envelope.h  What a client says about a message, beside the message. */
#ifndef CATCH_CATCH_ENVELOPE_H
#define CATCH_CATCH_ENVELOPE_H

#include "buffer.h"
#include "catch_path.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CATCH_RECIPIENTS = 1000, CATCH_HELLO_SIZE = 255 };

enum catch_body { CATCH_BODY_7BIT, CATCH_BODY_8BITMIME, CATCH_BODY_BINARYMIME };

struct catch_envelope {
    char hello[CATCH_HELLO_SIZE + 1]; /**< what the client calls itself */
    char sender[CATCH_MAILBOX_SIZE + 1];
    struct buffer recipients; /**< each ends in NUL */
    size_t recipient_count;
    enum catch_body body;
    bool international; /**< SMTPUTF8 was asked for */
    bool chunked;       /**< it came by BDAT */
    uint64_t size;      /**< of the message, so far */
};

#endif
