/* SPDX-License-Identifier: ISC */
/* Whether a message says the same as an earlier one. */
#include "message_private.h"

#include "content/digest.h"
#include "error.h"

_Static_assert((int)MAILER_DIGEST_SIZE == (int)MIME_DIGEST_SIZE, "both are a SHA-256");

/* Content-IDs are left out, as most are made anew for each message, and so the HTML counts as it
 * was given; HTML made of the text and the pictures says nothing that these do not. */
static int add_part(struct mime_digest *digest, const struct mailer_message *message,
                    const struct mime_part *part, struct mailer_error *error)
{
    const struct mime_blob *blob = part == message->html_part ? message->html_given : part->blob;
    if (!mime_part_is_multipart(part) && blob == NULL)
        return 0;
    mime_digest_add_text(digest, part->type.name);
    mime_digest_add_text(digest, part->disposition);
    mime_digest_add_text(digest, part->file_name);
    if (!mime_part_is_multipart(part))
        return mime_digest_add_blob(digest, blob, error);
    int result = 0;
    for (size_t i = 0; i < part->count && result == 0; i++)
        result = add_part(digest, message, part->children[i], error);
    mime_digest_add_text(digest, NULL);
    return result;
}

int mailer_message_digest(const struct mailer_message *message,
                          unsigned char digest[MAILER_DIGEST_SIZE], struct mailer_error *error)
{
    const struct mime_document *tree = message_tree(message);
    if (tree == NULL)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "the message is not sealed: seal it before its digest is asked for");
    struct mime_digest hash = mime_digest_start();
    mime_digest_add_text(&hash, message->note);
    int result = tree->root == NULL ? 0 : add_part(&hash, message, tree->root, error);
    int finished = mime_digest_finish(&hash, digest, result == 0 ? error : NULL);
    return result != 0 ? result : finished;
}
