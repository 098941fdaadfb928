/* SPDX-License-Identifier: ISC */
/**
 * @file stuffing.h
 * The last gate of a body that goes by DATA: lines must end in CR LF, and one that begins with a
 * dot gets another (RFC 5321 4.5.2).
 *
 * A bare CR or LF is refused and not repaired (RFC 5321 2.3.8): what some servers take for a line
 * end, and others do not, is how a second message is smuggled in. Repair, where a user's text needs
 * it, is a codec of the plan.
 */
#ifndef SMTP_STUFFING_H
#define SMTP_STUFFING_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>

/** Where the gate stands between two pieces. Zero is not its beginning: see smtp_stuffing_start().
 */
struct smtp_stuffing {
    bool line_start; /**< the next octet begins a line */
    bool after_cr;   /**< the last octet was a CR */
};

/** At the beginning of a body. */
struct smtp_stuffing smtp_stuffing_start(void);

/** The most octets that size octets become. */
size_t smtp_stuffing_room(size_t size);

/**
 * Stuffs octets where they stand.
 * @param bytes  size octets, with room for smtp_stuffing_room(size).
 * @param stuffed  receives the new size.
 * @return 0, or MAILER_DATA for a bare CR or LF.
 */
int smtp_stuffing_apply(struct smtp_stuffing *stuffing, char *bytes, size_t size, size_t *stuffed,
                        struct mailer_error *error);

/**
 * Writes the end of the body: CR LF if the last line has none, a dot and CR LF.
 * @param end  receives up to 5 octets.
 * @return their number, or 0 when the body ends in a bare CR.
 */
size_t smtp_stuffing_end(const struct smtp_stuffing *stuffing, char end[static 5]);

#endif
