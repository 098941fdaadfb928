/* SPDX-License-Identifier: ISC */
/**
 * @file scan.h
 * What one pass over a text finds; everything that decides how it can be encoded.
 *
 * Only text is scanned, and once. Images never are.
 */
#ifndef MIME_SCAN_H
#define MIME_SCAN_H

#include "content/blob.h"

struct mime_scan {
    uint64_t size;           /**< octets */
    uint64_t high_octets;    /**< octets above 127 */
    uint64_t control_octets; /**< C0 but HT, LF, CR, FF and ESC; DEL. NUL is counted apart */
    uint64_t nul_octets;
    uint64_t bare_lf;      /**< LF without a CR before it */
    uint64_t bare_cr;      /**< CR without an LF behind it */
    uint64_t crlf;         /**< CR LF */
    uint64_t longest_line; /**< octets without its line end; LF and CR LF end a line */
    bool utf8;             /**< all of it is UTF-8 (US-ASCII is) */
    bool from_line;        /**< a line starts with "From " */
    bool boundary_line;    /**< a line starts with "--=_", as our boundaries do */
    bool ends_in_line_end; /**< the last octet is LF, or there is none */
};

/**
 * Reads all of a blob.
 * @return 0, MAILER_SOURCE or MAILER_MEMORY.
 */
int mime_scan_blob(struct mime_scan *scan, const struct mime_blob *blob,
                   struct mailer_error *error);

/**
 * Finds the exact output size of MIME_CODEC_QUOTED_PRINTABLE by running it over all of a blob. This
 * is apart from the scan because most text is US-ASCII in short lines and never needs to know.
 * @return 0, MAILER_SOURCE or MAILER_MEMORY.
 */
int mime_scan_quoted_printable_size(uint64_t *size, const struct mime_blob *blob,
                                    struct mailer_error *error);

/**
 * A scan under way, for octets that come in pieces; a value. However they are cut, the outcome is
 * the same.
 */
struct mime_scanner {
    struct mime_scan scan; /**< what was found so far; utf8 but for a character not yet whole */
    uint64_t line;         /**< octets of the line so far, a CR that may end it not counted */
    char line_start[5];    /**< its first octets */
    bool after_cr;         /**< the last octet was a CR */
    uint8_t continuations; /**< octets that the character under way still needs */
    uint8_t smallest, greatest; /**< between which the next of them must be */
};

/** A scan at its beginning. */
struct mime_scanner mime_scanner_start(void);

/** Scans the next octets. */
void mime_scanner_add(struct mime_scanner *scanner, const void *bytes, size_t size);

/** What was found in all, when there are no more. */
struct mime_scan mime_scanner_finish(const struct mime_scanner *scanner);

#endif
