/* SPDX-License-Identifier: ISC */
/**
 * @file document_read.h
 * A message that another program wrote, read as a document: its header and body are kept, and what
 * is laid out differs from it only where a wire cannot carry it as it is.
 */
#ifndef MIME_DOCUMENT_READ_H
#define MIME_DOCUMENT_READ_H

#include "tree/document.h"

enum { MIME_DOCUMENT_FIELD_LIMIT = 100000 };

/**
 * Reads a message (RFC 5322, RFC 2045 to 2049). Line ends may be LF or CR LF, even mixed. A byte
 * order mark in front, and lines of mailbox files ("From ", ">From ") in front of the header are
 * dropped. The header ends at an empty line, at the first line that is none of a header, which then
 * begins the body, or at the end; when the first line begins with white space, all is body.
 *
 * On each wire it is laid out with CR LF line ends, and where the wire cannot carry content as it
 * is, with that encoded and its Content-Transfer-Encoding made true; text without a Content-Type
 * that is not US-ASCII gets one. Of several MIME-Version, Content-Type and
 * Content-Transfer-Encoding fields the first is kept. Read and laid out again for the same wire it
 * is the same.
 * @param document  empty. Its fields are raw, its root is of MIME_FORM_KEPT.
 * @param blob      shared, not taken.
 * @param charset   of text that is not UTF-8 and has no Content-Type; NULL: "unknown-8bit" (RFC
 *                  1428). A token (RFC 2045 5.1).
 * @return 0; MAILER_DATA (a header over 1 MiB, with more than 100,000 fields, or with control
 *         characters in them; a message in UTF-16); MAILER_SOURCE; MAILER_MEMORY. document is empty
 *         after a failure.
 */
int mime_document_read(struct mime_document *document, struct mime_blob *blob, const char *charset,
                       struct mailer_error *error);

/**
 * Moves the fields that describe the content of a document that was read into its root, so that
 * this can be put into a multipart.
 * @param root  receives it, for the caller; the document is left without.
 * @return 0 or MAILER_MEMORY; nothing is changed then.
 */
int mime_document_take_root(struct mime_document *document, struct mime_part **root,
                            struct mailer_error *error);

#endif
