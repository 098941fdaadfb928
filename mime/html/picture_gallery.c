/* SPDX-License-Identifier: ISC */
#include "html/picture_gallery.h"

#include "content/spool.h"
#include "html/percent.h"
#include "html/plain_url.h"
#include "text.h"

#include <string.h>

/* Longer words are cut; no URL in them becomes a link. More blanks or empty lines in a row are as
 * good as these, and each is several octets of HTML. */
enum { WORD_LIMIT = 2048, EMPTY_LIMIT = 1000, READ_SIZE = 16 * 1024, TAB_WIDTH = 8 };

static const char head[] = "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n</head>\n";
static const char prose[] = "<body>\n";
static const char columns[] = "<body style=\"font-family: monospace\">\n";
static const char tail[] = "</body>\n</html>\n";

struct gallery {
    struct buffer out; /* what is not in the spool yet */
    char word[WORD_LIMIT];
    size_t word_size;
    size_t column;      /* characters of the line so far */
    size_t blanks;      /* between what is written of the line and what is not */
    size_t empty_lines; /* since the last line with text */
    bool in_paragraph;
    bool line_begun;
    bool after_return; /* the last octet was CR */
};

static void append_escaped(struct buffer *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '&')
            buffer_append_string(out, "&amp;");
        else if (text[i] == '<')
            buffer_append_string(out, "&lt;");
        else if (text[i] == '>')
            buffer_append_string(out, "&gt;");
        else if (text[i] == '"')
            buffer_append_string(out, "&quot;");
        else
            buffer_append_char(out, text[i]);
    }
}

/* A name, which may be of any octets, in HTML that is all UTF-8. */
static void append_name(struct buffer *out, const char *name)
{
    uint32_t code_point;
    for (size_t left = strlen(name), size; left > 0; name += size, left -= size) {
        size = text_utf8_character(name, left, &code_point);
        if (size > 0)
            append_escaped(out, name, size);
        else
            buffer_append_string(out, "\xEF\xBF\xBD"); /* U+FFFD */
        size += size == 0;
    }
}

void mime_gallery_append_picture(struct buffer *out, const struct mime_gallery_picture *picture)
{
    buffer_append_string(out, "<p><img src=\"");
    percent_append_cid_url(out, picture->content_id);
    buffer_append_string(out, "\" alt=\"");
    append_name(out, picture->name);
    /* A plot is often wider than a window. */
    buffer_append_string(out, "\" style=\"max-width: 100%; height: auto\"></p>\n");
}

void mime_gallery_append_note(struct buffer *out, const char *note)
{
    while (*note != '\0') {
        size_t size = strcspn(note, "\n");
        buffer_append_string(out, "<p>");
        append_escaped(out, note, size);
        buffer_append_string(out, "</p>\n");
        note += size + (note[size] == '\n');
    }
}

/* ---- Whether the text has columns ---- */

/* Columns are seen by wide gaps within lines. */
struct gaps {
    size_t lines;  /* that have one */
    size_t blanks; /* since the last character of the line */
    bool begun;    /* the line has one */
    bool found;
};

enum { GAP = 2, LINES_WITH_GAPS = 2 };

static void look_at(struct gaps *gaps, char c)
{
    if (c == '\n' || c == '\r') {
        *gaps = (struct gaps){.lines = gaps->lines + gaps->found};
    } else if (c == ' ' || c == '\t') {
        gaps->blanks += c == '\t' ? GAP : 1;
    } else {
        gaps->found |= gaps->begun && gaps->blanks >= GAP;
        gaps->begun = true;
        gaps->blanks = 0;
    }
}

/* Text made of columns needs characters of one width to be read. */
static int has_columns(const struct mime_blob *text, bool *has, struct mailer_error *error)
{
    char bytes[READ_SIZE];
    struct gaps gaps = {0};
    uint64_t at = 0;
    size_t got = 0;
    int result = 0;
    do {
        result = mime_blob_read(text, at, bytes, sizeof bytes, &got, error);
        for (size_t i = 0; i < got && result == 0; i++)
            look_at(&gaps, bytes[i]);
        at += got;
    } while (result == 0 && got > 0 && gaps.lines < LINES_WITH_GAPS);
    *has = gaps.lines + gaps.found >= LINES_WITH_GAPS;
    return result;
}

/* ---- The text ---- */

/* Writes what lies between the last word and the next one: lines, paragraphs, blanks. */
static void begin_word(struct gallery *gallery)
{
    struct buffer *out = &gallery->out;
    if (!gallery->line_begun) {
        if (gallery->in_paragraph && gallery->empty_lines > 0) {
            buffer_append_string(out, "</p>\n");
            gallery->in_paragraph = false;
        }
        for (; gallery->empty_lines > 1; gallery->empty_lines--)
            buffer_append_string(out, "<p>&nbsp;</p>\n");
        buffer_append_string(out, gallery->in_paragraph ? "<br>\n" : "<p>");
        gallery->in_paragraph = true;
    }
    /* One blank between words is one; any other would be lost. */
    for (; gallery->blanks > gallery->line_begun; gallery->blanks--)
        buffer_append_string(out, "&nbsp;");
    if (gallery->blanks > 0)
        buffer_append_char(out, ' ');
    gallery->blanks = 0;
    gallery->empty_lines = 0;
    gallery->line_begun = true;
}

static void end_word(struct gallery *gallery)
{
    const char *word = gallery->word;
    size_t left = gallery->word_size;
    size_t start;
    size_t size;
    if (left == 0)
        return;
    begin_word(gallery);
    while (left < WORD_LIMIT && plain_url_find(word, left, &start, &size)) {
        append_escaped(&gallery->out, word, start);
        buffer_append_string(&gallery->out, "<a href=\"");
        append_escaped(&gallery->out, word + start, size);
        buffer_append_string(&gallery->out, "\">");
        append_escaped(&gallery->out, word + start, size);
        buffer_append_string(&gallery->out, "</a>");
        word += start + size;
        left -= start + size;
    }
    append_escaped(&gallery->out, word, left);
    gallery->word_size = 0;
}

static void end_line(struct gallery *gallery)
{
    end_word(gallery);
    if (!gallery->line_begun && gallery->empty_lines < EMPTY_LIMIT)
        gallery->empty_lines++;
    gallery->line_begun = false;
    gallery->column = 0;
    gallery->blanks = 0;
}

static void add_blanks(struct gallery *gallery, size_t count)
{
    end_word(gallery);
    if (gallery->blanks < EMPTY_LIMIT)
        gallery->blanks += count;
    gallery->column += count;
}

static void add_octet(struct gallery *gallery, char c)
{
    bool after_return = gallery->after_return;
    gallery->after_return = c == '\r';
    if (c == '\n' && after_return)
        return;
    if (c == '\n' || c == '\r') {
        end_line(gallery);
    } else if (c == ' ') {
        add_blanks(gallery, 1);
    } else if (c == '\t') {
        add_blanks(gallery, TAB_WIDTH - gallery->column % TAB_WIDTH);
    } else if ((unsigned char)c > ' ' && c != '\x7F') {
        if (gallery->word_size == WORD_LIMIT)
            end_word(gallery);
        gallery->word[gallery->word_size++] = c;
        gallery->column += ((unsigned char)c & 0xC0) != 0x80;
    }
}

/* Moves what is made into the spool. */
static int flush(struct gallery *gallery, struct mime_spool_writer *writer,
                 struct mailer_error *error)
{
    if (gallery->out.failed)
        return error_set_memory(error);
    int result = mime_spool_append(writer, gallery->out.bytes, gallery->out.size, error);
    gallery->out.size = 0;
    return result;
}

static int write_text(struct gallery *gallery, struct mime_spool_writer *writer,
                      const struct mime_blob *text, struct mailer_error *error)
{
    char bytes[READ_SIZE];
    uint64_t at = 0;
    size_t got = 0;
    int result = 0;
    do {
        result = mime_blob_read(text, at, bytes, sizeof bytes, &got, error);
        size_t mark = at == 0 && got >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        for (size_t i = mark; i < got && result == 0; i++)
            add_octet(gallery, bytes[i]);
        at += got;
        if (result == 0)
            result = flush(gallery, writer, error);
    } while (result == 0 && got > 0);
    end_word(gallery);
    if (gallery->in_paragraph)
        buffer_append_string(&gallery->out, "</p>\n");
    return result;
}

int mime_gallery(struct mime_blob **html, const struct mime_blob *text,
                 const struct mime_gallery_picture *pictures, size_t count, const char *directory,
                 struct mailer_error *error)
{
    struct mime_source_name name = mime_blob_name(text);
    struct mime_spool_writer writer = mime_spool_start(name.text, directory);
    struct gallery gallery = {.out = buffer_empty(SIZE_MAX)};
    *html = NULL;
    bool in_columns = false;
    int result = has_columns(text, &in_columns, error);
    buffer_append_string(&gallery.out, head);
    buffer_append_string(&gallery.out, in_columns ? columns : prose);
    if (result == 0)
        result = write_text(&gallery, &writer, text, error);
    for (size_t i = 0; i < count; i++)
        mime_gallery_append_picture(&gallery.out, &pictures[i]);
    buffer_append_string(&gallery.out, tail);
    if (result == 0)
        result = flush(&gallery, &writer, error);
    buffer_free(&gallery.out);
    if (result != 0) {
        mime_spool_abandon(&writer);
        return result;
    }
    struct mime_spool spool;
    result = mime_spool_finish(&writer, &spool, error);
    return result == 0 ? mime_blob_from_spool(html, &spool, name.text, error) : result;
}
