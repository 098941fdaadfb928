/* SPDX-License-Identifier: ISC */
/*
 * A session of `mailer catch` gets any octets, whole and in pieces: replies and stored messages
 * must be the same. The first octet says what is announced, the second how small the limits are
 * and how the input is cut.
 */
#include "harness/catch_fake.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(struct fake *fake, const uint8_t *data, size_t size, bool whole)
{
    uint8_t knobs = data[1];
    fake_init(fake);
    fake->full_at = knobs & 1 ? 100 : 0;
    fake->at_commit = knobs & 2 ? CATCH_BROKEN : CATCH_KEPT;
    /* The corpus is text: its first octet stands for everything when it is '*'. */
    unsigned extensions = data[0] == '*' ? CATCH_EVERY_EXTENSION : data[0];
    struct catch_session *session = fake_session(fake, extensions, knobs & 4 ? 200 : 1u << 20);
    uint32_t random = (uint32_t)knobs * 2654435761u + 1;
    const char *bytes = (const char *)data + 2;
    size -= 2;
    for (size_t at = 0; at < size;) {
        random = random * 1664525u + 1013904223u;
        size_t part = whole ? size : 1 + (random >> 24) % (1 + (knobs >> 3));
        if (part > size - at)
            part = size - at;
        fake_feed(fake, session, bytes + at, part);
        at += part;
    }
    fake_drain(fake, session, 0);
    catch_session_free(session);
    if (fake->open)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct fake whole;
    struct fake pieces;
    run(&whole, data, size, true);
    run(&pieces, data, size, false);
    if (whole.replies.size != pieces.replies.size || whole.stored.size != pieces.stored.size ||
        memcmp(whole.replies.bytes, pieces.replies.bytes, whole.replies.size) != 0 ||
        (whole.stored.size > 0 &&
         memcmp(whole.stored.bytes, pieces.stored.bytes, whole.stored.size) != 0))
        abort();
    fake_free(&whole);
    fake_free(&pieces);
    return 0;
}
