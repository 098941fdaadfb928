/* SPDX-License-Identifier: ISC */
#include "message_private.h"

#include "buffer.h"
#include "content/archive.h"
#include "content/shown_name.h"
#include "error.h"
#include "random.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* Files beyond these are opened anew for each read, so that many need few descriptors. */
enum { FILES_KEPT_OPEN = 16 };

/* How long a Content-ID may be, and what a file's name gives to a made one. */
enum { CONTENT_ID_LIMIT = 250, CONTENT_ID_NAME_SIZE = 64 };

/* Whether content says where it comes from, once. A struct of zeros would mean standard input. */
static int check_content(const struct mailer_content *content, struct mailer_error *error)
{
    if (content->struct_size == 0)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "a struct mailer_content must be made with MAILER_CONTENT_INIT");
    int sources = (content->bytes != NULL) + (content->path != NULL) + (content->descriptor >= 0);
    if (sources > 1 || (content->bytes == NULL && content->size > 0))
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "content is either bytes and size, or a path, or a descriptor: set one");
    return 0;
}

/* Opens what content describes. *name receives a name found for it, or NULL. */
int message_open_content(struct mailer_message *message, const struct mailer_content *content,
                         struct mime_blob **blob, const char **name, struct mailer_error *error)
{
    *name = NULL;
    int result = check_content(content, error);
    if (result != 0)
        return result;
    if (content->path != NULL) {
        const char *slash = strrchr(content->path, '/');
        *name = slash == NULL ? content->path : slash + 1;
        bool keep_open = message->files++ < FILES_KEPT_OPEN;
        return mime_blob_from_file(blob, content->path, keep_open, message->temporary_directory,
                                   error);
    }
    if (content->descriptor >= 0)
        return mime_blob_from_descriptor(blob, content->descriptor, "the input",
                                         message->temporary_directory, error);
    return mime_blob_from_memory(blob, content->bytes, content->size, error);
}

/* ---- Roles ---- */

/* What is to become of content. */
struct role {
    struct mime_part **container; /* the multipart it goes into, made with the first one */
    const char *subtype;          /* of the container */
    const char *disposition;
    bool is_picture;
};

static struct role attachment_role(struct mailer_message *message)
{
    return (struct role){&message->attachments, "mixed", "attachment", false};
}

static struct role picture_role(struct mailer_message *message)
{
    return (struct role){&message->pictures, "related; type=\"text/html\"", "inline", true};
}

/* ---- Content-IDs ---- */

static bool content_id_is_valid(const char *content_id)
{
    size_t length = strlen(content_id);
    return length > 0 && length <= CONTENT_ID_LIMIT && text_is_ascii(content_id, length) &&
           strcspn(content_id, " <>\"\\(),;:") == length && !text_has_control(content_id, length);
}

/* Whether a name may stand in a cid: URL as it is (RFC 2392). */
static bool is_plain_name(const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < length; i++)
        if (!text_is_letter(name[i]) && !text_is_digit(name[i]) && strchr("._-", name[i]) == NULL)
            return false;
    return length > 0 && length <= CONTENT_ID_NAME_SIZE;
}

static bool content_id_is_taken(const struct mailer_message *message, const char *content_id)
{
    const struct mime_part *containers[] = {message->attachments, message->pictures};
    for (size_t i = 0; i < sizeof containers / sizeof *containers; i++)
        for (size_t k = 0; containers[i] != NULL && k < containers[i]->count; k++) {
            const char *taken = containers[i]->children[k]->content_id;
            if (taken != NULL && strcmp(taken, content_id) == 0)
                return true;
        }
    return false;
}

/* Makes one that no other part of any message has, in which people still see the name. */
static int make_content_id(char **content_id, const char *name, struct mailer_error *error)
{
    char random[RANDOM_TEXT_SIZE];
    struct buffer made = buffer_empty(CONTENT_ID_LIMIT);
    for (size_t i = 0; name != NULL && name[i] != '\0' && i < CONTENT_ID_NAME_SIZE; i++)
        if (text_is_letter(name[i]) || text_is_digit(name[i]) || strchr("._-", name[i]) != NULL)
            buffer_append_char(&made, name[i]);
    int result = random_text(random, error);
    if (result == 0) {
        buffer_append_format(&made, "%s@%s", made.size > 0 ? "" : "picture", random);
        *content_id = buffer_take_string(&made);
        result = *content_id == NULL ? error_set_memory(error) : 0;
    }
    buffer_free(&made);
    return result;
}

/* The one that was given, if it may be one, or that of a picture: its name, or a made one.
 * @param chosen  receives it, to be freed, or NULL. */
static int choose_content_id(const struct mailer_message *message, const struct role *role,
                             const char *given, const char *name, char **chosen,
                             struct mailer_error *error)
{
    *chosen = NULL;
    if (given != NULL && !content_id_is_valid(given))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "\"%s\" is no Content-ID: make it of letters, digits, dots and @", given);
    if (given != NULL && content_id_is_taken(message, given))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the Content-ID %s is given twice: make them different", given);
    if (given == NULL && !role->is_picture)
        return 0;
    bool name_does =
        given == NULL && name != NULL && is_plain_name(name) && !content_id_is_taken(message, name);
    if (given == NULL && !name_does)
        return make_content_id(chosen, name, error);
    *chosen = strdup(given != NULL ? given : name);
    return *chosen == NULL ? error_set_memory(error) : 0;
}

/* ---- Parts ---- */

static int detect_type(struct mailer_message *message, const struct mime_blob *blob,
                       const char *name, char type[static MIME_TYPE_SIZE],
                       struct mailer_error *error)
{
    int result = 0;
    if (message->detector == NULL)
        result = mime_detector_new(&message->detector, error);
    return result != 0 ? result : mime_detect(message->detector, blob, name, type, error);
}

/* Makes the leaf of content that is open, and puts it into its container. */
static int add_leaf(const struct role *role, struct mime_blob *blob, const struct mime_leaf *leaf,
                    struct mailer_error *error)
{
    if (role->is_picture && !mime_media_type_is(leaf->type, "image"))
        return error_set(
            error, MAILER_DATA, MAILER_STAGE_MESSAGE, "%s is %s, not a picture: attach it instead",
            leaf->file_name != NULL ? leaf->file_name : "what is to be shown", leaf->type);
    struct mime_part *part = NULL;
    int result = 0;
    if (*role->container == NULL)
        result = mime_part_new_multipart(role->container, role->subtype, error);
    if (result == 0)
        result = mime_part_new_leaf(&part, blob, leaf, error);
    if (result == 0)
        result = mime_part_insert(*role->container, (*role->container)->count, part, error);
    return result;
}

/* Names and types what is open as it was asked for, or else as it was found. */
static int add_blob(struct mailer_message *message, const struct role *role, struct mime_blob *blob,
                    const char *found_name, const struct mailer_attachment *attachment,
                    struct mailer_error *error)
{
    const struct text_options *options = &message->text_options;
    bool is_given = attachment->name != NULL;
    const char *name = is_given ? attachment->name : found_name;
    if (name != NULL)
        name = mime_shown_name(name, is_given ? MIME_NAME_GIVEN : MIME_NAME_PATH, error);
    if (error_is_set(error))
        return error->error_class;
    char detected[MIME_TYPE_SIZE];
    const char *type = attachment->type;
    int result = type == NULL ? detect_type(message, blob, name, detected, error) : 0;
    struct mime_leaf leaf = {.type = type != NULL ? type : detected,
                             .form = MIME_FORM_EXACT,
                             .disposition = role->disposition,
                             .file_name = name,
                             .charset = options->charset != NULL ? options->charset
                                                                 : options->fallback_charset};
    char *complete = NULL, *content_id = NULL;
    if (result == 0 && name != NULL && !is_given) {
        result = mime_shown_name_complete(&complete, name, leaf.type, error);
        leaf.file_name = complete;
    }
    if (result == 0)
        result = choose_content_id(message, role, attachment->content_id, name, &content_id, error);
    leaf.content_id = content_id;
    if (result == 0)
        result = add_leaf(role, blob, &leaf, error);
    free(complete);
    free(content_id);
    return result;
}

/* What an attachment is when nothing is said of it. */
static const struct mailer_attachment nothing_given = MAILER_ATTACHMENT_INIT;

static int check_attachment(const struct mailer_attachment *attachment, struct mailer_error *error)
{
    return attachment->struct_size != 0
               ? 0
               : error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                           "a struct mailer_attachment must be made with MAILER_ATTACHMENT_INIT");
}

static int add_content(struct mailer_message *message, struct role role,
                       const struct mailer_content *content,
                       const struct mailer_attachment *attachment, struct mailer_error *error)
{
    struct mime_blob *blob = NULL;
    const char *name = NULL;
    if (attachment == NULL)
        attachment = &nothing_given;
    if (check_attachment(attachment, &message->error) == 0 &&
        message_open_content(message, content, &blob, &name, &message->error) == 0)
        add_blob(message, &role, blob, name, attachment, &message->error);
    mime_blob_release(blob);
    return message_settle(message, error);
}

int mailer_message_attach(struct mailer_message *message, const struct mailer_content *content,
                          const struct mailer_attachment *attachment, struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    return add_content(message, attachment_role(message), content, attachment, error);
}

int mailer_message_attach_file(struct mailer_message *message, const char *path,
                               const struct mailer_attachment *attachment,
                               struct mailer_error *error)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.path = path;
    return mailer_message_attach(message, &content, attachment, error);
}

int mailer_message_add_picture(struct mailer_message *message, const struct mailer_content *content,
                               const struct mailer_attachment *attachment,
                               struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    return add_content(message, picture_role(message), content, attachment, error);
}

int mailer_message_attach_archive(struct mailer_message *message, const char *path,
                                  const struct mailer_attachment *attachment,
                                  struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    struct mime_blob *blob = NULL;
    char *name = NULL;
    struct mailer_error *first = &message->error;
    struct mailer_attachment archive = attachment != NULL ? *attachment : nothing_given;
    archive.type = "application/zstd";
    if (check_attachment(&archive, first) == 0 &&
        mime_archive_directory(&blob, &name, path, message->temporary_directory, first) == 0)
        message_attach_blob(message, blob, name, &archive, first);
    mime_blob_release(blob);
    free(name);
    return message_settle(message, error);
}

int message_attach_blob(struct mailer_message *message, struct mime_blob *blob,
                        const char *found_name, const struct mailer_attachment *attachment,
                        struct mailer_error *error)
{
    struct role role = attachment_role(message);
    return add_blob(message, &role, blob, found_name, attachment, error);
}

int message_add_picture_blob(struct mailer_message *message, struct mime_blob *blob,
                             const char *name, const char *type, const char **content_id,
                             struct mailer_error *error)
{
    struct role role = picture_role(message);
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    attachment.type = type;
    int result = add_blob(message, &role, blob, name, &attachment, error);
    if (result == 0)
        *content_id = message->pictures->children[message->pictures->count - 1]->content_id;
    return result;
}
