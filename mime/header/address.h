/* SPDX-License-Identifier: ISC */
/**
 * @file address.h
 * Mailboxes, groups and lists of them (RFC 5322 3.4, with the obsolete forms of 4.4 read but not
 * written).
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

/** Mailboxes that follow each other in a list and stand under a name; perhaps none. */
struct mime_group {
    char *name;   /**< as that of a mailbox; never NULL */
    size_t first; /**< its first mailbox, or the one that it stands in front of when it has none */
    size_t count;
};

struct mime_mailbox_list {
    struct mime_mailbox *mailboxes; /**< all of them, those in groups too */
    size_t count;
    size_t capacity;
    struct mime_group *groups; /**< in order, none in another */
    size_t group_count;
    size_t group_capacity;
};

/** The longest input text, in octets. */
enum { MIME_ADDRESS_TEXT_LIMIT = 1024 * 1024 };

/**
 * Parses mailboxes and groups with commas between, and appends them to list. Comments and folding
 * white space are allowed where RFC 5322 has them, and dropped; so are obsolete routes. Everything
 * is linear in the size of text, and uses no recursion.
 *
 * Domains become what the DNS has: U-labels become A-labels (core/idn.h), so that header and
 * envelope agree, and address literals are made canonical (header/domain.h). Nothing else is
 * changed; UTF-8 in local parts (RFC 6531) is kept octet for octet.
 *
 * Refused: control characters (CR, LF, NUL, HT but as folding white space; in quotes HT only, and
 * that not before an @), text that is not UTF-8, octets behind a mailbox, an empty local part or
 * domain, a local part over 64 octets, an address over 254 (RFC 5321 4.5.3.1), a domain that
 * mime_domain_fault() has something against, a literal that is no IP address, "|command" and
 * "/file". A local part without domain is taken as it is when allow_local is set (a user of the
 * server), else refused.
 * @return 0, MAILER_DATA with a text that shows what was not understood, MAILER_MEMORY, or
 *         MAILER_SYSTEM when a domain needs libidn2 and there is none; after a failure list is as
 *         it was. Text without any mailbox or group is MAILER_DATA.
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

/**
 * Adds an empty group to the end of list. To fill it, add mailboxes and count them in its count.
 * @return 0 or MAILER_MEMORY; list is then as it was.
 */
int mime_mailbox_list_add_group(struct mime_mailbox_list *list, const char *name,
                                struct mailer_error *error);

/** Whether there is neither a mailbox nor a group. */
bool mime_mailbox_list_is_empty(const struct mime_mailbox_list *list);

/** Frees the mailboxes behind the first count, and the groups behind the first group_count. */
void mime_mailbox_list_cut(struct mime_mailbox_list *list, size_t count, size_t group_count);

/** Frees what it holds and empties it. */
void mime_mailbox_list_free(struct mime_mailbox_list *list);

/**
 * Appends mailboxes and groups as a header field's value, with commas between, folded so that lines
 * stay within 76 octets where it can be helped. Names are written as mime_phrase_append() does;
 * separators stay outside of encoded-words. Addresses are written as they are, even if they are
 * UTF-8.
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
