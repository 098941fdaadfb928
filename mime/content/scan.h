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
    uint64_t bare_lf;               /**< LF without a CR before it */
    uint64_t bare_cr;               /**< CR without an LF behind it */
    uint64_t crlf;                  /**< CR LF */
    uint64_t longest_line;          /**< octets without its line end; LF and CR LF end a line */
    uint64_t quoted_printable_size; /**< exact output of MIME_CODEC_QUOTED_PRINTABLE */
    bool utf8;                      /**< all of it is UTF-8 (US-ASCII is) */
    bool from_line;                 /**< a line starts with "From " */
    bool boundary_line;             /**< a line starts with "--=_", as our boundaries do */
    bool ends_in_line_end;          /**< the last octet is LF, or there is none */
};

/**
 * Reads all of a blob.
 * @return 0, MAILER_SOURCE or MAILER_MEMORY.
 */
int mime_scan_blob(struct mime_scan *scan, const struct mime_blob *blob,
                   struct mailer_error *error);

#endif
