/* SPDX-License-Identifier: ISC */
#include "text/flowed.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024 };

/* ---- Lines ---- */

/* A character of two columns, before which and behind which a line may be broken: ideographs, kana,
 * hangul, and their punctuation, but no marks that combine with what is before them. */
static bool is_ideograph(uint32_t c)
{
    if ((c >= 0x302A && c <= 0x302F) || c == 0x3099 || c == 0x309A)
        return false;
    return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF01 && c <= 0xFF60) ||
           (c >= 0x20000 && c <= 0x3FFFD);
}

/* Reads a character of the line; an octet that is no UTF-8 counts as one. */
static size_t next_character(const char *bytes, size_t size, bool *ideograph)
{
    uint32_t code_point = 0;
    size_t length = text_utf8_character(bytes, size, &code_point);
    *ideograph = length > 0 && is_ideograph(code_point);
    return length > 0 ? length : 1;
}

/* Whether a line of this content needs a space in front, so that it is not taken for something else
 * (RFC 3676 4.4). */
static bool needs_space(const struct mime_flow *flow)
{
    if (flow->line_size == 0)
        return false;
    bool from = flow->quotes == 0 && flow->line_size >= 5 && memcmp(flow->line, "From ", 5) == 0;
    return from || flow->line[0] == ' ' || flow->line[0] == '>';
}

static int put(struct mime_spool_writer *writer, const char *text, struct mailer_error *error)
{
    return mime_spool_append(writer, text, strlen(text), error);
}

/* Writes what stands before the line, and its first size octets. */
static int write_line(const struct mime_flow *flow, size_t size, struct mime_spool_writer *writer,
                      struct mailer_error *error)
{
    char start[MIME_FLOW_MOST_QUOTES + 2];
    size_t start_size = flow->quotes;
    memset(start, '>', start_size);
    if (size > 0 && (flow->quote_space || needs_space(flow)))
        start[start_size++] = ' ';
    int result = mime_spool_append(writer, start, start_size, error);
    return result != 0 ? result : mime_spool_append(writer, flow->line, size, error);
}

/* Starts the line anew, with what stands behind the first size octets of it. */
static void drop(struct mime_flow *flow, size_t size)
{
    flow->line_size -= size;
    memmove(flow->line, flow->line + size, flow->line_size);
    flow->columns = flow->quotes + flow->quote_space;
    bool ideograph;
    for (size_t i = 0; i < flow->line_size;) {
        i += next_character(flow->line + i, flow->line_size - i, &ideograph);
        flow->columns += ideograph ? 2 : 1;
    }
}

/* Where to break the line: at the last place where it is not too wide yet, else at the first; 0:
 * nowhere. */
static size_t find_break(struct mime_flow *flow)
{
    size_t best = 0;
    unsigned columns = flow->quotes + (flow->quote_space || needs_space(flow));
    bool ideograph = false;
    bool is_between_ideographs = false;
    bool has_word = false;
    bool is_at_space = false;
    for (size_t i = 0; i < flow->line_size && (best == 0 || columns <= MIME_FLOW_WIDTH);) {
        bool after_ideograph = ideograph;
        size_t length = next_character(flow->line + i, flow->line_size - i, &ideograph);
        if (after_ideograph && ideograph) {
            is_between_ideographs = true;
            if (flow->delete_space)
                best = i;
        }
        bool is_space = flow->line[i] == ' ';
        i += length;
        columns += ideograph ? 2 : 1;
        /* "-- " would begin a signature. */
        bool is_signature = i == 3 && memcmp(flow->line, "-- ", 3) == 0;
        bool fits = columns <= MIME_FLOW_WIDTH;
        if (is_space && !is_signature && (fits ? has_word : best == 0)) {
            best = i;
            is_at_space = fits;
        }
        has_word |= !is_space;
    }
    flow->wants_delete_space |= is_between_ideographs && !is_at_space;
    return best;
}

/* Ends a line that goes on in the next. */
static int end_broken(struct mime_flow *flow, struct mime_spool_writer *writer,
                      struct mailer_error *error)
{
    flow->broken = true;
    return put(writer, flow->delete_space ? " \r\n" : "\r\n", error);
}

static bool is_too_wide(const struct mime_flow *flow)
{
    unsigned limit = flow->broken ? MIME_FLOW_WIDTH : MIME_FLOW_LONGEST_WHOLE;
    return flow->columns >= limit &&
           flow->columns + (!flow->quote_space && needs_space(flow)) > limit;
}

/* Writes as much of the line as it has too much. */
static int shorten(struct mime_flow *flow, struct mime_spool_writer *writer,
                   struct mailer_error *error)
{
    int result = 0;
    while (result == 0 && flow->place == MIME_FLOW_CONTENT && is_too_wide(flow)) {
        size_t size = find_break(flow);
        if (size == 0)
            flow->place = MIME_FLOW_LONG;
        result = write_line(flow, size > 0 ? size : flow->line_size, writer, error);
        if (result == 0 && size > 0)
            result = end_broken(flow, writer, error);
        drop(flow, size > 0 ? size : flow->line_size);
    }
    return result;
}

/* ---- Characters ---- */

/* Goes on in a new line when the long word has ended. */
static int end_long_word(struct mime_flow *flow, bool ideograph, struct mime_spool_writer *writer,
                         struct mailer_error *error)
{
    bool is_between_ideographs = flow->after_ideograph && ideograph;
    flow->wants_delete_space |= is_between_ideographs && flow->spaces == 0;
    if (flow->spaces == 0 && !(flow->delete_space && is_between_ideographs))
        return 0;
    int result = flow->spaces > 0 ? put(writer, " ", error) : 0;
    flow->spaces -= flow->spaces > 0;
    flow->place = MIME_FLOW_CONTENT;
    return result == 0 ? end_broken(flow, writer, error) : result;
}

/* Adds to the line, or to what is written of it already. */
static int append(struct mime_flow *flow, const char *bytes, size_t size, bool ideograph,
                  struct mime_spool_writer *writer, struct mailer_error *error)
{
    flow->after_ideograph = ideograph;
    if (flow->place != MIME_FLOW_CONTENT)
        return mime_spool_append(writer, bytes, size, error);
    memcpy(flow->line + flow->line_size, bytes, size);
    flow->line_size += size;
    flow->columns += ideograph ? 2 : 1;
    return shorten(flow, writer, error);
}

/* Takes a character that is no space, behind the spaces that are before it. */
static int add_to_line(struct mime_flow *flow, const char *bytes, size_t size, bool ideograph,
                       struct mime_spool_writer *writer, struct mailer_error *error)
{
    int result = flow->place == MIME_FLOW_LONG ? end_long_word(flow, ideograph, writer, error) : 0;
    for (; result == 0 && flow->spaces > 0; flow->spaces--)
        result = append(flow, " ", 1, false, writer, error);
    return result == 0 ? append(flow, bytes, size, ideograph, writer, error) : result;
}

/* Takes what a line begins with. Gives whether the character is one of that. */
static bool take_quote(struct mime_flow *flow, char c)
{
    if (c == '>' && flow->quotes < MIME_FLOW_MOST_QUOTES) {
        flow->quotes++;
        return true;
    }
    /* It is no longer told what is a quote and what is not, as nothing is to be broken. */
    flow->place = c == '>' ? MIME_FLOW_AS_IS : MIME_FLOW_CONTENT;
    flow->quote_space = c == ' ' && flow->quotes > 0;
    flow->columns = flow->quotes + flow->quote_space;
    return flow->quote_space;
}

static int add_character(struct mime_flow *flow, const char *bytes, size_t size, bool ideograph,
                         struct mime_spool_writer *writer, struct mailer_error *error)
{
    if (flow->place == MIME_FLOW_QUOTES) {
        if (take_quote(flow, *bytes))
            return 0;
        int result = flow->place == MIME_FLOW_AS_IS ? write_line(flow, 0, writer, error) : 0;
        if (result != 0)
            return result;
    }
    if (*bytes != ' ')
        return add_to_line(flow, bytes, size, ideograph, writer, error);
    flow->spaces++;
    return 0;
}

/* ---- Octets ---- */

/* Writes the rest of a paragraph. */
static int end_paragraph(struct mime_flow *flow, struct mime_spool_writer *writer,
                         struct mailer_error *error)
{
    int result = 0;
    bool is_signature = !flow->broken && flow->spaces == 1 && flow->line_size == 2 &&
                        memcmp(flow->line, "--", 2) == 0;
    if (is_signature)
        flow->line[flow->line_size++] = ' ';
    if (flow->place == MIME_FLOW_QUOTES || flow->place == MIME_FLOW_CONTENT)
        result = write_line(flow, flow->line_size, writer, error);
    flow->place = MIME_FLOW_QUOTES;
    flow->broken = flow->quote_space = flow->after_ideograph = false;
    flow->quotes = flow->columns = 0;
    flow->spaces = 0;
    flow->line_size = 0;
    return result;
}

/* Adds the octets of a character that was not whole up to now; of one that never will be, each by
 * itself. */
static int end_character(struct mime_flow *flow, struct mime_spool_writer *writer,
                         struct mailer_error *error)
{
    int result = 0;
    bool ideograph;
    for (size_t i = 0; result == 0 && i < flow->character_size;) {
        const char *at = flow->character + i;
        size_t length = next_character(at, flow->character_size - i, &ideograph);
        result = add_character(flow, at, length, ideograph, writer, error);
        i += length;
    }
    flow->character_size = 0;
    return result;
}

static int add_high(struct mime_flow *flow, char octet, struct mime_spool_writer *writer,
                    struct mailer_error *error)
{
    bool begins = ((unsigned char)octet & 0xC0) == 0xC0;
    int result = begins ? end_character(flow, writer, error) : 0;
    flow->character[flow->character_size++] = octet;
    bool is_whole = text_utf8_character(flow->character, flow->character_size, NULL) > 0;
    if (result == 0 && (is_whole || flow->character_size == sizeof flow->character))
        result = end_character(flow, writer, error);
    return result;
}

static int add_octet(struct mime_flow *flow, char octet, struct mime_spool_writer *writer,
                     struct mailer_error *error)
{
    int result = 0;
    if ((unsigned char)octet >= 0x80 && !flow->after_cr)
        return add_high(flow, octet, writer, error);
    if (flow->character_size > 0)
        result = end_character(flow, writer, error);
    bool after_cr = flow->after_cr;
    flow->after_cr = false;
    if (result == 0 && octet == '\n') {
        result = end_paragraph(flow, writer, error);
        return result == 0 ? put(writer, "\r\n", error) : result;
    }
    if (result == 0 && after_cr)
        result = add_character(flow, "\r", 1, false, writer, error);
    flow->after_cr = octet == '\r';
    if (result != 0 || flow->after_cr)
        return result;
    return (unsigned char)octet >= 0x80 ? add_high(flow, octet, writer, error)
                                        : add_character(flow, &octet, 1, false, writer, error);
}

/* Takes as many characters as only make the line longer. */
static size_t skip_plain(struct mime_flow *flow, const char *bytes, size_t size)
{
    unsigned limit = flow->broken ? MIME_FLOW_WIDTH : MIME_FLOW_LONGEST_WHOLE;
    if (flow->place != MIME_FLOW_CONTENT || flow->spaces > 0 || flow->character_size > 0 ||
        flow->after_cr || flow->columns + 1 >= limit)
        return 0;
    size_t room = limit - flow->columns - 1;
    size_t most = size < room ? size : room;
    size_t count = 0;
    while (count < most && bytes[count] > ' ' && bytes[count] < 0x7F)
        count++;
    memcpy(flow->line + flow->line_size, bytes, count);
    flow->line_size += count;
    flow->columns += (unsigned)count;
    flow->after_ideograph &= count == 0;
    return count;
}

struct mime_flow mime_flow_start(bool delete_space)
{
    return (struct mime_flow){.delete_space = delete_space};
}

int mime_flow_add(struct mime_flow *flow, const void *bytes, size_t size,
                  struct mime_spool_writer *writer, struct mailer_error *error)
{
    const char *octets = bytes;
    int result = 0;
    for (size_t i = 0; result == 0 && i < size;) {
        size_t plain = skip_plain(flow, octets + i, size - i);
        i += plain;
        if (plain == 0)
            result = add_octet(flow, octets[i++], writer, error);
    }
    return result;
}

int mime_flow_finish(struct mime_flow *flow, struct mime_spool_writer *writer,
                     struct mailer_error *error)
{
    int result = end_character(flow, writer, error);
    if (result == 0 && flow->after_cr)
        result = add_character(flow, "\r", 1, false, writer, error);
    return result == 0 ? end_paragraph(flow, writer, error) : result;
}

/* ---- Blobs ---- */

/* Flows a text; stops when it turns out that spaces must be deleted. */
static int flow_all(struct mime_flow *flow, const struct mime_blob *blob,
                    struct mime_spool_writer *writer, struct mailer_error *error)
{
    char *block = malloc(BLOCK_SIZE);
    if (block == NULL)
        return error_set_memory(error);
    uint64_t offset = 0;
    int result = 0;
    size_t got = 0;
    do {
        result = mime_blob_read(blob, offset, block, BLOCK_SIZE, &got, error);
        if (result == 0)
            result = mime_flow_add(flow, block, got, writer, error);
        offset += got;
    } while (result == 0 && got > 0 && (flow->delete_space || !flow->wants_delete_space));
    free(block);
    if (result == 0)
        result = mime_flow_finish(flow, writer, error);
    return result == 0 ? mime_blob_verify(blob, error) : result;
}

int mime_flow(struct mime_blob **flowed, bool *delete_space, const struct mime_blob *blob,
              const char *directory, struct mailer_error *error)
{
    *flowed = NULL;
    *delete_space = false;
    struct mime_source_name name = mime_blob_name(blob);
    struct mime_spool_writer writer = mime_spool_start(name.text, directory);
    struct mime_flow flow = mime_flow_start(false);
    int result = flow_all(&flow, blob, &writer, error);
    if (result == 0 && flow.wants_delete_space) {
        mime_spool_abandon(&writer);
        writer = mime_spool_start(name.text, directory);
        *delete_space = true;
        flow = mime_flow_start(true);
        result = flow_all(&flow, blob, &writer, error);
    }
    if (result != 0) {
        mime_spool_abandon(&writer);
        return result;
    }
    struct mime_spool spool;
    result = mime_spool_finish(&writer, &spool, error);
    return result != 0 ? result : mime_blob_from_spool(flowed, &spool, name.text, error);
}
