/* SPDX-License-Identifier: ISC */
#include "extension_use.h"

#include "text.h"

#include <string.h>

/* What an extension is for, and what is missing without it. */
static const struct row {
    const char *keyword;
    bool on_request;
    enum mailer_wire wire; /* it is of use where messages may be as wide as that */
    const char *with;
    const char *without;
} rows[] = {
    {"PIPELINING", false, MAILER_WIRE_7BIT, "commands do not wait for the answer to each",
     "each command waits for its answer: many recipients or messages take longer"},
    {"CHUNKING", false, MAILER_WIRE_7BIT, "messages go in counted blocks, several on the way",
     "a message is searched for lone dots, and waits to be asked for"},
    {"8BITMIME", false, MAILER_WIRE_8BIT, "text in UTF-8 goes as it is",
     "text in UTF-8 is encoded for 7 bits"},
    {"BINARYMIME", false, MAILER_WIRE_BINARY, "attachments go as they are, where CHUNKING is, too",
     "attachments go in base64, a third larger"},
    {"SIZE", false, MAILER_WIRE_7BIT, "a message that is too big is told before it is sent",
     "whether a message is too big is known once it has been sent"},
    {"SMTPUTF8", false, MAILER_WIRE_7BIT, "addresses may have letters beyond ASCII",
     "an address with letters beyond ASCII before its @ cannot be used"},
    {"PRDR", false, MAILER_WIRE_7BIT, "each recipient gets a word of its own on the message",
     "all accepted recipients share one word on the message"},
    {"DSN", true, MAILER_WIRE_7BIT, "--notify, --return and --envid work",
     "--notify, --return and --envid cannot be used"},
    {"REQUIRETLS", true, MAILER_WIRE_7BIT, "--require-tls-everywhere works",
     "--require-tls-everywhere cannot be used"},
    {"FUTURERELEASE", true, MAILER_WIRE_7BIT, "--hold-until works", "--hold-until cannot be used"},
    {"DELIVERBY", true, MAILER_WIRE_7BIT, "--deliver-by works", "--deliver-by cannot be used"},
    {"MT-PRIORITY", true, MAILER_WIRE_7BIT, "--mt-priority works", "--mt-priority cannot be used"},
};

enum { COUNT = sizeof rows / sizeof *rows };

static bool is_offered(const struct mailer_check *check, const char *keyword)
{
    const char *line;
    for (size_t i = 0; (line = mailer_check_line(check, i)) != NULL; i++)
        if (text_same_bytes(line, strcspn(line, " ="), keyword))
            return true;
    return false;
}

bool extension_use_line(const struct mailer_check *check, enum mailer_wire widest, size_t index,
                        struct extension_line *line)
{
    if (index >= COUNT)
        return false;
    const struct row *row = &rows[index];
    *line = (struct extension_line){row->keyword, EXTENSION_NOT_OFFERED, row->without};
    if (!is_offered(check, row->keyword))
        return true;
    line->use = row->on_request ? EXTENSION_ON_REQUEST : EXTENSION_USED;
    line->words = row->with;
    if (widest < row->wire) {
        line->use = EXTENSION_ON_REQUEST;
        line->words = "of use without --wire, or with a wider one";
    } else if (strcmp(row->keyword, "BINARYMIME") == 0 && !is_offered(check, "CHUNKING")) {
        line->use = EXTENSION_NOT_OFFERED;
        line->words = "it is of no use without CHUNKING";
    }
    return true;
}
