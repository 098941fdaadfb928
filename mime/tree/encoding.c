/* SPDX-License-Identifier: ISC */
#include "tree/encoding.h"

enum { LONGEST_LINE = 998 }; /* RFC 5322 2.1.1 */

const char *mime_encoding_width_name(enum mailer_wire width)
{
    static const char *const names[] = {"7bit", "8bit", "binary"};
    return names[width];
}

static struct mime_encoding as_is(enum mime_codec_kind codec, enum mailer_wire width, uint64_t size)
{
    return (struct mime_encoding){
        .codec = codec, .name = mime_encoding_width_name(width), .width = width, .size = size};
}

static struct mime_encoding encoded(enum mime_codec_kind codec, uint64_t size)
{
    return (struct mime_encoding){.codec = codec,
                                  .name = mime_codec_name(codec),
                                  .width = MAILER_WIRE_7BIT,
                                  .size = size,
                                  .ends_in_line_end = size > 0};
}

/* How many octets a leaf has; one that was scanned needs no blob for that. */
static uint64_t octets(const struct mime_part *part)
{
    return part->scanned ? part->scan.size : mime_blob_size(part->blob);
}

static struct mime_encoding in_base64(const struct mime_part *part)
{
    uint64_t size = mime_codec_output_size(MIME_CODEC_BASE64, octets(part));
    return encoded(MIME_CODEC_BASE64, size);
}

/* Octets as they are. */
static struct mime_encoding as_octets(const struct mime_part *part, enum mailer_wire width)
{
    uint64_t size = octets(part);
    struct mime_encoding chosen = as_is(MIME_CODEC_IDENTITY, width, size);
    chosen.ends_in_line_end =
        part->scanned && size > 0 && part->scan.ends_in_line_end && part->scan.bare_lf == 0;
    return chosen;
}

/* Lines of text, with CR LF between, as they are. */
static struct mime_encoding as_lines(const struct mime_scan *scan, enum mailer_wire width)
{
    struct mime_encoding chosen = as_is(MIME_CODEC_NEWLINE, width, scan->size + scan->bare_lf);
    chosen.ends_in_line_end = scan->size > 0 && scan->ends_in_line_end;
    return chosen;
}

/* The narrowest wire for text as it is, once its line ends are CR LF. */
static enum mailer_wire natural_width(const struct mime_scan *scan)
{
    if (scan->longest_line > LONGEST_LINE)
        return MAILER_WIRE_BINARY;
    return scan->high_octets > 0 ? MAILER_WIRE_8BIT : MAILER_WIRE_7BIT;
}

/*
 * "From " at the start of a line is encoded because mailbox files would change it, and a line like
 * a boundary of ours so that it cannot be taken for one.
 */
static bool needs_encoding(const struct mime_scan *scan)
{
    return scan->nul_octets > 0 || scan->bare_cr > 0 || scan->from_line || scan->boundary_line;
}

bool mime_encoding_is_never_needed(const struct mime_scan *scan)
{
    return !needs_encoding(scan) && natural_width(scan) == MAILER_WIRE_7BIT;
}

static struct mime_encoding choose_for_text(const struct mime_part *part, enum mailer_wire wire)
{
    const struct mime_scan *scan = &part->scan;
    enum mailer_wire width = natural_width(scan);
    if (!needs_encoding(scan) && width <= wire)
        return as_lines(scan, width);
    uint64_t base64_size = mime_codec_output_size(MIME_CODEC_BASE64, scan->size + scan->bare_lf);
    if (part->quoted_printable_size > base64_size)
        return encoded(MIME_CODEC_BASE64_TEXT, base64_size);
    struct mime_encoding chosen = encoded(MIME_CODEC_QUOTED_PRINTABLE, part->quoted_printable_size);
    chosen.ends_in_line_end = scan->ends_in_line_end;
    return chosen;
}

static struct mime_encoding choose_for_message(const struct mime_part *part, enum mailer_wire wire)
{
    const struct mime_scan *scan = &part->scan;
    bool has_lines = scan->nul_octets == 0 && scan->bare_cr == 0;
    enum mailer_wire width = has_lines ? natural_width(scan) : MAILER_WIRE_BINARY;
    if (width <= wire)
        return has_lines ? as_lines(scan, width) : as_octets(part, width);
    struct mime_encoding chosen = in_base64(part);
    chosen.generic = true;
    return chosen;
}

static struct mime_encoding choose_for_octets(const struct mime_part *part, enum mailer_wire wire)
{
    const struct mime_scan *scan = &part->scan;
    /* Nothing may be put behind such text, not even a line end, nor may its lines be looked for. */
    if (part->wide)
        return in_base64(part);
    if (part->scanned && !scan->boundary_line) {
        bool has_clean_lines =
            scan->nul_octets == 0 && scan->bare_cr == 0 && scan->bare_lf == 0 && !scan->from_line;
        enum mailer_wire width = has_clean_lines ? natural_width(scan) : MAILER_WIRE_BINARY;
        if (width <= wire)
            return as_octets(part, width);
    }
    /* Other content is not searched for boundaries: those are random and younger than it. */
    if (!part->scanned && wire == MAILER_WIRE_BINARY)
        return as_octets(part, MAILER_WIRE_BINARY);
    return in_base64(part);
}

struct mime_encoding mime_encoding_choose(const struct mime_part *part, enum mailer_wire wire)
{
    switch (part->form) {
    case MIME_FORM_MESSAGE:
        return choose_for_message(part, wire);
    case MIME_FORM_TEXT:
        if (part->scanned)
            return choose_for_text(part, wire);
        break;
    case MIME_FORM_EXACT:
    case MIME_FORM_KEPT:
        break;
    }
    return choose_for_octets(part, wire);
}
