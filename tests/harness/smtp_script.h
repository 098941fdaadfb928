/* SPDX-License-Identifier: ISC */
/** @file smtp_script.h  What an smtp_server says at some moments, as a list. */
#ifndef TESTS_SMTP_SCRIPT_H
#define TESTS_SMTP_SCRIPT_H

#include "harness/smtp_server.h"

struct saying {
    enum smtp_server_moment moment;
    size_t count; /**< the count-th time it comes there; 0: each time */
    const char *text;
    const char *about; /**< only for a line with this in it; NULL: for any */
};

/** The server's context. The first saying that fits is said. */
struct script {
    struct saying sayings[8];
    bool silent_afterwards; /**< once one has been said, the server says nothing any more */
    bool silent;
    size_t counts[AT_NONSENSE + 1];
};

static inline const char *answer_by_script(struct smtp_server *server,
                                           enum smtp_server_moment moment, const char *line)
{
    struct script *script = server->context;
    size_t count = ++script->counts[moment];
    if (script->silent)
        return "";
    for (const struct saying *saying = script->sayings; saying->text != NULL; saying++) {
        bool fits = saying->moment == moment && (saying->count == 0 || saying->count == count) &&
                    (saying->about == NULL || strstr(line, saying->about) != NULL);
        if (fits) {
            script->silent = script->silent_afterwards;
            return saying->text;
        }
    }
    return NULL;
}

#endif
