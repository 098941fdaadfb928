/* SPDX-License-Identifier: ISC */
/* The HTML of a message with its pictures: those that were added, and those that it names. */
#include "message_private.h"

#include "buffer.h"
#include "error.h"
#include "html/data_url.h"
#include "html/html_document.h"
#include "html/html_rewrite.h"
#include "html/percent.h"
#include "html/picture_gallery.h"
#include "html/picture_reference.h"
#include "html/plain_text.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { URL_LIMIT = 4096 };

/* The HTML while its pictures are looked for. Those that come along with it stand behind those that
 * were added, and are not meant by their names: two folders may have files of one name. */
struct pictures_of_html {
    struct mailer_message *message;
    size_t added; /* of the message's pictures */
    struct mime_references references;
    char **urls; /* for each reference what it becomes, or NULL */
};

/* ---- Which part a reference means ---- */

static bool is_same(const char *one, const char *other)
{
    return one != NULL && strcmp(one, other) == 0;
}

static const struct mime_part *added_with_id(const struct pictures_of_html *pictures,
                                             const char *content_id)
{
    struct mime_part *const *parts =
        pictures->added > 0 ? pictures->message->pictures->children : NULL;
    for (size_t i = 0; i < pictures->added; i++)
        if (is_same(parts[i]->content_id, content_id))
            return parts[i];
    return NULL;
}

static const struct mime_part *added_with_name(const struct pictures_of_html *pictures,
                                               const char *name)
{
    struct mime_part *const *parts =
        pictures->added > 0 ? pictures->message->pictures->children : NULL;
    for (size_t i = 0; i < pictures->added; i++)
        if (is_same(parts[i]->file_name, name))
            return parts[i];
    return NULL;
}

static const struct mime_part *attachment_with_id(const struct mailer_message *message,
                                                  const char *content_id)
{
    const struct mime_part *attachments = message->attachments;
    for (size_t i = 0; attachments != NULL && i < attachments->count; i++)
        if (is_same(attachments->children[i]->content_id, content_id))
            return attachments->children[i];
    return NULL;
}

/* Its references stay as they are: what is shown in place of a picture is up to the reader. */
static bool is_left_out(const struct mailer_message *message, const char *name)
{
    for (size_t i = 0; i < message->left_out_count; i++)
        if (strcmp(message->left_out[i], name) == 0)
            return true;
    return false;
}

static const struct mime_part *picture_of_file(const struct mailer_message *message,
                                               const struct mime_blob *blob)
{
    const struct mime_part *pictures = message->pictures;
    for (size_t i = 0; pictures != NULL && i < pictures->count; i++)
        if (mime_blob_is_same_file(pictures->children[i]->blob, blob))
            return pictures->children[i];
    return NULL;
}

static int find_by_id(const struct pictures_of_html *pictures, const char *content_id,
                      const char **found, struct mailer_error *error)
{
    const struct mime_part *part = added_with_id(pictures, content_id);
    if (part == NULL)
        part = attachment_with_id(pictures->message, content_id);
    if (part == NULL)
        part = added_with_name(pictures, content_id);
    if (part == NULL && is_left_out(pictures->message, content_id))
        return 0;
    if (part == NULL)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the HTML shows cid:%s, and no part has that Content-ID or name: add the "
                         "picture",
                         content_id);
    *found = part->content_id;
    return 0;
}

/* Whether a relative path leads out of the folder where it begins. */
static bool leads_out(const char *path)
{
    size_t depth = 0;
    for (const char *at = path; *at != '\0';) {
        size_t size = strcspn(at, "/");
        if (size == 2 && strncmp(at, "..", 2) == 0) {
            if (depth-- == 0)
                return true;
        } else if (size > 0 && !(size == 1 && *at == '.')) {
            depth++;
        }
        at += size;
        at += *at == '/';
    }
    return false;
}

/* Takes the file of a relative reference into the message, once. */
static int embed_file(struct mailer_message *message, const char *path, const char **found,
                      struct mailer_error *error)
{
    if (leads_out(path))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "it is outside of the folder of the HTML: copy it there, or add it as a "
                         "picture by itself");
    struct buffer whole = buffer_empty(SIZE_MAX);
    buffer_append_format(&whole, "%s/%s", message->text_options.picture_directory, path);
    struct mailer_content content = MAILER_CONTENT_INIT;
    char *file = buffer_take_string(&whole);
    buffer_free(&whole);
    if (file == NULL)
        return error_set_memory(error);
    content.path = file;
    struct mime_blob *blob = NULL;
    const char *name;
    int result = message_open_content(message, &content, &blob, &name, error);
    if (result == 0) {
        const struct mime_part *part = picture_of_file(message, blob);
        if (part != NULL)
            *found = part->content_id;
        else
            result = message_add_picture_blob(message, blob, name, NULL, found, error);
    }
    mime_blob_release(blob);
    free(file);
    return result;
}

static int find_local(const struct pictures_of_html *pictures,
                      const struct mime_reference *reference, const char **found,
                      struct mailer_error *error)
{
    const char *path = reference->target.text;
    const struct mime_part *part = added_with_name(pictures, path);
    if (part == NULL)
        part = added_with_id(pictures, path);
    int result = 0;
    if (part != NULL)
        *found = part->content_id;
    else if (is_left_out(pictures->message, path))
        return 0;
    else if (pictures->message->text_options.picture_directory == NULL)
        result = error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                           "the folder of the HTML is not known: give its file, or add the picture "
                           "by itself");
    else
        result = embed_file(pictures->message, path, found, error);
    if (result != 0)
        error_prefix(error, "the picture \"%.200s\" of the HTML", path);
    return result;
}

/* What is no picture, such as a font, stays in the HTML. */
static int embed_data(struct mailer_message *message, const struct mime_reference *reference,
                      const char **found, struct mailer_error *error)
{
    struct mime_blob *blob = NULL;
    char *type = NULL;
    int result = mime_data_url_decode(&blob, &type, reference->url, "the HTML",
                                      message->temporary_directory, error);
    if (result == 0 && mime_media_type_is(type, "image"))
        result = message_add_picture_blob(message, blob, NULL, type, found, error);
    mime_blob_release(blob);
    free(type);
    return result;
}

/* ---- All references of the HTML ---- */

/* The same data: URL is embedded once. */
static const char *url_of_same_data(const struct pictures_of_html *pictures, size_t index)
{
    const struct mime_reference *items = pictures->references.items;
    for (size_t i = 0; i < index; i++)
        if (items[i].target.kind == MIME_REFERENCE_DATA &&
            strcmp(items[i].url, items[index].url) == 0)
            return pictures->urls[i];
    return NULL;
}

/* Finds the part that a reference means; *found stays NULL when it is to be left alone. */
static int find_part(const struct pictures_of_html *pictures,
                     const struct mime_reference *reference, const char **found,
                     struct mailer_error *error)
{
    switch (reference->target.kind) {
    case MIME_REFERENCE_LOCAL:
        return find_local(pictures, reference, found, error);
    case MIME_REFERENCE_DATA:
        return embed_data(pictures->message, reference, found, error);
    case MIME_REFERENCE_CID:
        return find_by_id(pictures, reference->target.text, found, error);
    case MIME_REFERENCE_ABSOLUTE:
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the picture \"%.200s\" of the HTML is not named relative to it: copy it "
                         "into the folder of the HTML, or add it as a picture by itself",
                         reference->url);
    case MIME_REFERENCE_NONE:
    case MIME_REFERENCE_REMOTE:
        break;
    }
    return 0;
}

static int find_url(struct pictures_of_html *pictures, size_t index, struct mailer_error *error)
{
    const struct mime_reference *reference = &pictures->references.items[index];
    if (reference->target.kind == MIME_REFERENCE_DATA) {
        const char *same = url_of_same_data(pictures, index);
        if (same != NULL) {
            pictures->urls[index] = strdup(same);
            return pictures->urls[index] == NULL ? error_set_memory(error) : 0;
        }
    }
    const char *content_id = NULL;
    int result = find_part(pictures, reference, &content_id, error);
    if (result != 0 || content_id == NULL)
        return result;
    struct buffer url = buffer_empty(URL_LIMIT);
    percent_append_cid_url(&url, content_id);
    pictures->urls[index] = buffer_take_string(&url);
    buffer_free(&url);
    return pictures->urls[index] == NULL ? error_set_memory(error) : 0;
}

static bool is_shown(const struct pictures_of_html *pictures, const char *url)
{
    for (size_t i = 0; i < pictures->references.count; i++)
        if (pictures->urls[i] != NULL && strcmp(pictures->urls[i], url) == 0)
            return true;
    return false;
}

/* What is shown of a picture, also where pictures are not. */
static struct mime_gallery_picture describe(const struct mime_part *part)
{
    return (struct mime_gallery_picture){part->content_id,
                                         part->file_name != NULL ? part->file_name : ""};
}

/* HTML for the pictures that are shown nowhere. */
static int append_pictures_not_shown(const struct pictures_of_html *pictures, struct buffer *out,
                                     struct mailer_error *error)
{
    const struct mime_part *parts = pictures->message->pictures;
    for (size_t i = 0; parts != NULL && i < parts->count; i++) {
        struct buffer url = buffer_empty(URL_LIMIT);
        percent_append_cid_url(&url, parts->children[i]->content_id);
        char *string = buffer_take_string(&url);
        buffer_free(&url);
        if (string == NULL)
            return error_set_memory(error);
        struct mime_gallery_picture picture = describe(parts->children[i]);
        if (!is_shown(pictures, string))
            mime_gallery_append_picture(out, &picture);
        free(string);
    }
    return out->failed ? error_set_memory(error) : 0;
}

/* Finds all pictures and writes the HTML anew where that changes it. */
static int place_pictures(struct pictures_of_html *pictures, const struct mime_html *html,
                          struct mailer_error *error)
{
    struct mailer_message *message = pictures->message;
    int result = mime_references_find(&pictures->references, html, error);
    size_t count = pictures->references.count;
    pictures->urls = calloc(count + 1, sizeof *pictures->urls);
    if (result == 0 && pictures->urls == NULL)
        result = error_set_memory(error);
    for (size_t i = 0; result == 0 && i < count; i++)
        result = find_url(pictures, i, error);
    struct buffer rest = buffer_empty(SIZE_MAX);
    if (result == 0)
        result = append_pictures_not_shown(pictures, &rest, error);
    if (message->note != NULL)
        mime_gallery_append_note(&rest, message->note);
    struct mime_blob *made = NULL;
    char *addition = result == 0 && rest.size > 0 ? buffer_take_string(&rest) : NULL;
    if (result == 0 && rest.failed)
        result = error_set_memory(error);
    if (result == 0 && (count > 0 || addition != NULL))
        result = mime_html_rewrite(&made, html, &pictures->references,
                                   (const char *const *)pictures->urls, addition,
                                   message->temporary_directory, error);
    if (made != NULL) {
        mime_blob_release(message->html);
        message->html = made;
    }
    free(addition);
    buffer_free(&rest);
    return result;
}

/* Plain text of the HTML, which may need characters that the HTML names in US-ASCII. */
static int make_text(struct mailer_message *message, const struct mime_html *html,
                     struct mailer_error *error)
{
    struct mime_blob *text = NULL;
    int result = mime_plain_text(&text, html, message->temporary_directory, error);
    if (result == 0)
        result = message_put_note(message, &text, error);
    if (result == 0)
        result = message_new_text(message, "text/plain", text, error);
    mime_blob_release(text);
    return result;
}

/* Looks into the HTML for pictures, and for the text that it is in other words. */
static int read_html(struct mailer_message *message, struct mailer_error *error)
{
    const struct text_options *options = &message->text_options;
    bool wants_text = options->text_from_html && message->bodies[BODY_PLAIN] == NULL;
    if (!wants_text && options->picture_directory == NULL && message->pictures == NULL &&
        message->note == NULL)
        return 0;
    struct mime_html *html = NULL;
    struct pictures_of_html pictures = {
        .message = message, .added = message->pictures != NULL ? message->pictures->count : 0};
    int result = mime_html_parse(&html, message->html, error);
    if (result == 0 && wants_text)
        result = make_text(message, html, error);
    if (result == 0)
        result = place_pictures(&pictures, html, error);
    for (size_t i = 0; pictures.urls != NULL && i < pictures.references.count; i++)
        free(pictures.urls[i]);
    free(pictures.urls);
    mime_references_free(&pictures.references);
    mime_html_free(html);
    return result;
}

/* HTML that shows the plain text and the pictures under it. */
static int make_gallery(struct mailer_message *message, struct mailer_error *error)
{
    const struct mime_part *parts = message->pictures;
    struct mime_gallery_picture *pictures = calloc(parts->count, sizeof *pictures);
    if (pictures == NULL)
        return error_set_memory(error);
    for (size_t i = 0; i < parts->count; i++)
        pictures[i] = describe(parts->children[i]);
    struct mime_blob *text = NULL;
    int result = 0;
    if (message->plain != NULL)
        text = mime_blob_share(message->plain);
    else
        result = mime_blob_from_memory(&text, "", 0, error);
    if (result == 0)
        result = mime_gallery(&message->html, text, pictures, parts->count,
                              message->temporary_directory, error);
    mime_blob_release(text);
    free(pictures);
    return result;
}

/* HTML with its pictures: related, of which the HTML is the root (RFC 2387). */
static int relate_pictures(struct mailer_message *message, struct mailer_error *error)
{
    struct mime_part *html = message->bodies[BODY_HTML];
    message->bodies[BODY_HTML] = message->pictures;
    message->pictures = NULL;
    return mime_part_insert(message->bodies[BODY_HTML], 0, html, error);
}

int message_build_html(struct mailer_message *message, struct mailer_error *error)
{
    int result = message_note_text(message, error);
    if (result == 0 && message->html != NULL) {
        message->html_given = mime_blob_share(message->html);
        result = read_html(message, error);
    } else if (result == 0 && message->pictures != NULL)
        result = make_gallery(message, error);
    if (result == 0 && message->html != NULL)
        result = message_new_body(message, &message->bodies[BODY_HTML],
                                  message->html_type != NULL ? message->html_type : "text/html",
                                  message->html, error);
    message->html_part = message->bodies[BODY_HTML];
    if (result == 0 && message->pictures != NULL)
        result = relate_pictures(message, error);
    return result;
}
