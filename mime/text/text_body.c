/* SPDX-License-Identifier: ISC */
#include "text/text_body.h"

#include "text/conversion.h"
#include "text/flowed.h"
#include "text/meta_charset.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024 };

/* ---- What it is in ---- */

/* The charset that the text has, and what it begins with. */
struct found {
    char charset[MIME_CHARSET_SIZE];
    uint64_t skip; /* octets of its byte order mark */
};

static void set_charset(struct found *found, const char *charset)
{
    memcpy(found->charset, charset, strlen(charset) + 1);
}

static int use_given(struct found *found, const struct mime_blob *blob, const char *given,
                     const char *beginning, size_t size, struct mailer_error *error)
{
    int result = mime_charset_find(found->charset, given, error);
    if (result != 0)
        return result;
    struct mime_byte_order_mark mark = mime_charset_mark(beginning, size, found->charset);
    found->skip = mark.size;
    bool needs_mark =
        strcmp(found->charset, "utf-16") == 0 || strcmp(found->charset, "utf-32") == 0;
    if (mark.charset != NULL || (needs_mark && size == 0))
        set_charset(found, mark.charset != NULL ? mark.charset : "utf-8");
    else if (needs_mark)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "%s has no byte order mark: say whether it is %sle or %sbe",
                         mime_blob_name(blob).text, found->charset, found->charset);
    return 0;
}

/* Says where a text stops being UTF-8. */
static int fail_utf8(const struct mime_blob *blob, struct mailer_error *error)
{
    struct mime_conversion check = {.from = "utf-8", .to = "utf-8"};
    int result = mime_convert(NULL, blob, &check, error);
    return result != 0 ? result
                       : error_set(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE,
                                   "%s was changed while it was read: send it again",
                                   mime_blob_name(blob).text);
}

/* Finds the charset of text that is not UTF-8. */
static int guess_other(struct found *found, const struct mime_blob *blob,
                       const struct mime_text_options *options, const char *beginning, size_t size,
                       struct mailer_error *error)
{
    if (options->html && mime_meta_charset(found->charset, beginning, size) &&
        strcmp(found->charset, "utf-8") != 0)
        return 0;
    if (options->fallback_charset == NULL)
        return fail_utf8(blob, error);
    int result = mime_charset_find(found->charset, options->fallback_charset, error);
    bool says_nothing =
        strcmp(found->charset, "utf-8") == 0 || strcmp(found->charset, "us-ascii") == 0;
    return result == 0 && says_nothing ? fail_utf8(blob, error) : result;
}

/* Finds the charset of text of which nothing is known. */
static int guess(struct found *found, const struct mime_blob *blob,
                 const struct mime_text_options *options, const char *beginning, size_t size,
                 struct mime_scan *scan, struct mailer_error *error)
{
    struct mime_byte_order_mark mark = mime_charset_mark(beginning, size, NULL);
    set_charset(found, mark.charset != NULL ? mark.charset : "utf-8");
    found->skip = mark.size;
    if (mark.charset != NULL)
        return 0;
    int result = mime_scan_blob(scan, blob, error);
    if (result != 0)
        return result;
    if (scan->nul_octets > scan->size / 4)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "%s has too many NUL octets for a text: attach it, or say which charset "
                         "it has if it is a text all the same",
                         mime_blob_name(blob).text);
    return scan->utf8 ? 0 : guess_other(found, blob, options, beginning, size, error);
}

/* ---- Lines ---- */

/* Makes every CR of a block CR LF, or every LF that has no CR before it. */
static int write_lines(const char *block, size_t size, char end, bool *after_cr,
                       struct mime_spool_writer *writer, struct mailer_error *error)
{
    int result = 0;
    size_t written = 0;
    for (size_t i = 0; i < size && result == 0; i++) {
        bool is_end = block[i] == end && !(end == '\n' && *after_cr);
        *after_cr = block[i] == '\r';
        if (!is_end)
            continue;
        result = mime_spool_append(writer, block + written, i - written, error);
        if (result == 0)
            result = mime_spool_append(writer, "\r\n", 2, error);
        written = i + 1;
    }
    return result != 0 ? result : mime_spool_append(writer, block + written, size - written, error);
}

static int write_all_lines(const struct mime_blob *blob, char end, struct mime_spool_writer *writer,
                           struct mailer_error *error)
{
    char *block = malloc(BLOCK_SIZE);
    if (block == NULL)
        return error_set_memory(error);
    uint64_t offset = 0;
    bool after_cr = false;
    int result = 0;
    size_t got = 0;
    do {
        result = mime_blob_read(blob, offset, block, BLOCK_SIZE, &got, error);
        if (result == 0)
            result = write_lines(block, got, end, &after_cr, writer, error);
        offset += got;
    } while (result == 0 && got > 0);
    free(block);
    return result == 0 ? mime_blob_verify(blob, error) : result;
}

static int with_line_ends(struct mime_blob **made, const struct mime_blob *blob, char end,
                          const char *directory, struct mailer_error *error)
{
    *made = NULL;
    struct mime_source_name name = mime_blob_name(blob);
    struct mime_spool_writer writer = mime_spool_start(name.text, directory);
    struct mime_spool spool;
    int result = write_all_lines(blob, end, &writer, error);
    if (result != 0) {
        mime_spool_abandon(&writer);
        return result;
    }
    result = mime_spool_finish(&writer, &spool, error);
    return result != 0 ? result : mime_blob_from_spool(made, &spool, name.text, error);
}

/* ---- The steps ---- */

/* Puts what a step has made in place of what it was made from. */
static int replace(struct mime_text_body *body, struct mime_blob *made, struct mailer_error *error)
{
    mime_blob_release(body->blob);
    body->blob = made;
    return mime_scan_blob(&body->scan, made, error);
}

/* Makes it UTF-8 without a byte order mark. */
static int decode(struct mime_text_body *body, struct mime_blob *blob, const struct found *found,
                  const char *directory, struct mailer_error *error)
{
    struct mime_conversion conversion = {found->charset, "utf-8", found->skip, directory};
    struct mime_blob *made = NULL;
    if (strcmp(found->charset, "utf-8") != 0) {
        int result = mime_convert(&made, blob, &conversion, error);
        return result != 0 ? result : replace(body, made, error);
    }
    if (found->skip == 0 && body->scan.size == mime_blob_size(blob) && body->scan.utf8) {
        body->blob = mime_blob_share(blob);
        return 0;
    }
    int result =
        mime_blob_slice(&made, blob, found->skip, mime_blob_size(blob) - found->skip, error);
    if (result == 0)
        result = replace(body, made, error);
    return result == 0 && !body->scan.utf8 ? mime_convert(NULL, blob, &conversion, error) : result;
}

static int end_lines(struct mime_text_body *body, char end, const char *directory,
                     struct mailer_error *error)
{
    struct mime_blob *made;
    int result = with_line_ends(&made, body->blob, end, directory, error);
    return result != 0 ? result : replace(body, made, error);
}

static int flow(struct mime_text_body *body, const char *directory, struct mailer_error *error)
{
    struct mime_blob *made;
    int result = mime_flow(&made, &body->delete_space, body->blob, directory, error);
    if (result != 0)
        return result;
    body->flowed = true;
    return replace(body, made, error);
}

/* Makes it what it is sent in. */
static int encode(struct mime_text_body *body, const char *charset, const char *directory,
                  struct mailer_error *error)
{
    bool is_wide = mime_charset_is_wide(charset);
    bool is_ascii = body->scan.high_octets == 0;
    const char *label = is_ascii && !is_wide ? "us-ascii" : charset;
    memcpy(body->charset, label, strlen(label) + 1);
    if (strcmp(label, "us-ascii") == 0 && is_ascii)
        return 0;
    if (strcmp(label, "utf-8") == 0)
        return 0;
    int result = 0;
    /* When the message is laid out, these can no longer be found. */
    if (is_wide && body->scan.bare_lf > 0)
        result = end_lines(body, '\n', directory, error);
    struct mime_conversion conversion = {"utf-8", charset, 0, directory};
    struct mime_blob *made = NULL;
    if (result == 0)
        result = mime_convert(&made, body->blob, &conversion, error);
    return result != 0 ? result : replace(body, made, error);
}

static int find(struct found *found, struct mime_text_body *body, const struct mime_blob *blob,
                const struct mime_text_options *options, struct mailer_error *error)
{
    char beginning[MIME_META_CHARSET_LIMIT];
    size_t size = 0;
    int result = mime_blob_read(blob, 0, beginning, sizeof beginning, &size, error);
    if (result != 0)
        return result;
    return options->input_charset != NULL
               ? use_given(found, blob, options->input_charset, beginning, size, error)
               : guess(found, blob, options, beginning, size, &body->scan, error);
}

int mime_text_body_prepare(struct mime_text_body *body, struct mime_blob *blob,
                           const struct mime_text_options *options, struct mailer_error *error)
{
    *body = (struct mime_text_body){0};
    struct found found = {.skip = 0};
    char output[MIME_CHARSET_SIZE] = "utf-8";
    int result = 0;
    if (options->output_charset != NULL)
        result = mime_charset_find(output, options->output_charset, error);
    if (result == 0)
        result = mime_charset_check_output(output, error);
    if (result == 0)
        result = find(&found, body, blob, options, error);
    if (result == 0)
        result = decode(body, blob, &found, options->directory, error);
    bool is_of_old_mac = body->scan.bare_cr > 0 && body->scan.bare_lf == 0 && body->scan.crlf == 0;
    if (result == 0 && is_of_old_mac)
        result = end_lines(body, '\r', options->directory, error);
    if (result == 0 && options->flowed && !options->html)
        result = flow(body, options->directory, error);
    return result == 0 ? encode(body, output, options->directory, error) : result;
}

void mime_text_body_free(struct mime_text_body *body)
{
    mime_blob_release(body->blob);
    *body = (struct mime_text_body){0};
}
