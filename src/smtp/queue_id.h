/* SPDX-License-Identifier: ISC */
/** @file queue_id.h  The name under which a server's logs know a message that it took. */
#ifndef SMTP_QUEUE_ID_H
#define SMTP_QUEUE_ID_H

#include <stdbool.h>

/** Room for an id, and for the NUL; a longer one is taken for none. */
enum { SMTP_QUEUE_ID_SIZE = 104 };

/**
 * Finds the queue id in the reply to a message's end. No standard says where it is, so this goes by
 * a table of what servers are known to say; what is not known for sure to be an id is none.
 * @param reply  one whole line, as of smtp_reply_show(): codes and text.
 * @param id     receives it, visible US-ASCII, or "".
 * @return whether there is one.
 */
bool smtp_queue_id(char id[static SMTP_QUEUE_ID_SIZE], const char *reply);

#endif
