/* SPDX-License-Identifier: ISC */
#include "text/conversion.h"

#include "content/charset.h"
#include "text.h"

#include <errno.h>
#include <iconv.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024, OUT_SIZE = 64 * 1024 };

/*
 * There are two steps, octets to UTF-8 and UTF-8 to octets, because one iconv() from the one
 * charset to the other would not tell an octet that is wrong from a character that is lacking.
 */
struct mime_converter {
    iconv_t decoder; /* NO_STEP: the octets are UTF-8 */
    iconv_t encoder; /* NO_STEP: UTF-8 is what is wanted */
    char from[MIME_CHARSET_SIZE];
    char to[MIME_CHARSET_SIZE];
    struct mime_source_name name;
    uint64_t offset; /* of the first octet in block, in the source */
    size_t held;     /* octets in block */
    char block[BLOCK_SIZE];
    char text[BLOCK_SIZE]; /* characters of UTF-8 between the steps */
    char out[OUT_SIZE];
};

#define NO_STEP ((iconv_t)-1)

/* ---- Making one ---- */

/* What iconv() is to be asked for. To the GNU C library the octet of a backslash is a yen sign in
 * Shift_JIS; all mail programs take that for Windows-31J, of which it is a part. */
static const char *name_for_iconv(const char *charset)
{
    return strcmp(charset, "shift_jis") == 0 ? "CP932" : charset;
}

static int open_step(iconv_t *step, const char *from, const char *to, struct mailer_error *error)
{
    if (strcmp(from, to) == 0)
        return 0;
    *step = iconv_open(name_for_iconv(to), name_for_iconv(from));
    if (*step != NO_STEP)
        return 0;
    if (errno == ENOMEM)
        return error_set_memory(error);
    enum mailer_error_class error_class = errno == EINVAL ? MAILER_DATA : MAILER_SYSTEM;
    return error_set_system(error, error_class, MAILER_STAGE_MESSAGE, errno,
                            "this system cannot convert text from %s to %s (use utf-8)", from, to);
}

int mime_converter_new(struct mime_converter **converter, const struct mime_conversion *conversion,
                       const char *name, struct mailer_error *error)
{
    *converter = NULL;
    struct mime_converter *made = malloc(sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    made->decoder = made->encoder = NO_STEP;
    memcpy(made->from, conversion->from, strlen(conversion->from) + 1);
    memcpy(made->to, conversion->to, strlen(conversion->to) + 1);
    made->name = mime_source_name(name);
    made->offset = conversion->skip;
    made->held = 0;
    int result = open_step(&made->decoder, conversion->from, "utf-8", error);
    if (result == 0)
        result = open_step(&made->encoder, "utf-8", conversion->to, error);
    if (result != 0)
        mime_converter_free(made);
    else
        *converter = made;
    return result;
}

void mime_converter_free(struct mime_converter *converter)
{
    if (converter == NULL)
        return;
    if (converter->decoder != NO_STEP)
        iconv_close(converter->decoder);
    if (converter->encoder != NO_STEP)
        iconv_close(converter->encoder);
    free(converter);
}

/* ---- UTF-8 to octets ---- */

static int fail_lacking(const struct mime_converter *converter, const char *character, size_t size,
                        struct mailer_error *error)
{
    uint32_t code_point = 0;
    text_utf8_character(character, size, &code_point);
    return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                     "%s has the character U+%04" PRIX32 ", which is not in %s: use utf-8",
                     converter->name.text, code_point, converter->to);
}

static int append(struct mime_spool_writer *writer, const char *bytes, size_t size,
                  struct mailer_error *error)
{
    return writer == NULL ? 0 : mime_spool_append(writer, bytes, size, error);
}

/* Some systems put "*" or "?" for what is lacking, and only count it. Finds the first. */
static int fail_replaced(const struct mime_converter *converter, const char *text, size_t size,
                         struct mailer_error *error)
{
    char scratch[64];
    size_t length = 0;
    for (size_t i = 0; i < size; i += length) {
        length = text_utf8_character(text + i, size - i, NULL);
        char *in = (char *)text + i;
        char *out = scratch;
        size_t in_left = length;
        size_t room = sizeof scratch;
        if (iconv(converter->encoder, &in, &in_left, &out, &room) != 0)
            return fail_lacking(converter, text + i, size - i, error);
    }
    return fail_lacking(converter, text, size, error);
}

static int run_encoder(struct mime_converter *converter, const char *text, size_t size,
                       struct mime_spool_writer *writer, struct mailer_error *error)
{
    char *in = (char *)text;
    size_t in_left = size;
    while (in_left > 0) {
        const char *start = in;
        char *out = converter->out;
        size_t room = OUT_SIZE;
        size_t count = iconv(converter->encoder, &in, &in_left, &out, &room);
        if (count == (size_t)-1 && errno != E2BIG)
            return fail_lacking(converter, in, in_left, error);
        if (count != (size_t)-1 && count > 0)
            return fail_replaced(converter, start, (size_t)(in - start), error);
        int result = append(writer, converter->out, OUT_SIZE - room, error);
        if (result != 0)
            return result;
    }
    return 0;
}

/* The octets of text before the first character that the charset lacks and iconv() does not tell
 * of: the GNU C library drops tags (U+E0000 to U+E007F) where there are none, and where a charset
 * has escape sequences it lets those through that stand in the text. */
static size_t up_to_silent_loss(const struct mime_converter *converter, const char *text,
                                size_t size)
{
    bool has_tags = strncmp(converter->to, "utf-", 4) == 0 || strcmp(converter->to, "gb18030") == 0;
    bool has_escapes = strncmp(converter->to, "iso-2022-", 9) == 0;
    const char *at = text;
    while (!has_tags && (at = memchr(at, 0xF3, size - (size_t)(at - text))) != NULL) {
        if (memcmp(at, "\xF3\xA0\x80", 3) == 0 || memcmp(at, "\xF3\xA0\x81", 3) == 0)
            size = (size_t)(at - text);
        else
            at++;
    }
    for (size_t i = 0; has_escapes && i < size; i++)
        if (text[i] == '\x1B' || text[i] == '\x0E' || text[i] == '\x0F')
            size = i;
    return size;
}

/* Writes whole characters of UTF-8 as they are wanted. */
static int encode(struct mime_converter *converter, const char *text, size_t size,
                  struct mime_spool_writer *writer, struct mailer_error *error)
{
    if (converter->encoder == NO_STEP)
        return append(writer, text, size, error);
    size_t fit = up_to_silent_loss(converter, text, size);
    int result = run_encoder(converter, text, fit, writer, error);
    return result == 0 && fit < size ? fail_lacking(converter, text + fit, size - fit, error)
                                     : result;
}

/* ---- Octets to UTF-8 ---- */

static int fail_octet(const struct mime_converter *converter, size_t index,
                      struct mailer_error *error)
{
    return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                     "octet %" PRIu64 " of %s is not %s: say which charset the text has",
                     converter->offset + index + 1, converter->name.text, converter->from);
}

/* Whether octets may become a character of UTF-8 when more come. */
static bool begins_character(const char *bytes, size_t size)
{
    /* Whatever the first octet, a second one may be at one end of the range or at the other. */
    static const char least[] = "\x80\x80\x80";
    static const char most[] = "\xBF\xBF\xBF";
    char tried[6];
    if (size > 3)
        return false;
    memcpy(tried, bytes, size);
    memcpy(tried + size, least, 3);
    bool fits_least = text_utf8_character(tried, size + 3, NULL) > 0;
    memcpy(tried + size, most, 3);
    return fits_least || text_utf8_character(tried, size + 3, NULL) > 0;
}

/* As decode(), of UTF-8, which needs only to be checked. */
static int check_utf8(struct mime_converter *converter, size_t *used,
                      struct mime_spool_writer *writer, struct mailer_error *error)
{
    size_t length = 1;
    *used = 0;
    while (*used < converter->held && length > 0) {
        const char *at = converter->block + *used;
        length = text_utf8_character(at, converter->held - *used, NULL);
        *used += length;
    }
    int result = encode(converter, converter->block, *used, writer, error);
    size_t left = converter->held - *used;
    if (result == 0 && left > 0 && !begins_character(converter->block + *used, left))
        result = fail_octet(converter, *used, error);
    return result;
}

/* Takes whole characters from the block; *used receives their octets. */
static int decode(struct mime_converter *converter, size_t *used, struct mime_spool_writer *writer,
                  struct mailer_error *error)
{
    if (converter->decoder == NO_STEP)
        return check_utf8(converter, used, writer, error);
    char *in = converter->block;
    size_t in_left = converter->held;
    int code = 0;
    do {
        char *out = converter->text;
        size_t room = BLOCK_SIZE;
        size_t count = iconv(converter->decoder, &in, &in_left, &out, &room);
        code = count == (size_t)-1 ? errno : 0;
        int result = encode(converter, converter->text, BLOCK_SIZE - room, writer, error);
        if (result != 0)
            return result;
    } while (code == E2BIG);
    *used = (size_t)(in - converter->block);
    return code == 0 || code == EINVAL ? 0 : fail_octet(converter, *used, error);
}

int mime_converter_add(struct mime_converter *converter, const void *bytes, size_t size,
                       struct mime_spool_writer *writer, struct mailer_error *error)
{
    const char *from = bytes;
    while (size > 0) {
        size_t room = BLOCK_SIZE - converter->held;
        size_t count = size < room ? size : room;
        memcpy(converter->block + converter->held, from, count);
        converter->held += count;
        from += count;
        size -= count;
        size_t used = 0;
        int result = decode(converter, &used, writer, error);
        if (result != 0)
            return result;
        converter->offset += used;
        converter->held -= used;
        memmove(converter->block, converter->block + used, converter->held);
        /* No character is as long as a block; so that no fault of iconv() keeps us here. */
        if (converter->held == BLOCK_SIZE)
            return fail_octet(converter, 0, error);
    }
    return 0;
}

int mime_converter_finish(struct mime_converter *converter, struct mime_spool_writer *writer,
                          struct mailer_error *error)
{
    char *out = converter->text;
    size_t room = BLOCK_SIZE;
    /* Some decoders keep a character until they have seen the next one, which may combine with it.
     */
    if (converter->decoder != NO_STEP)
        iconv(converter->decoder, NULL, NULL, &out, &room);
    int result = encode(converter, converter->text, BLOCK_SIZE - room, writer, error);
    if (result == 0 && converter->held > 0)
        result = fail_octet(converter, 0, error);
    if (result != 0 || converter->encoder == NO_STEP)
        return result;
    out = converter->out;
    room = OUT_SIZE;
    iconv(converter->encoder, NULL, NULL, &out, &room);
    return append(writer, converter->out, OUT_SIZE - room, error);
}

/* ---- Blobs ---- */

static int convert_all(struct mime_converter *converter, const struct mime_blob *blob,
                       uint64_t offset, struct mime_spool_writer *writer,
                       struct mailer_error *error)
{
    char *block = malloc(BLOCK_SIZE);
    if (block == NULL)
        return error_set_memory(error);
    int result = 0;
    size_t got = 0;
    do {
        result = mime_blob_read(blob, offset, block, BLOCK_SIZE, &got, error);
        if (result == 0)
            result = mime_converter_add(converter, block, got, writer, error);
        offset += got;
    } while (result == 0 && got > 0);
    free(block);
    if (result == 0)
        result = mime_converter_finish(converter, writer, error);
    return result == 0 ? mime_blob_verify(blob, error) : result;
}

int mime_convert(struct mime_blob **converted, const struct mime_blob *blob,
                 const struct mime_conversion *conversion, struct mailer_error *error)
{
    struct mime_source_name name = mime_blob_name(blob);
    struct mime_converter *converter = NULL;
    struct mime_spool_writer writer = mime_spool_start(name.text, conversion->directory);
    struct mime_spool spool;
    if (converted != NULL)
        *converted = NULL;
    int result = mime_converter_new(&converter, conversion, name.text, error);
    if (result == 0)
        result = convert_all(converter, blob, conversion->skip, converted != NULL ? &writer : NULL,
                             error);
    mime_converter_free(converter);
    if (result != 0 || converted == NULL) {
        mime_spool_abandon(&writer);
        return result;
    }
    result = mime_spool_finish(&writer, &spool, error);
    return result != 0 ? result : mime_blob_from_spool(converted, &spool, name.text, error);
}
