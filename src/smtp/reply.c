/* SPDX-License-Identifier: ISC */
#include "reply.h"

#include "text.h"

#include <string.h>

struct smtp_reply_reader smtp_reply_reader_start(void)
{
    return (struct smtp_reply_reader){.line = buffer_empty(SMTP_REPLY_LINE_LIMIT),
                                      .reply.text = buffer_empty(SMTP_REPLY_LIMIT)};
}

void smtp_reply_reader_free(struct smtp_reply_reader *reader)
{
    buffer_free(&reader->line);
    buffer_free(&reader->reply.text);
}

bool smtp_reply_is_partial(const struct smtp_reply_reader *reader)
{
    return reader->line.size > 0 || (reader->size > 0 && !reader->complete);
}

/* Length of "5.1.1" or the like at the start of text when it fits the reply's code, else 0. */
static size_t enhanced_code_length(int code, const char *text, size_t size)
{
    if (size < 5 || text[0] != (char)('0' + code / 100) || text[1] != '.')
        return 0;
    size_t at = 2;
    size_t digits = 0;
    for (; at < size && text_is_digit(text[at]); at++)
        digits++;
    if (digits < 1 || digits > 3 || at == size || text[at] != '.')
        return 0;
    at++;
    digits = 0;
    for (; at < size && text_is_digit(text[at]); at++)
        digits++;
    if (digits < 1 || digits > 3 || (at < size && text[at] != ' '))
        return 0;
    return at;
}

static int refuse(const char *what, const char *line, size_t size, struct mailer_error *error)
{
    char shown[100];
    text_printable(shown, sizeof shown, line, size);
    return error_set(error, MAILER_PROTOCOL, MAILER_STAGE_NONE,
                     "the server does not speak SMTP: %s: \"%s\"", what, shown);
}

/* Takes one whole line without its line end. Gives 1 when it was the last of the reply. */
static int take_line(struct smtp_reply_reader *reader, const char *line, size_t size,
                     struct mailer_error *error)
{
    struct smtp_reply *reply = &reader->reply;
    bool coded = size >= 3 && line[0] >= '2' && line[0] <= '5' && text_is_digit(line[1]) &&
                 text_is_digit(line[2]) && (size == 3 || line[3] == ' ' || line[3] == '-');
    if (!coded)
        return refuse("a line is no reply", line, size, error);
    int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    bool first = reply->code == 0;
    if (!first && code != reply->code)
        return refuse("two codes in one reply", line, size, error);
    reply->code = code;
    size_t skip = size > 3 ? 4 : 3;
    size_t enhanced = enhanced_code_length(code, line + skip, size - skip);
    if (enhanced > 0) {
        memcpy(reply->enhanced_code, line + skip, enhanced);
        reply->enhanced_code[enhanced] = '\0';
        skip += enhanced;
        skip += skip < size;
    }
    if (!first)
        buffer_append_char(&reply->text, '\n');
    if (!buffer_append(&reply->text, line + skip, size - skip))
        return error_set_memory(error);
    return size == 3 || line[3] == ' ';
}

static void begin(struct smtp_reply_reader *reader)
{
    reader->complete = false;
    reader->size = 0;
    reader->reply.code = 0;
    reader->reply.enhanced_code[0] = '\0';
    reader->reply.text.size = 0;
}

int smtp_reply_read(struct smtp_reply_reader *reader, const char *bytes, size_t size,
                    size_t *consumed, struct mailer_error *error)
{
    *consumed = 0;
    if (reader->complete && size > 0)
        begin(reader);
    while (*consumed < size) {
        const char *start = bytes + *consumed;
        const char *end = memchr(start, '\n', size - *consumed);
        size_t taken = end == NULL ? size - *consumed : (size_t)(end - start) + 1;
        *consumed += taken;
        reader->size += taken;
        if (reader->size > SMTP_REPLY_LIMIT || reader->line.size + taken > SMTP_REPLY_LINE_LIMIT)
            return refuse("a reply is too long", start, taken, error);
        if (end == NULL || reader->line.size > 0) {
            if (!buffer_append(&reader->line, start, taken))
                return error_set_memory(error);
            if (end == NULL)
                return 0;
            start = reader->line.bytes;
            taken = reader->line.size;
        }
        size_t length = taken - 1;
        length -= length > 0 && start[length - 1] == '\r';
        int last = take_line(reader, start, length, error);
        reader->line.size = 0;
        if (last != 0) {
            reader->complete = last > 0;
            return last;
        }
    }
    return 0;
}

void smtp_reply_show(const struct smtp_reply *reply, char *line, size_t room)
{
    /* More than any room asked for: what is longer is cut anyway. */
    char bytes[1024];
    struct buffer text = buffer_in(bytes, sizeof bytes, sizeof bytes);
    for (int digit = 100; digit > 0; digit /= 10)
        buffer_append_char(&text, (char)('0' + reply->code / digit % 10));
    if (reply->enhanced_code[0] != '\0')
        buffer_append_char(&text, ' ');
    buffer_append_string(&text, reply->enhanced_code);
    if (reply->text.size > 0)
        buffer_append_char(&text, ' ');
    size_t left = sizeof bytes - text.size;
    buffer_append(&text, reply->text.bytes, reply->text.size < left ? reply->text.size : left);
    for (size_t i = 0; i < text.size; i++)
        if (bytes[i] == '\n')
            bytes[i] = ' ';
    text_printable(line, room, bytes, text.size);
}
