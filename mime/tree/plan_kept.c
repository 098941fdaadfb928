/* SPDX-License-Identifier: ISC */
/* Copies everything, but for patches: what need not change is the same by construction. */
#include "text.h"
#include "tree/plan_private.h"

#include <string.h>

struct copying {
    struct mime_plan *plan;
    const struct mime_kept *kept;
    struct mime_place from; /* what is in front of it is laid out */
    bool ends;              /* what is laid out ends in a line end */
    bool header_is_open;    /* the header laid out last is not ended by an empty line */
};

/* ---- Fields ---- */

static void append_label(struct buffer *out, const char *label)
{
    buffer_append_format(out, "Content-Transfer-Encoding: %s\r\n", label);
}

static void append_charset(struct buffer *out, const char *charset)
{
    buffer_append_format(out, "Content-Type: text/plain; charset=%s\r\n", charset);
}

int plan_fields(struct mime_plan *plan, const struct mime_field *fields, size_t count,
                const struct mime_kept *kept, struct mailer_error *error)
{
    struct buffer *out = &plan->literals;
    const char *label = kept == NULL ? NULL : mime_kept_label(kept, 0, plan->wire.width);
    const char *charset = kept == NULL ? NULL : mime_kept_charset(kept, 0);
    bool is_of_document = kept == NULL || kept->in_document;
    bool utf8 = plan->wire.utf8_headers && is_of_document;
    bool labelled = false;
    for (size_t i = 0; i < count; i++) {
        if (label == NULL || !text_same(fields[i].name, "Content-Transfer-Encoding")) {
            int result = mime_field_append(out, &fields[i], utf8, error);
            if (result != 0)
                return result;
        } else if (!labelled) {
            append_label(out, label);
            labelled = true;
        }
    }
    if (charset != NULL)
        append_charset(out, charset);
    if (label != NULL && !labelled)
        append_label(out, label);
    return 0;
}

/* ---- Copying ---- */

/* Lays out all octets up to a place, their line ends made CR LF. */
static int copy_until(struct copying *copying, struct mime_place to, struct mailer_error *error)
{
    uint64_t size = to.offset - copying->from.offset;
    struct mime_segment segment = {.size = to.lines - copying->from.lines};
    segment.codec = segment.size == size ? MIME_CODEC_IDENTITY : MIME_CODEC_NEWLINE;
    if (size == 0)
        return 0;
    int result =
        mime_blob_slice(&segment.blob, copying->kept->blob, copying->from.offset, size, error);
    if (result != 0)
        return result;
    copying->from = to;
    copying->ends =
        to.offset == copying->kept->list.end.offset && copying->kept->list.ends_in_line_end;
    return plan_add_segment(copying->plan, &segment, error);
}

static int copy_body(struct copying *copying, const struct mime_entity *entity,
                     const struct mime_encoding *encoding, struct mailer_error *error)
{
    int result = copy_until(copying, entity->body, error);
    uint64_t size = entity->body_end.offset - entity->body.offset;
    struct mime_segment segment = {.codec = encoding->codec, .size = encoding->size};
    if (result == 0 && size > 0)
        result =
            mime_blob_slice(&segment.blob, copying->kept->blob, entity->body.offset, size, error);
    if (result != 0 || size == 0)
        return result;
    copying->from = entity->body_end;
    copying->ends = encoding->ends_in_line_end;
    if (encoding->codec == MIME_CODEC_IDENTITY &&
        entity->body_end.offset == copying->kept->list.end.offset)
        copying->ends = copying->kept->list.ends_in_crlf;
    /* Base64 brings the line end of the boundary behind it. */
    bool is_base64 =
        encoding->codec != MIME_CODEC_IDENTITY && encoding->codec != MIME_CODEC_QUOTED_PRINTABLE;
    if (is_base64)
        copying->from = entity->behind;
    return plan_add_segment(copying->plan, &segment, error);
}

/* ---- Headers in the blob ---- */

static const char *declared_name(const struct mime_entity *entity)
{
    static const char *const names[] = {"7bit", "8bit", "binary", "base64", "quoted-printable"};
    return entity->declared == MIME_DECLARED_OTHER || !entity->has_encoding
               ? NULL
               : names[entity->declared];
}

static int replace(struct copying *copying, size_t start, struct mime_place behind,
                   struct mailer_error *error)
{
    copying->from = behind;
    copying->ends = true;
    return plan_end_literal(copying->plan, start, error);
}

/* Ends a header that no empty line ends, in front of the line that did. */
static int end_header(struct copying *copying, struct mime_place body, struct mailer_error *error)
{
    struct buffer *out = &copying->plan->literals;
    int result = copy_until(copying, body, error);
    size_t start = out->size;
    buffer_append_string(out, "\r\n");
    return result == 0 ? replace(copying, start, body, error) : result;
}

static int copy_header(struct copying *copying, size_t index, struct mailer_error *error)
{
    const struct mime_entity *entity = &copying->kept->list.entities[index];
    enum mailer_wire wire = copying->plan->wire.width;
    struct buffer *out = &copying->plan->literals;
    const char *label = mime_kept_label(copying->kept, index, wire);
    bool is_mended = mime_kept_is_mended(entity, wire);
    /* A message in a message whose own header is not ended, not even by a mailbox line. */
    bool is_inside =
        copying->header_is_open && entity->is_message &&
        entity->header.offset == copying->kept->list.entities[entity->parent].body.offset;
    copying->header_is_open = !entity->header_ends && entity->has_header;
    if (label == NULL && !is_mended)
        return 0;
    copying->header_is_open = false;
    const char *charset = label != NULL ? mime_kept_charset(copying->kept, index) : NULL;
    int result = copy_until(copying, is_mended ? entity->header : entity->encoding, error);
    if (result != 0)
        return result;
    size_t start = out->size;
    if (is_inside)
        buffer_append_string(out, "\r\n");
    if (is_mended)
        buffer_append_string(out, entity->mended);
    if (label != NULL && entity->is_message && !entity->has_version)
        buffer_append_string(out, "MIME-Version: 1.0\r\n");
    if (charset != NULL)
        append_charset(out, charset);
    const char *name = label != NULL ? label : declared_name(entity);
    if (name != NULL)
        append_label(out, name);
    if (is_mended)
        buffer_append_string(out, "\r\n");
    result = replace(copying, start, is_mended ? entity->body : entity->encoding_end, error);
    if (result != 0 || is_mended || entity->header_ends)
        return result;
    return end_header(copying, entity->body, error);
}

/* ---- Entities ---- */

static int copy_entity(struct copying *copying, size_t index, struct mailer_error *error)
{
    const struct mime_entity *entity = &copying->kept->list.entities[index];
    if (entity->kind == MIME_ENTITY_MULTIPART || entity->kind == MIME_ENTITY_MESSAGE)
        return 0;
    struct mime_encoding encoding = mime_kept_encoding(entity, copying->plan->wire.width);
    if (!mime_kept_is_stuck(entity, &encoding))
        return encoding.codec == MIME_CODEC_NEWLINE ? 0
                                                    : copy_body(copying, entity, &encoding, error);
    int result = copy_until(copying, entity->body, error);
    copying->from = entity->body_end;
    copying->ends = true;
    return result;
}

int plan_kept(struct mime_plan *plan, const struct mime_kept *kept, bool *ends,
              struct mailer_error *error)
{
    int result = mime_kept_check(kept, plan->wire.width, error);
    bool with_header = !kept->in_document && !kept->has_fields;
    const struct mime_entity *first = &kept->list.entities[0];
    struct copying copying = {.plan = plan,
                              .kept = kept,
                              .from = with_header ? first->header : first->body,
                              .ends = true};
    for (size_t i = 0; result == 0 && i < kept->list.count; i++) {
        if (i > 0 || with_header)
            result = copy_header(&copying, i, error);
        if (result == 0)
            result = copy_entity(&copying, i, error);
    }
    if (result == 0)
        result = copy_until(&copying, kept->list.end, error);
    *ends = copying.ends;
    return result;
}
