/* SPDX-License-Identifier: ISC */
#include "tree/plan_private.h"

#include "header/header.h"
#include "header/parameter.h"
#include "text.h"
#include "tree/encoding.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* The header of most messages. */
    LITERALS_START = 512,
    /* Header fields of ten thousand parts and more; a bound for what a mistake may cost. */
    LITERALS_LIMIT = 256 * 1024 * 1024
};

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

int plan_add_segment(struct mime_plan *plan, const struct mime_segment *segment,
                     struct mailer_error *error)
{
    int result = add_segment(plan, segment, error);
    if (result != 0)
        mime_blob_release(segment->blob);
    return result;
}

int plan_end_literal(struct mime_plan *plan, size_t start, struct mailer_error *error)
{
    if (plan->literals.failed)
        return error_set_memory(error);
    struct mime_segment segment = {.literal = start, .size = plan->literals.size - start};
    return segment.size == 0 ? 0 : plan_add_segment(plan, &segment, error);
}

static int add_literal(struct mime_plan *plan, const char *text, struct mailer_error *error)
{
    size_t start = plan->literals.size;
    buffer_append_string(&plan->literals, text);
    return plan_end_literal(plan, start, error);
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
    buffer_append_string(out, "Content-Type: ");
    buffer_append_string(out, generic ? "application/octet-stream" : part->type.name);
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

/* How what is laid out ends. */
enum line_end {
    LINE_OPEN = 0, /* without a line end */
    LINE_ENDED,    /* with one of the content */
    LINE_CLOSED    /* with one that is none of the content */
};

/* Whether a message is to be changed inside, as it cannot go as it is and this is not worse. */
static bool is_changed_inside(const struct mime_part *part, enum mailer_wire wire)
{
    return part->form == MIME_FORM_MESSAGE && part->kept != NULL &&
           mime_encoding_choose(part, wire).generic && mime_kept_check(part->kept, wire, NULL) == 0;
}

/* The narrowest wire for a part and all below it, as they will be encoded. */
static enum mailer_wire part_width(const struct mime_part *part, enum mailer_wire wire)
{
    if (part->form == MIME_FORM_KEPT || is_changed_inside(part, wire))
        return mime_kept_width(part->kept, wire);
    if (!mime_part_is_multipart(part))
        return mime_encoding_choose(part, wire).width;
    enum mailer_wire widest = MAILER_WIRE_7BIT;
    for (size_t i = 0; i < part->count; i++) {
        enum mailer_wire width = part_width(part->children[i], wire);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* Something in the plan would be laid out in another way for a wire wider than this one. */
static void limit_width(struct mime_plan *plan, enum mailer_wire widest)
{
    if (widest < plan->widest)
        plan->widest = widest;
}

/* Appends a part that came with fields of its own; those of the document are there already. */
static int lay_kept(struct mime_plan *plan, const struct mime_part *part, enum line_end *line_end,
                    struct mailer_error *error)
{
    const struct mime_kept *kept = part->kept;
    size_t start = plan->literals.size;
    int result = 0;
    limit_width(plan, plan->wire.width);
    if (!kept->in_document)
        result = plan_fields(plan, kept->fields, kept->count, kept, error);
    buffer_append_string(&plan->literals, "\r\n");
    if (result == 0)
        result = plan_end_literal(plan, start, error);
    bool ends = false;
    if (result == 0)
        result = plan_kept(plan, kept, &ends, error);
    *line_end = ends ? LINE_ENDED : LINE_OPEN;
    return result;
}

/* Appends a message with patches inside. */
static int lay_changed_message(struct mime_plan *plan, const struct mime_part *part,
                               enum line_end *line_end, struct mailer_error *error)
{
    size_t start = plan->literals.size;
    limit_width(plan, plan->wire.width);
    enum mailer_wire width = mime_kept_width(part->kept, plan->wire.width);
    append_part_header(&plan->literals, part, mime_encoding_width_name(width), false);
    int result = plan_end_literal(plan, start, error);
    bool ends = false;
    if (result == 0)
        result = plan_kept(plan, part->kept, &ends, error);
    *line_end = ends ? LINE_ENDED : LINE_OPEN;
    return result;
}

static int lay_leaf(struct mime_plan *plan, const struct mime_part *part, enum line_end *line_end,
                    struct mailer_error *error)
{
    struct mime_encoding encoding = mime_encoding_choose(part, plan->wire.width);
    size_t start = plan->literals.size;
    append_part_header(&plan->literals, part, encoding.name, encoding.generic);
    int result = plan_end_literal(plan, start, error);
    bool is_as_it_is =
        encoding.codec == MIME_CODEC_IDENTITY || encoding.codec == MIME_CODEC_NEWLINE;
    /* What is no text is encoded on any wire but that for binary. */
    if (!is_as_it_is && part->scanned)
        limit_width(plan, plan->wire.width);
    else if (!is_as_it_is)
        limit_width(plan, MAILER_WIRE_8BIT);
    bool is_base64 =
        encoding.codec == MIME_CODEC_BASE64 || encoding.codec == MIME_CODEC_BASE64_TEXT;
    bool is_empty = mime_blob_size(part->blob) == 0;
    bool ends = is_empty || encoding.ends_in_line_end;
    *line_end = !ends ? LINE_OPEN : is_base64 && encoding.size > 0 ? LINE_CLOSED : LINE_ENDED;
    if (result != 0 || is_empty)
        return result;
    struct mime_segment segment = {
        .blob = mime_blob_share(part->blob), .codec = encoding.codec, .size = encoding.size};
    return plan_add_segment(plan, &segment, error);
}

static int lay_part(struct mime_plan *plan, const struct mime_part *part, enum line_end *line_end,
                    struct mailer_error *error);

static int lay_multipart(struct mime_plan *plan, const struct mime_part *part,
                         enum line_end *line_end, struct mailer_error *error)
{
    struct buffer *literals = &plan->literals;
    size_t start = literals->size;
    enum mailer_wire width = part_width(part, plan->wire.width);
    append_part_header(literals, part, mime_encoding_width_name(width), false);
    int result = plan_end_literal(plan, start, error);
    /* The CR LF in front of a boundary belongs to it (RFC 2046 5.1.1); the first one has it
     * already. */
    *line_end = LINE_CLOSED;
    for (size_t i = 0; result == 0 && i < part->count; i++) {
        start = literals->size;
        buffer_append_format(literals, "%s--%s\r\n", *line_end == LINE_CLOSED ? "" : "\r\n",
                             part->boundary);
        result = plan_end_literal(plan, start, error);
        if (result == 0)
            result = lay_part(plan, part->children[i], line_end, error);
    }
    if (result != 0)
        return result;
    start = literals->size;
    buffer_append_format(literals, "%s--%s--\r\n", *line_end == LINE_CLOSED ? "" : "\r\n",
                         part->boundary);
    *line_end = LINE_CLOSED;
    return plan_end_literal(plan, start, error);
}

static int lay_part(struct mime_plan *plan, const struct mime_part *part, enum line_end *line_end,
                    struct mailer_error *error)
{
    if (part->form == MIME_FORM_KEPT)
        return lay_kept(plan, part, line_end, error);
    if (is_changed_inside(part, plan->wire.width))
        return lay_changed_message(plan, part, line_end, error);
    return mime_part_is_multipart(part) ? lay_multipart(plan, part, line_end, error)
                                        : lay_leaf(plan, part, line_end, error);
}

/* What of the document's header describes kept content, or NULL. */
static const struct mime_kept *kept_in_document(const struct mime_document *document)
{
    const struct mime_part *root = document->root;
    bool is_kept = root != NULL && root->form == MIME_FORM_KEPT && root->kept->in_document;
    return is_kept ? root->kept : NULL;
}

/* A message that came without any word of MIME needs none. */
static bool needs_version(const struct mime_document *document, enum mailer_wire wire)
{
    const struct mime_kept *kept = kept_in_document(document);
    if (mime_document_find(document, "MIME-Version") != NULL)
        return false;
    return kept == NULL || mime_document_find(document, "Content-Type") != NULL ||
           mime_document_find(document, "Content-Transfer-Encoding") != NULL ||
           mime_kept_label(kept, 0, wire) != NULL || mime_kept_charset(kept, 0) != NULL;
}

static int lay_header(struct mime_plan *plan, const struct mime_document *document,
                      struct mailer_error *error)
{
    const struct mime_kept *kept = kept_in_document(document);
    int result = plan_fields(plan, document->fields, document->count, kept, error);
    if (result != 0)
        return result;
    if (plan->literals.size > MIME_HEADER_LIMIT)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the header fields are longer than %d octets together: make them fewer or "
                         "shorter; many recipients can be in Bcc",
                         MIME_HEADER_LIMIT);
    if (needs_version(document, plan->wire.width))
        buffer_append_string(&plan->literals, "MIME-Version: 1.0\r\n");
    return 0;
}

/* Begins the plan with the header fields, or with those of an earlier plan; those of a kept message
 * are not the same on all wires. */
static int begin_header(struct mime_plan *plan, const struct mime_document *document,
                        const struct mime_plan *earlier, struct mailer_error *error)
{
    int result = 0;
    if (earlier == NULL || kept_in_document(document) != NULL) {
        result = lay_header(plan, document, error);
    } else {
        buffer_reserve(&plan->literals, earlier->literals.size);
        buffer_append(&plan->literals, earlier->literals.bytes, earlier->header_size);
    }
    if (result != 0)
        return result;
    plan->header_size = plan->literals.size;
    if (!text_is_ascii(plan->literals.bytes, plan->header_size))
        plan->width = MAILER_WIRE_8BIT;
    return plan_end_literal(plan, 0, error);
}

static int lay_message(struct mime_plan *plan, const struct mime_document *document,
                       const struct mime_plan *earlier, struct mailer_error *error)
{
    if (plan->wire.utf8_headers && plan->wire.width == MAILER_WIRE_7BIT)
        return error_set(
            error, MAILER_UNSUPPORTED, MAILER_STAGE_MESSAGE,
            "an address is not US-ASCII and cannot go over a connection of 7 bits: use "
            "another address, or allow 8 bits");
    int result = begin_header(plan, document, earlier, error);
    const struct mime_part *root = document->root;
    if (result != 0 || root == NULL)
        return result != 0 ? result : add_literal(plan, "\r\n", error);
    enum mailer_wire width = part_width(root, plan->wire.width);
    plan->width = width > plan->width ? width : plan->width;
    enum line_end line_end = LINE_OPEN;
    result = lay_part(plan, root, &line_end, error);
    return result == 0 && line_end == LINE_OPEN ? add_literal(plan, "\r\n", error) : result;
}

static int make_plan(struct mime_plan **plan, const struct mime_document *document,
                     struct mime_wire wire, const struct mime_plan *earlier,
                     struct mailer_error *error)
{
    *plan = NULL;
    struct mime_plan *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    atomic_init(&made->owners, 1);
    made->wire = wire;
    made->widest = MAILER_WIRE_BINARY;
    made->literals = buffer_empty(LITERALS_LIMIT);
    buffer_reserve(&made->literals, LITERALS_START);
    int result = lay_message(made, document, earlier, error);
    if (result != 0) {
        mime_plan_free(made);
        return result;
    }
    *plan = made;
    return 0;
}

int mime_plan_new(struct mime_plan **plan, const struct mime_document *document,
                  struct mime_wire wire, struct mailer_error *error)
{
    return make_plan(plan, document, wire, NULL, error);
}

int mime_plan_again(struct mime_plan **plan, const struct mime_document *document,
                    struct mime_plan *earlier, enum mailer_wire width, struct mailer_error *error)
{
    if (earlier->wire.width <= width && width <= earlier->widest) {
        atomic_fetch_add_explicit(&earlier->owners, 1, memory_order_relaxed);
        *plan = earlier;
        return 0;
    }
    const struct mime_wire wire = {width, earlier->wire.utf8_headers};
    return make_plan(plan, document, wire, earlier, error);
}

void mime_plan_free(struct mime_plan *plan)
{
    if (plan == NULL || atomic_fetch_sub_explicit(&plan->owners, 1, memory_order_acq_rel) != 1)
        return;
    buffer_free(&plan->literals);
    for (size_t i = 0; i < plan->count; i++)
        mime_blob_release(plan->segments[i].blob);
    free(plan->segments);
    free(plan);
}
