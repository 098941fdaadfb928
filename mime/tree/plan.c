/* SPDX-License-Identifier: ISC */
#include "tree/plan.h"

#include "header/header.h"
#include "header/parameter.h"
#include "text.h"
#include "tree/encoding.h"

#include <stdlib.h>
#include <string.h>

/* Header fields of ten thousand parts and more; a bound for what a mistake may cost. */
enum { LITERALS_LIMIT = 256 * 1024 * 1024 };

/* Adds a segment; a literal behind a literal becomes one with it. */
static int add_segment(struct mime_plan *plan, const struct mime_segment *segment,
                       struct mailer_error *error)
{
    if (segment->size > UINT64_MAX - plan->size)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the message has more octets than can be counted: "
                         "send less of it");
    plan->size += segment->size;
    struct mime_segment *before = plan->count > 0 ? &plan->segments[plan->count - 1] : NULL;
    if (segment->blob == NULL && before != NULL && before->blob == NULL) {
        before->size += segment->size;
        return 0;
    }
    if (plan->count == plan->capacity) {
        size_t capacity = plan->capacity * 2 + 8;
        struct mime_segment *segments = realloc(plan->segments, capacity * sizeof *segments);
        if (segments == NULL)
            return error_set_memory(error);
        plan->segments = segments;
        plan->capacity = capacity;
    }
    plan->segments[plan->count++] = *segment;
    return 0;
}

/* Makes what was appended to the literals since start part of the plan. */
static int end_literal(struct mime_plan *plan, size_t start, struct mailer_error *error)
{
    if (plan->literals.failed)
        return error_set_memory(error);
    struct mime_segment segment = {.literal = start, .size = plan->literals.size - start};
    return segment.size == 0 ? 0 : add_segment(plan, &segment, error);
}

static int add_literal(struct mime_plan *plan, const char *text, struct mailer_error *error)
{
    size_t start = plan->literals.size;
    buffer_append_string(&plan->literals, text);
    return end_literal(plan, start, error);
}

/* What the charset parameter of text says, or NULL when it is given already or not known. */
static const char *charset(const struct mime_part *part)
{
    if (!part->scanned || part->form == MIME_FORM_MESSAGE ||
        mime_media_type_parameter(&part->type, "charset") != NULL)
        return NULL;
    if (part->charset != NULL || !part->scan.utf8)
        return part->charset;
    return part->scan.high_octets > 0 ? "utf-8" : "us-ascii";
}

/* The name for old readers, which look for it here. */
static bool has_name_parameter(const struct mime_part *part)
{
    return part->file_name != NULL && !text_has_control(part->file_name, strlen(part->file_name)) &&
           mime_media_type_parameter(&part->type, "name") == NULL;
}

static void append_type(struct buffer *out, const struct mime_part *part, bool generic)
{
    size_t start = out->size;
    buffer_append_format(out, "Content-Type: %s",
                         generic ? "application/octet-stream" : part->type.name);
    size_t column = out->size - start;
    if (!generic)
        mime_media_type_append_parameters(out, &part->type, &column);
    if (charset(part) != NULL)
        mime_parameter_append(out, "charset", charset(part), MIME_PARAMETER_EXTENDED, &column);
    if (mime_part_is_multipart(part))
        mime_parameter_append(out, "boundary", part->boundary, MIME_PARAMETER_EXTENDED, &column);
    if (has_name_parameter(part))
        mime_parameter_append(out, "name", part->file_name, MIME_PARAMETER_ENCODED_WORD, &column);
    buffer_append_string(out, "\r\n");
}

/* The fields that describe a part (RFC 2045, RFC 2183, RFC 2392), and the empty line behind them.
 */
static void append_part_header(struct buffer *out, const struct mime_part *part,
                               const char *encoding, bool generic)
{
    append_type(out, part, generic);
    if (strcmp(encoding, "7bit") != 0)
        buffer_append_format(out, "Content-Transfer-Encoding: %s\r\n", encoding);
    if (part->disposition != NULL) {
        size_t start = out->size;
        buffer_append_format(out, "Content-Disposition: %s", part->disposition);
        size_t column = out->size - start;
        if (part->file_name != NULL)
            mime_parameter_append(out, "filename", part->file_name, MIME_PARAMETER_EXTENDED,
                                  &column);
        buffer_append_string(out, "\r\n");
    }
    if (part->content_id != NULL)
        buffer_append_format(out, "Content-ID: <%s>\r\n", part->content_id);
    buffer_append_string(out, "\r\n");
}

/* The narrowest wire for a part and all below it, as they will be encoded. */
static enum mailer_wire part_width(const struct mime_part *part, enum mailer_wire wire)
{
    if (!mime_part_is_multipart(part))
        return mime_encoding_choose(part, wire).width;
    enum mailer_wire widest = MAILER_WIRE_7BIT;
    for (size_t i = 0; i < part->count; i++) {
        enum mailer_wire width = part_width(part->children[i], wire);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* Appends a leaf. *line_start tells whether a CR LF that is not of the content ends it. */
static int lay_leaf(struct mime_plan *plan, const struct mime_part *part, bool *line_start,
                    struct mailer_error *error)
{
    struct mime_encoding encoding = mime_encoding_choose(part, plan->wire.width);
    size_t start = plan->literals.size;
    append_part_header(&plan->literals, part, encoding.name, encoding.generic);
    int result = end_literal(plan, start, error);
    bool is_base64 =
        encoding.codec == MIME_CODEC_BASE64 || encoding.codec == MIME_CODEC_BASE64_TEXT;
    *line_start = is_base64 && encoding.size > 0;
    if (result != 0 || mime_blob_size(part->blob) == 0)
        return result;
    struct mime_segment segment = {
        .blob = part->blob, .codec = encoding.codec, .size = encoding.size};
    return add_segment(plan, &segment, error);
}

static int lay_part(struct mime_plan *plan, const struct mime_part *part, bool *line_start,
                    struct mailer_error *error);

static int lay_multipart(struct mime_plan *plan, const struct mime_part *part, bool *line_start,
                         struct mailer_error *error)
{
    struct buffer *literals = &plan->literals;
    size_t start = literals->size;
    enum mailer_wire width = part_width(part, plan->wire.width);
    append_part_header(literals, part, mime_encoding_width_name(width), false);
    int result = end_literal(plan, start, error);
    /* The CR LF in front of a boundary belongs to it (RFC 2046 5.1.1); the first one has it
     * already. */
    bool at_line_start = true;
    for (size_t i = 0; result == 0 && i < part->count; i++) {
        start = literals->size;
        buffer_append_format(literals, "%s--%s\r\n", at_line_start ? "" : "\r\n", part->boundary);
        result = end_literal(plan, start, error);
        if (result == 0)
            result = lay_part(plan, part->children[i], &at_line_start, error);
    }
    if (result != 0)
        return result;
    start = literals->size;
    buffer_append_format(literals, "%s--%s--\r\n", at_line_start ? "" : "\r\n", part->boundary);
    *line_start = true;
    return end_literal(plan, start, error);
}

static int lay_part(struct mime_plan *plan, const struct mime_part *part, bool *line_start,
                    struct mailer_error *error)
{
    return mime_part_is_multipart(part) ? lay_multipart(plan, part, line_start, error)
                                        : lay_leaf(plan, part, line_start, error);
}

static int lay_header(struct mime_plan *plan, const struct mime_document *document,
                      struct mailer_error *error)
{
    size_t start = plan->literals.size;
    bool utf8 = plan->wire.utf8_headers;
    for (size_t i = 0; i < document->count; i++) {
        const struct mime_field *field = &document->fields[i];
        if (field->text == NULL) {
            mime_header_append_addresses(&plan->literals, field->name, &field->mailboxes, utf8);
            continue;
        }
        int result =
            mime_header_append_text(&plan->literals, field->name, field->text, utf8, error);
        if (result != 0)
            return result;
    }
    if (plan->literals.size - start > MIME_HEADER_LIMIT)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the header fields are longer than %d octets together: make them fewer or "
                         "shorter; many recipients can be in Bcc",
                         MIME_HEADER_LIMIT);
    buffer_append_string(&plan->literals, "MIME-Version: 1.0\r\n");
    if (!text_is_ascii(plan->literals.bytes, plan->literals.size))
        plan->width = MAILER_WIRE_8BIT;
    return end_literal(plan, start, error);
}

/* Ends a message that is a lone leaf, unless its own line end does so already. */
static int end_leaf(struct mime_plan *plan, const struct mime_part *leaf,
                    struct mailer_error *error)
{
    bool empty = mime_blob_size(leaf->blob) == 0;
    bool ends = empty || mime_encoding_choose(leaf, plan->wire.width).ends_in_line_end;
    return ends ? 0 : add_literal(plan, "\r\n", error);
}

static int lay_message(struct mime_plan *plan, const struct mime_document *document,
                       struct mailer_error *error)
{
    if (plan->wire.utf8_headers && plan->wire.width == MAILER_WIRE_7BIT)
        return error_set(
            error, MAILER_UNSUPPORTED, MAILER_STAGE_MESSAGE,
            "an address is not US-ASCII and cannot go over a connection of 7 bits: use "
            "another address, or allow 8 bits");
    int result = lay_header(plan, document, error);
    const struct mime_part *root = document->root;
    if (result != 0 || root == NULL)
        return result != 0 ? result : add_literal(plan, "\r\n", error);
    enum mailer_wire width = part_width(root, plan->wire.width);
    plan->width = width > plan->width ? width : plan->width;
    bool line_start = false;
    result = lay_part(plan, root, &line_start, error);
    if (result != 0 || mime_part_is_multipart(root))
        return result;
    return end_leaf(plan, root, error);
}

int mime_plan_new(struct mime_plan **plan, const struct mime_document *document,
                  struct mime_wire wire, struct mailer_error *error)
{
    *plan = NULL;
    struct mime_plan *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    made->wire = wire;
    made->literals = buffer_empty(LITERALS_LIMIT);
    int result = lay_message(made, document, error);
    if (result != 0) {
        mime_plan_free(made);
        return result;
    }
    *plan = made;
    return 0;
}

void mime_plan_free(struct mime_plan *plan)
{
    if (plan == NULL)
        return;
    buffer_free(&plan->literals);
    free(plan->segments);
    free(plan);
}
