/* SPDX-License-Identifier: ISC */
/** @file catch_fake.h  A sink in memory, and a session that is fed at chosen splits. */
#ifndef TESTS_CATCH_FAKE_H
#define TESTS_CATCH_FAKE_H

#include "buffer.h"
#include "catch_extension.h"
#include "catch_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAKE_LIMIT = 64 * 1024 * 1024 };

struct fake {
    struct buffer replies;
    struct buffer stored; /* envelopes and messages, one after the other */
    struct buffer message;
    bool open;
    size_t begun, committed, abandoned;
    enum catch_outcome at_begin, at_commit;
    uint64_t full_at; /* how many octets of a message find room; 0: all */
};

static enum catch_outcome fake_begin(void *context)
{
    struct fake *fake = context;
    if (fake->open)
        abort();
    if (fake->at_begin != CATCH_KEPT)
        return fake->at_begin;
    fake->open = true;
    fake->begun++;
    fake->message.size = 0;
    return CATCH_KEPT;
}

static enum catch_outcome fake_write(void *context, const char *bytes, size_t size)
{
    struct fake *fake = context;
    if (!fake->open || size == 0)
        abort();
    buffer_append(&fake->message, bytes, size);
    return fake->full_at > 0 && fake->message.size > fake->full_at ? CATCH_FULL : CATCH_KEPT;
}

static enum catch_outcome fake_commit(void *context, const struct catch_envelope *envelope,
                                      char name[static CATCH_NAME_SIZE])
{
    struct fake *fake = context;
    if (!fake->open || envelope->size != fake->message.size)
        abort();
    fake->open = false;
    if (fake->at_commit != CATCH_KEPT)
        return fake->at_commit;
    fake->committed++;
    buffer_append_format(&fake->stored, "[%s <%s>", envelope->hello, envelope->sender);
    const char *recipient = envelope->recipients.bytes;
    for (size_t i = 0; i < envelope->recipient_count; i++) {
        buffer_append_format(&fake->stored, " <%s>", recipient);
        recipient += strlen(recipient) + 1;
    }
    buffer_append_format(&fake->stored, " %d%s%s]", (int)envelope->body,
                         envelope->international ? " utf8" : "", envelope->chunked ? " bdat" : "");
    buffer_append(&fake->stored, fake->message.bytes, fake->message.size);
    snprintf(name, CATCH_NAME_SIZE, "kept");
    return CATCH_KEPT;
}

static void fake_abandon(void *context)
{
    struct fake *fake = context;
    if (!fake->open)
        abort();
    fake->open = false;
    fake->abandoned++;
}

static const struct catch_answer *fake_refusal(void *context)
{
    static const struct catch_answer refusal = {554, "5.7.1", "not this one"};
    (void)context;
    return &refusal;
}

static inline void fake_init(struct fake *fake)
{
    *fake = (struct fake){0};
    fake->replies = fake->stored = fake->message = buffer_empty(FAKE_LIMIT);
}

static inline void fake_free(struct fake *fake)
{
    buffer_free(&fake->replies);
    buffer_free(&fake->stored);
    buffer_free(&fake->message);
}

static inline struct catch_session *fake_session(struct fake *fake, unsigned extensions,
                                                 uint64_t size_limit)
{
    const struct catch_sink sink = {fake_begin, fake_write,   fake_commit, fake_abandon,
                                    fake,       fake_refusal, NULL};
    struct catch_session *session = catch_session_new(&sink, extensions, size_limit);
    if (session == NULL)
        abort();
    return session;
}

/* Takes all output; with a burst above 0 only so much at a time, as a slow client does. */
static inline void fake_drain(struct fake *fake, struct catch_session *session, size_t burst)
{
    size_t size = 0;
    const char *output = catch_session_output(session, &size);
    while (size > 0) {
        size_t part = burst > 0 && burst < size ? burst : size;
        buffer_append(&fake->replies, output, part);
        catch_session_sent(session, part);
        output = catch_session_output(session, &size);
    }
}

/* Feeds a piece, from a block of exactly its size. */
static inline void fake_feed(struct fake *fake, struct catch_session *session, const char *bytes,
                             size_t size)
{
    char *exact = malloc(size > 0 ? size : 1);
    if (exact == NULL)
        abort();
    if (size > 0)
        memcpy(exact, bytes, size);
    size_t taken = 0;
    do {
        taken += catch_session_receive(session, exact + taken, size - taken);
        fake_drain(fake, session, 0);
    } while (taken < size);
    free(exact);
}

#endif
