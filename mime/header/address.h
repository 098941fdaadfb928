/* SPDX-License-Identifier: ISC */
/**
 * @file address.h
 * Mailboxes and lists of them (RFC 5322 3.4, with the obsolete forms of 4.4 read but not written).
 *
 * One parse serves header and envelope, so that they cannot disagree.
 */
#ifndef MIME_ADDRESS_H
#define MIME_ADDRESS_H

#include "buffer.h"
#include "error.h"

#include <stdbool.h>
#include <stddef.h>

/** One mailbox. All strings are owned by the list it is in. */
struct mime_mailbox {
    /** Display name in UTF-8, unquoted, encoded-words in it left as they are; NULL: none. */
    char *name;
    /** As in SMTP (RFC 5321 4.1.2): canonical, the local part quoted where needed. */
    char *address;
};

struct mime_mailbox_list {
    struct mime_mailbox *mailboxes;
    size_t count;
    size_t capacity;
};

/** The longest input text, in octets. */
enum { MIME_ADDRESS_TEXT_LIMIT = 1024 * 1024 };

/**
 * Parses mailboxes with commas between, and appends them to list. Groups are read as their
 * members, of which there may be none. Comments and folding white space are allowed where RFC 5322
 * has them, and dropped; so are obsolete routes. Everything is linear in the size of text, and uses
 * no recursion.
 *
 * Refused: control characters (CR, LF, NUL, HT but as folding white space; in quotes HT only, and
 * that not before an @), text that is not UTF-8, octets behind a mailbox, an empty local part or
 * domain, a local part over 64 octets, a domain over 255 or a label over 63, a label of other than
 * letters, digits, hyphens inside, and underscores, a domain literal that is no IP address,
 * "|command" and "/file". A local part without domain is taken as it is when allow_local is set (a
 * user of the server), else refused. UTF-8 in local parts and domains (RFC 6531) is kept as it is.
 * @return 0, MAILER_DATA with a text that shows what was not understood, or MAILER_MEMORY; after a
 *         failure list is as it was. Text without any mailbox or group is MAILER_DATA.
 */
int mime_address_parse(struct mime_mailbox_list *list, const char *text, bool allow_local,
                       struct mailer_error *error);

/**
 * Adds a mailbox to the end of list.
 * @param name     may be NULL or empty: none.
 * @param address  as it is in struct mime_mailbox. Both are copied.
 * @return 0 or MAILER_MEMORY; list is then as it was.
 */
int mime_mailbox_list_add(struct mime_mailbox_list *list, const char *name, const char *address,
                          struct mailer_error *error);

/** Frees the mailboxes behind the first count. */
void mime_mailbox_list_cut(struct mime_mailbox_list *list, size_t count);

/** Frees what it holds and empties it. */
void mime_mailbox_list_free(struct mime_mailbox_list *list);

/**
 * Appends mailboxes as a header field's value, with commas between, folded so that lines stay
 * within 76 octets where it can be helped. Names are written as atoms, quoted strings or, where
 * they are not US-ASCII or would not arrive as they are, encoded-words; separators stay outside of
 * them. Addresses are written as they are, even if they are UTF-8.
 * @param out           where the line so far is; if it ends with a space, it may be folded there.
 * @param utf8_headers  write names in UTF-8 as they are (RFC 6532).
 * @param column        how long the line is already; updated.
 */
void mime_address_append(struct buffer *out, const struct mime_mailbox_list *list,
                         bool utf8_headers, size_t *column);

/** The domain of an address, within it; NULL: it is only a local part (which may have a quoted @).
 */
const char *mime_address_domain(const char *address);

/**
 * Compares two addresses, for sorting: local parts octet by octet, domains but for case.
 * @return 0 when they are the same mailbox, else below or above 0.
 */
int mime_address_compare(const char *one, const char *other);

/** Whether an address needs SMTPUTF8 (RFC 6531). */
bool mime_address_needs_utf8(const char *address);

#endif
