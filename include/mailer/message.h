/* SPDX-License-Identifier: ISC */
/**
 * @file message.h
 * Building a message.
 *
 *     struct mailer_message *message;
 *     mailer_message_new(&message, &error);
 *     mailer_message_set_from(message, "Ann <ann@example.org>", &error);
 *     mailer_message_add_to(message, "bob@example.org", &error);
 *     mailer_message_set_subject(message, "Nightly", &error);
 *     mailer_message_set_text(message, "All is well.\n", &error);
 *     mailer_message_attach_file(message, "cpu.png", NULL, &error);
 *     if (mailer_message_seal(message, &error) != 0) ...
 *
 * The first error sticks to the message: each later call returns it again and changes nothing, and
 * so does mailer_message_seal(). A single check, of seal, is enough.
 *
 * All text is UTF-8. What is passed is borrowed for the call and copied, but for files, which are
 * opened when they are added, and read when the message is sent. A message may be used by one
 * thread at a time until it is sealed; a sealed one is constant and may be sent and written from
 * several threads.
 */
#ifndef MAILER_MESSAGE_H
#define MAILER_MESSAGE_H

#include <mailer/error.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mailer_message;

/** What octets a connection carries, which decides how a message is encoded. */
enum mailer_wire {
    MAILER_WIRE_7BIT = 0, /**< RFC 5321: lines of at most 998 octets of US-ASCII */
    MAILER_WIRE_8BIT,     /**< 8BITMIME (RFC 6152): such lines of any octets but NUL */
    MAILER_WIRE_BINARY    /**< BINARYMIME (RFC 3030): any octets */
};

/**
 * Where the octets of a part come from. Make one with MAILER_CONTENT_INIT and set one of (two are
 * MAILER_USAGE; none is empty content):
 *
 * - bytes and size: copied during the call;
 * - path: a regular file, opened during the call and read while sending. A FIFO, device, socket or
 *   directory is refused (MAILER_SOURCE). A file that shrinks or is rewritten before it has been
 *   sent makes the sending fail; what is appended to it meanwhile is not sent;
 * - descriptor: whatever can be read from it to its end is read during the call: into memory, and
 *   from 256 KiB on into an unnamed temporary file. It is not closed.
 */
struct mailer_content {
    size_t struct_size; /**< set by MAILER_CONTENT_INIT */
    const void *bytes;
    size_t size; /**< of bytes, in octets */
    const char *path;
    int descriptor; /**< -1: none */
};

#define MAILER_CONTENT_INIT                                                                        \
    {                                                                                              \
        sizeof(struct mailer_content), NULL, 0, NULL, -1                                           \
    }

/** How a part is named, typed and shown. Make one with MAILER_ATTACHMENT_INIT; NULL: not given. */
struct mailer_attachment {
    size_t struct_size; /**< set by MAILER_ATTACHMENT_INIT */
    const char *name;   /**< the file name shown, of which the part behind the last / or \ is used;
                             by default that of the path */
    const char *type;   /**< media type, such as "image/png", perhaps with parameters behind
                             semicolons; by default found from the content */
    const char *content_id; /**< Content-ID without angle brackets (RFC 2392) */
};

#define MAILER_ATTACHMENT_INIT                                                                     \
    {                                                                                              \
        sizeof(struct mailer_attachment), NULL, NULL, NULL                                         \
    }

/**
 * Makes an empty message.
 * @param message  receives it; free it with mailer_message_free(). NULL after failure.
 * @return 0 or MAILER_MEMORY.
 */
MAILER_API int mailer_message_new(struct mailer_message **message, struct mailer_error *error);

/** Frees a message and what was added to it. NULL is fine. It must not be in use by a sender. */
MAILER_API void mailer_message_free(struct mailer_message *message);

/**
 * Sets the author (From:, RFC 5322 3.6.2), and the envelope's sender unless that is set apart.
 * @param mailbox  "ann@example.org" or "Ann <ann@example.org>".
 * @return 0, MAILER_DATA when it is no mailbox or set twice, MAILER_USAGE when sealed.
 */
MAILER_API int mailer_message_set_from(struct mailer_message *message, const char *mailbox,
                                       struct mailer_error *error);

/**
 * Sets the envelope's sender, to which bounces go (RFC 5321 4.1.1.2).
 * @param address  an address without a name; "" for the null sender "<>".
 */
MAILER_API int mailer_message_set_envelope_sender(struct mailer_message *message,
                                                  const char *address, struct mailer_error *error);

/**
 * Sets the domain of addresses that have none, in the envelope and the header, those of a message
 * that was read too: root becomes root@example.org. Without it they stay as they are, which means
 * users of the server.
 * @return 0, MAILER_DATA when it is none, MAILER_USAGE when sealed.
 */
MAILER_API int mailer_message_set_domain(struct mailer_message *message, const char *domain,
                                         struct mailer_error *error);

/**
 * Adds recipients: to the header field of that name (but for Bcc, RFC 5322 3.6.3, which is never
 * written) and to the envelope. An address that is already in the envelope stays there once.
 * A group such as "Team: ann@example.org, bob@example.org;" is written as one, and its members get
 * the message. "undisclosed-recipients:;" has none. A domain such as bücher.example becomes
 * xn--bcher-kva.example in header and envelope.
 * @param mailboxes  one mailbox or several with commas between (RFC 5322 3.4).
 * @return 0, MAILER_DATA, MAILER_USAGE or MAILER_MEMORY.
 */
MAILER_API int mailer_message_add_to(struct mailer_message *message, const char *mailboxes,
                                     struct mailer_error *error);
MAILER_API int mailer_message_add_cc(struct mailer_message *message, const char *mailboxes,
                                     struct mailer_error *error);
MAILER_API int mailer_message_add_bcc(struct mailer_message *message, const char *mailboxes,
                                      struct mailer_error *error);

/** When the sender is told of a recipient's fate (RFC 3461); NEVER, or any of the others or'd. */
enum mailer_notify {
    MAILER_NOTIFY_DEFAULT = 0, /**< as servers do: of failure, perhaps of delay */
    MAILER_NOTIFY_NEVER = 1,
    MAILER_NOTIFY_SUCCESS = 2,
    MAILER_NOTIFY_FAILURE = 4,
    MAILER_NOTIFY_DELAY = 8
};

/** What of the message comes back with the news of a failure. */
enum mailer_return { MAILER_RETURN_DEFAULT = 0, MAILER_RETURN_FULL, MAILER_RETURN_HEADERS };

/** What becomes of a message that was not delivered in time (RFC 2852). */
enum mailer_deliver_by {
    MAILER_DELIVER_ANY_TIME = 0,
    MAILER_DELIVER_BY_RETURN, /**< it is not delivered any more, and the sender told */
    MAILER_DELIVER_BY_NOTIFY  /**< it is delivered all the same, and the sender told of the delay */
};

/** What is asked of servers besides the delivery. */
struct mailer_envelope_options {
    size_t struct_size;
    unsigned notify;             /**< enum mailer_notify, for all recipients */
    enum mailer_return returned; /**< RET */
    const char *envelope_id; /**< ENVID: printable US-ASCII, comes back with the news; or NULL */
    bool require_tls;   /**< REQUIRETLS (RFC 8689): TLS on each step of the way, or no delivery */
    int64_t hold_until; /**< seconds since 1970 before which it is not delivered (FUTURERELEASE,
                             RFC 4865); 0: at once */
    enum mailer_deliver_by deliver_by; /**< DELIVERBY (RFC 2852) */
    int64_t deliver_by_seconds;        /**< from the sending on, at most 999999999; at least 1 with
                                            MAILER_DELIVER_BY_RETURN */
    bool deliver_by_trace; /**< each server on the way tells the sender when it passes it on */
    int mt_priority;       /**< MT-PRIORITY (RFC 6710), -9 to 9, the highest: before others in the
                                transfer; 0: as others */
    const char *submitter; /**< AUTH= (RFC 4954 5): the address of who handed the message in, ""
                                when that is not known; only after a login; NULL: not said */
};

#define MAILER_ENVELOPE_OPTIONS_INIT                                                               \
    {                                                                                              \
        sizeof(struct mailer_envelope_options), 0, MAILER_RETURN_DEFAULT, NULL, false, 0,          \
            MAILER_DELIVER_ANY_TIME, 0, false, 0, NULL                                             \
    }

/**
 * Asks it. A server that does not offer what is asked for is not given the message
 * (MAILER_UNSUPPORTED): who asks for news relies on them.
 * @return 0, MAILER_DATA for a value that cannot be, MAILER_USAGE or MAILER_MEMORY.
 */
MAILER_API int mailer_message_set_envelope_options(struct mailer_message *message,
                                                   const struct mailer_envelope_options *options,
                                                   struct mailer_error *error);

/**
 * Asks for other news of one recipient than of all; when the message is sealed, and not being sent.
 * @param index   as in mailer_message_recipient().
 * @param notify  enum mailer_notify.
 * @return 0, MAILER_USAGE or MAILER_MEMORY.
 */
MAILER_API int mailer_message_set_recipient_notify(struct mailer_message *message, size_t index,
                                                   unsigned notify, struct mailer_error *error);

/**
 * Says to whom the message was addressed before it was passed on to a recipient: the news of its
 * delivery name that address (ORCPT, RFC 3461 4.2), where news are asked for. As
 * mailer_message_set_recipient_notify(), when the message is sealed, and not being sent.
 * @param address  of one line; copied. NULL: that of the recipient, as without a call.
 * @return 0, MAILER_DATA for what is no UTF-8, empty or has a control character, MAILER_USAGE or
 *         MAILER_MEMORY.
 */
MAILER_API int mailer_message_set_recipient_original(struct mailer_message *message, size_t index,
                                                     const char *address,
                                                     struct mailer_error *error);

/** Adds to Reply-To: (RFC 5322 3.6.2). */
MAILER_API int mailer_message_add_reply_to(struct mailer_message *message, const char *mailboxes,
                                           struct mailer_error *error);

/**
 * Sets the subject (RFC 5322 3.6.5); encoded as RFC 2047 has it where it is not US-ASCII.
 * @return 0, MAILER_DATA when it is not UTF-8 or has a control character.
 */
MAILER_API int mailer_message_set_subject(struct mailer_message *message, const char *subject,
                                          struct mailer_error *error);

/**
 * Adds a header field. What may be in it is checked where the field is known, and written as the
 * standards have it today: dates (obsolete zones and years are understood), ids of messages
 * (Message-ID, In-Reply-To, References: what is not an id is dropped), mailboxes and groups,
 * keywords, URLs of lists (List-Unsubscribe and its like), languages, words such as those of
 * Auto-Submitted and Importance. Names in them are encoded as needed, ids and URLs never are.
 *
 * From, To, Cc, Bcc, Reply-To and Subject go where their own functions would put them. Date and
 * Message-ID take the place of those made at seal. Resent-* describe a resending (RFC 5322 3.6.6),
 * add no recipients, and are written as a block before all other fields; Resent-From must be among
 * them, Resent-Date and Resent-Message-ID are made when they are missing.
 *
 * Refused: what describes the structure (MIME-Version, Content-* but for Content-Language and
 * Content-Description), what only servers write (Return-Path, Received, Delivered-To,
 * Authentication-Results and the like), signatures, and Resent-Bcc, which would show who is hidden.
 * @param name   a field name (RFC 5322 3.6.8), such as "X-Report".
 * @param value  UTF-8 without control characters but HT; folded and encoded as needed.
 * @return 0, MAILER_DATA (also for a second field of a kind that may occur once), MAILER_MEMORY.
 */
MAILER_API int mailer_message_add_header(struct mailer_message *message, const char *name,
                                         const char *value, struct mailer_error *error);

/**
 * How the bodies that are set after mailer_message_set_text_options() are read and written. Make
 * one with MAILER_TEXT_OPTIONS_INIT.
 */
struct mailer_text_options {
    size_t struct_size;            /**< set by MAILER_TEXT_OPTIONS_INIT */
    const char *charset;           /**< of the input, such as "iso-8859-1"; NULL: that of its byte
                                        order mark, else UTF-8, else fallback_charset */
    const char *fallback_charset;  /**< of input that is not UTF-8, such as that of the caller's
                                        locale; text attachments are labelled with it. NULL: none,
                                        and such bodies are MAILER_DATA */
    const char *output_charset;    /**< to convert to; NULL: UTF-8, in which text_from_html is
                                        where this charset lacks a character of it */
    bool flowed;                   /**< plain text as format=flowed (RFC 3676): readers may wrap its
                                        long lines anew */
    bool text_from_html;           /**< make a plain text from the HTML where none is set */
    const char *picture_directory; /**< pictures that HTML names by relative references are taken
                                        from here and below; NULL: see mailer_message_seal() */
};

#define MAILER_TEXT_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(struct mailer_text_options), NULL, NULL, NULL, false, false, NULL                   \
    }

/** @return 0, MAILER_DATA (an unknown charset), MAILER_USAGE or MAILER_MEMORY. */
MAILER_API int mailer_message_set_text_options(struct mailer_message *message,
                                               const struct mailer_text_options *options,
                                               struct mailer_error *error);

/** Sets the plain text from a string. As mailer_message_set_body() with type "text/plain". */
MAILER_API int mailer_message_set_text(struct mailer_message *message, const char *text,
                                       struct mailer_error *error);

/**
 * Sets the body of a media type: "text/plain", "text/html", or another type of text. Set both of
 * the first two, and they become alternatives (RFC 2046 5.1.4). Line ends LF and CR LF both become
 * CR LF. Octets of another charset than UTF-8 are converted, as the text options say; a charset
 * parameter of the type is taken for that of the input.
 * @return 0, MAILER_SOURCE, MAILER_DATA, MAILER_USAGE (the type is set already, or sealed).
 */
MAILER_API int mailer_message_set_body(struct mailer_message *message, const char *type,
                                       const struct mailer_content *content,
                                       struct mailer_error *error);

/**
 * Adds a line below the text, and a paragraph to the HTML where there is one, such as one that says
 * which attachment is missing. Notes keep their order.
 * @param note  UTF-8 without control characters.
 * @return 0, MAILER_DATA, MAILER_USAGE (also at seal, of a message that was read) or MAILER_MEMORY.
 */
MAILER_API int mailer_message_add_note(struct mailer_message *message, const char *note,
                                       struct mailer_error *error);

/**
 * Sets an invitation (RFC 5545, RFC 6047): it becomes the last of the alternatives, with the method
 * that it names, and is attached as well, for readers that know no calendars.
 * @param name  the file name of the attachment; NULL: that of content's path, or "invite.ics".
 * @return 0, MAILER_SOURCE, MAILER_DATA (it is no iCalendar with a method), MAILER_USAGE.
 */
MAILER_API int mailer_message_set_calendar(struct mailer_message *message,
                                           const struct mailer_content *content, const char *name,
                                           struct mailer_error *error);

/**
 * Makes the message a report (RFC 6522) of a type such as "delivery-status": multipart/report of
 * the text, the first attachment, which must be of the type "message/" and that, and perhaps a
 * second one: the message that it is about, or its header (text/rfc822-headers).
 */
MAILER_API int mailer_message_set_report_type(struct mailer_message *message, const char *type,
                                              struct mailer_error *error);

/**
 * Attaches content, which arrives octet for octet (RFC 2183), but for message/..., whose line ends
 * become CR LF (RFC 2046 5.2.1). Attachments keep their order.
 * @param attachment  NULL: name and type are found from the content.
 * @return 0, MAILER_SOURCE, MAILER_DATA (an unfit name or type), MAILER_USAGE or MAILER_MEMORY.
 */
MAILER_API int mailer_message_attach(struct mailer_message *message,
                                     const struct mailer_content *content,
                                     const struct mailer_attachment *attachment,
                                     struct mailer_error *error);

/** Attaches a file. As mailer_message_attach() with only content.path set. */
MAILER_API int mailer_message_attach_file(struct mailer_message *message, const char *path,
                                          const struct mailer_attachment *attachment,
                                          struct mailer_error *error);

/**
 * Attaches a directory as an archive, NAME.tar.zst (RFC 8878): files, directories and symbolic
 * links, without the names of their owners.
 * @param attachment  its type is not used.
 * @return as mailer_message_attach(); MAILER_SOURCE also for what is no file, directory or link.
 */
MAILER_API int mailer_message_attach_archive(struct mailer_message *message, const char *path,
                                             const struct mailer_attachment *attachment,
                                             struct mailer_error *error);

/**
 * Adds a picture that is shown in the body (RFC 2387). HTML refers to it by its Content-ID, as in
 * <img src="cid:plot.png">, or by its name. One that the HTML does not show is shown below it; when
 * there is only plain text, HTML is made that shows the text and the pictures under it.
 * @param attachment  its content_id is by default the name, where that may be one, or else made;
 *                    NULL as in mailer_message_attach().
 * @return as mailer_message_attach(); MAILER_DATA also for what is no picture.
 */
MAILER_API int mailer_message_add_picture(struct mailer_message *message,
                                          const struct mailer_content *content,
                                          const struct mailer_attachment *attachment,
                                          struct mailer_error *error);

/**
 * Says that a picture is missing: HTML that names it, as cid: and its Content-ID or by its name, is
 * sent all the same. mailer_message_add_note() is the way to tell the reader.
 * @return 0, MAILER_USAGE or MAILER_MEMORY.
 */
MAILER_API int mailer_message_leave_out_picture(struct mailer_message *message, const char *name,
                                                struct mailer_error *error);

/**
 * Takes an existing message, header and body, which stay as they are: what may not be sent so is
 * mended. Bcc and Resent-Bcc are removed, Date, Message-ID and From added where they are missing
 * (From is that of mailer_message_set_from(), else MAILER_DATA at seal). Fields added by name come
 * behind those of the message, Resent-* in front of them; To, Cc and Bcc given apart from it are
 * for the envelope only. Attachments and pictures can be added, another body cannot.
 * @param take_recipients  whether To, Cc and Bcc, or Resent-To, Resent-Cc and Resent-Bcc where
 * there are any (RFC 5322 3.6.6), name recipients.
 * @return 0, MAILER_SOURCE, MAILER_DATA (a header that cannot be sent), MAILER_USAGE (there is a
 *         body already) or MAILER_MEMORY.
 */
MAILER_API int mailer_message_read(struct mailer_message *message,
                                   const struct mailer_content *content, bool take_recipients,
                                   struct mailer_error *error);

/**
 * Takes what a mailto: URL says (RFC 6068): recipients, Reply-To, subject, body, Keywords,
 * In-Reply-To and References. Subject and body count only where none is set otherwise. Fields that
 * a URL may not set, such as From, are refused, and others left out.
 */
MAILER_API int mailer_message_add_mailto(struct mailer_message *message, const char *url,
                                         struct mailer_error *error);

/**
 * Puts the message into a thread with all others of that name and of the domain of its Message-ID,
 * by In-Reply-To and References (RFC 5322 3.6.4); they need not know of each other.
 * @param name  UTF-8, such as "nightly backup"; it cannot be read from the message.
 */
MAILER_API int mailer_message_set_thread(struct mailer_message *message, const char *name,
                                         struct mailer_error *error);

enum mailer_priority { MAILER_PRIORITY_NORMAL = 0, MAILER_PRIORITY_HIGH, MAILER_PRIORITY_LOW };

/** Sets Importance and Priority (RFC 2156), and X-Priority, which many readers know. */
MAILER_API int mailer_message_set_priority(struct mailer_message *message,
                                           enum mailer_priority priority,
                                           struct mailer_error *error);

/**
 * Says how to get off a list: List-Unsubscribe (RFC 2369), and with an https: URL also
 * List-Unsubscribe-Post, for a single click (RFC 8058).
 * @param url  https: or mailto:; call it once for each.
 */
MAILER_API int mailer_message_add_unsubscribe(struct mailer_message *message, const char *url,
                                              struct mailer_error *error);

/**
 * Sets the directory for the temporary files of content read from descriptors.
 * @param directory  NULL: /tmp.
 */
MAILER_API int mailer_message_set_temporary_directory(struct mailer_message *message,
                                                      const char *directory,
                                                      struct mailer_error *error);

/**
 * Sets the domain of the Message-ID that seal makes (RFC 5322 3.6.4); by default that of the From
 * address, so that no host name leaks.
 */
MAILER_API int mailer_message_set_message_id_domain(struct mailer_message *message,
                                                    const char *domain, struct mailer_error *error);

/**
 * Makes the message whole and constant: Date, Message-ID and boundaries are made now, once, so
 * that every later try sends the same message.
 *
 * Pictures of the HTML: relative references and data: URLs become parts of the message, each file
 * once; remote ones are left alone. A picture that is not there, is none, or lies outside of
 * picture_directory is MAILER_DATA or MAILER_SOURCE with its name. Without picture_directory,
 * text_from_html and mailer_message_add_picture() the HTML is sent as it is.
 * @return 0, or the first error of any earlier call, or MAILER_DATA when From is missing.
 */
MAILER_API int mailer_message_seal(struct mailer_message *message, struct mailer_error *error);

/** Whether a sealed message has no octet of text and nothing attached. false before seal. */
MAILER_API bool mailer_message_is_empty(const struct mailer_message *message);

/** The size of a digest: SHA-256. */
enum { MAILER_DIGEST_SIZE = 32 };

/**
 * Says by a hash whether a sealed message has the same content as another one: its bodies as they
 * were given, and the attachments and pictures with their names and types, in their order. What is
 * in the header does not count: the subject, often with a date, is another one each day.
 * @param digest  the same for the same content as long as the version of libmailer is the same.
 * @return 0, MAILER_SOURCE, MAILER_SYSTEM, or MAILER_USAGE before seal.
 */
MAILER_API int mailer_message_digest(const struct mailer_message *message,
                                     unsigned char digest[MAILER_DIGEST_SIZE],
                                     struct mailer_error *error);

/**
 * The media type under which an attachment goes, given or found, without parameters; NULL past the
 * end, and before seal. Borrowed from the message.
 * @param index  in the order in which they were attached; pictures of the body do not count.
 */
MAILER_API const char *mailer_message_attachment_type(const struct mailer_message *message,
                                                      size_t index);

/** The Message-ID with its angle brackets; NULL before seal. Borrowed from the message. */
MAILER_API const char *mailer_message_id(const struct mailer_message *message);

/** The envelope's sender, "" for the null sender; NULL before seal. Borrowed from the message. */
MAILER_API const char *mailer_message_envelope_sender(const struct mailer_message *message);

/** How many recipients the envelope has; 0 before seal. */
MAILER_API size_t mailer_message_recipient_count(const struct mailer_message *message);

/** The address of a recipient, as in RCPT TO, or NULL past the end. Borrowed from the message. */
MAILER_API const char *mailer_message_recipient(const struct mailer_message *message, size_t index);

/**
 * The exact size on a wire, in octets, without dot-stuffing (RFC 1870).
 * @return 0, MAILER_UNSUPPORTED when it cannot go over such a wire, MAILER_SOURCE, MAILER_USAGE.
 */
MAILER_API int mailer_message_size(const struct mailer_message *message, enum mailer_wire wire,
                                   uint64_t *size, struct mailer_error *error);

/**
 * Writes the message as it would go over a wire: CR LF line ends, without dot-stuffing.
 * @param descriptor  a file, pipe or socket that blocks; it is not closed.
 * @return as mailer_message_size(), or MAILER_SYSTEM when writing fails.
 */
MAILER_API int mailer_message_write(const struct mailer_message *message, enum mailer_wire wire,
                                    int descriptor, struct mailer_error *error);

#ifdef __cplusplus
}
#endif
#endif
