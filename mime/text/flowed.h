/* SPDX-License-Identifier: ISC */
/**
 * @file flowed.h
 * format=flowed (RFC 3676): each line of the input is a paragraph, which a reader's window may wrap
 * as it likes.
 *
 * A line of up to 78 columns stays whole. A longer one is broken behind a space, or between two
 * ideographs, to lines of at most 72, which end in a space; a word longer than that stays whole. A
 * line that begins with ">" is a quote: its depth stands before each line that is made of it; of
 * more than 30 deep it is not broken. Lines that begin with a space, "From " or ">" that is no
 * quote get a space in front, which readers take away. Spaces at the end of a line are lost, but
 * for the one of the signature separator "-- ". All line ends become CR LF; a bare CR is none. An
 * ideograph counts two columns, every other character one, and an octet that is no UTF-8 too.
 */
#ifndef MIME_FLOWED_H
#define MIME_FLOWED_H

#include "content/blob.h"
#include "content/spool.h"

#include <stdbool.h>

/**
 * Makes the text of a blob flow.
 * @param flowed     receives it.
 * @param delete_space  receives whether some line is broken where there was no space: then the
 *                   text is marked DelSp=yes, by which readers take the last space of each broken
 *                   line away (RFC 3676 4.1), and where there was a space there are two.
 * @param directory  for a temporary file, as in spool.h.
 * @return 0, MAILER_SOURCE, MAILER_SYSTEM or MAILER_MEMORY.
 */
int mime_flow(struct mime_blob **flowed, bool *delete_space, const struct mime_blob *blob,
              const char *directory, struct mailer_error *error);

enum {
    MIME_FLOW_WIDTH = 72,         /**< columns of a line that was broken */
    MIME_FLOW_LONGEST_WHOLE = 78, /**< of one that was not */
    MIME_FLOW_MOST_QUOTES = 30
};

/** Where in a line of the input it is. */
enum mime_flow_place {
    MIME_FLOW_QUOTES = 0, /**< at the ">" that it begins with */
    MIME_FLOW_CONTENT,    /**< behind them */
    MIME_FLOW_LONG,       /**< in a word longer than a line, whose beginning is written */
    MIME_FLOW_AS_IS       /**< in a line that is not to be broken */
};

/** A text under way, for octets that come in pieces; a value. However they are cut, the outcome is
 * the same. */
struct mime_flow {
    bool delete_space;       /**< set at the start; see mime_flow() */
    bool wants_delete_space; /**< there is a line that could be broken better by it */
    bool after_cr;
    bool after_ideograph; /**< the last character was one */
    bool broken;          /**< the paragraph has been broken already */
    bool quote_space;     /**< a space stood behind its ">" */
    enum mime_flow_place place;
    unsigned quotes;  /**< how many ">" the paragraph begins with */
    unsigned columns; /**< of line, with what stands before it */
    uint64_t spaces;  /**< read, but not in line: they may be at the end */
    size_t line_size;
    uint8_t character_size;
    char character[4]; /**< octets of a character that is not whole yet */
    char line[4 * (MIME_FLOW_LONGEST_WHOLE + 2)]; /**< content that is not written yet */
};

/** One at its beginning. */
struct mime_flow mime_flow_start(bool delete_space);

/** Takes the next octets. @return 0, MAILER_SYSTEM or MAILER_MEMORY. */
int mime_flow_add(struct mime_flow *flow, const void *bytes, size_t size,
                  struct mime_spool_writer *writer, struct mailer_error *error);

/** Ends the text. @return as mime_flow_add(). */
int mime_flow_finish(struct mime_flow *flow, struct mime_spool_writer *writer,
                     struct mailer_error *error);

#endif
