/* SPDX-License-Identifier: ISC */
/*
 * Replies of any octets. The first octet of the input chooses the size of the pieces; whatever it
 * is, the replies must be the same as in one piece.
 */
#include "capabilities.h"
#include "reply.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

/* What was read, as one run of octets to compare. */
struct record {
    struct buffer octets;
    int result;
};

static void record_reply(struct record *record, const struct smtp_reply *reply)
{
    check(reply->code >= 200 && reply->code <= 599);
    check(strlen(reply->enhanced_code) < sizeof reply->enhanced_code);
    char line[80];
    smtp_reply_show(reply, line, sizeof line);
    check(strlen(line) >= 3 && strlen(line) < sizeof line);
    for (const char *c = line; *c != '\0'; c++)
        check((unsigned char)*c >= ' ' && *c != 0x7F);
    struct smtp_capabilities capabilities = smtp_capabilities_read(reply);
    check(memchr(capabilities.auth_mechanisms, '\0', SMTP_AUTH_LIST_SIZE) != NULL);
    buffer_append_string(&record->octets, line);
    buffer_append_string(&record->octets, reply->enhanced_code);
    buffer_append(&record->octets, reply->text.bytes, reply->text.size);
    buffer_append_char(&record->octets, capabilities.pipelining ? 'p' : '-');
}

static struct record read_all(const uint8_t *data, size_t size, size_t piece)
{
    struct record record = {.octets = buffer_empty(16 * 1024 * 1024)};
    struct smtp_reply_reader reader = smtp_reply_reader_start();
    for (size_t at = 0; at < size && record.result >= 0;) {
        size_t now = piece < size - at ? piece : size - at;
        char *block = malloc(now);
        check(block != NULL);
        memcpy(block, data + at, now);
        size_t consumed = 0;
        struct mailer_error error = MAILER_ERROR_INIT;
        record.result = smtp_reply_read(&reader, block, now, &consumed, &error);
        check(consumed > 0 && consumed <= now);
        check((record.result < 0) == (error.error_class != MAILER_OK));
        if (record.result == 1) {
            check(!smtp_reply_is_partial(&reader) && block[consumed - 1] == '\n');
            record_reply(&record, &reader.reply);
        }
        free(block);
        at += consumed;
    }
    smtp_reply_reader_free(&reader);
    return record;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t piece = 1 + data[0] % 32;
    struct record whole = read_all(data + 1, size - 1, size);
    struct record pieces = read_all(data + 1, size - 1, piece);
    check((whole.result < 0) == (pieces.result < 0));
    check(whole.octets.size == pieces.octets.size);
    check(whole.octets.size == 0 ||
          memcmp(whole.octets.bytes, pieces.octets.bytes, whole.octets.size) == 0);
    buffer_free(&whole.octets);
    buffer_free(&pieces.octets);
    return 0;
}
