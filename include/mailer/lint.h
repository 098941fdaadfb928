/* SPDX-License-Identifier: ISC */
/** @file lint.h  What is odd about a message that could be sent as it is. */
#ifndef MAILER_LINT_H
#define MAILER_LINT_H

#include <mailer/message.h>

#ifdef __cplusplus
extern "C" {
#endif

enum mailer_finding_kind {
    MAILER_FINDING_NO_TEXT = 1, /**< nothing for readers that show no HTML, or nothing to read */
    MAILER_FINDING_EMPTY_ATTACHMENT, /**< of 0 octets */
    MAILER_FINDING_TYPE_AND_NAME,    /**< its content or type is not what its name says */
    MAILER_FINDING_UNUSED_ID,        /**< a part has a Content-ID that the HTML does not refer to */
    MAILER_FINDING_MISSING_PICTURE,  /**< the HTML refers to a part that is not there */
    MAILER_FINDING_LONG_HEADER       /**< longer than some servers take */
};

/** Something that was found. */
struct mailer_finding {
    size_t struct_size;
    enum mailer_finding_kind kind;
    bool is_error;    /**< a reader of the message will miss something for sure */
    const char *text; /**< one printable line that says what, where, and what to do */
};

/** Told of each finding. @param finding  borrowed for the call. */
typedef void (*mailer_finding_function)(void *context, const struct mailer_finding *finding);

/**
 * Looks a sealed message through, also one that another program made. Messages within it are left
 * alone.
 * @return 0, found something or not; MAILER_USAGE when it is not sealed, MAILER_MEMORY, or as when
 *         it is written.
 */
MAILER_API int mailer_message_lint(const struct mailer_message *message,
                                   mailer_finding_function found, void *context,
                                   struct mailer_error *error);

#ifdef __cplusplus
}
#endif
#endif
