/* SPDX-License-Identifier: ISC */
/** @file random_bodies.h  Text, HTML and pictures of random messages. */
#ifndef TESTS_RANDOM_BODIES_H
#define TESTS_RANDOM_BODIES_H

#include "harness/random_people.h"

#include <iconv.h>
#include <sys/stat.h>
#include <unistd.h>

/* More NUL than that are a text only where a charset is given. */
static inline bool random_is_mostly_nul(const struct random_leaf *leaf)
{
    size_t count = 0;
    for (size_t i = 0; i < leaf->size; i++)
        count += leaf->octets[i] == '\0';
    return count > leaf->size / 4;
}

static inline void random_set_body(struct random_message *made, const char *type,
                                   const char *octets, size_t size)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = octets;
    content.size = size;
    mailer_message_set_body(made->message, type, &content, NULL);
}

/* The octets of a leaf, which are UTF-8, in UTF-16LE; to be freed. */
static inline char *random_in_utf16(const struct random_leaf *leaf, size_t *size)
{
    iconv_t conversion = iconv_open("UTF-16LE", "UTF-8");
    char *wide = malloc(2 * leaf->size + 1);
    char *in = leaf->octets;
    char *out = wide;
    size_t in_left = leaf->size;
    size_t room = 2 * leaf->size;
    if (wide == NULL || iconv(conversion, &in, &in_left, &out, &room) == (size_t)-1)
        abort();
    iconv_close(conversion);
    *size = (size_t)(out - wide);
    return wide;
}

static inline void random_give_body(struct random_message *made, size_t kind, uint64_t *state)
{
    static const char *const types[] = {"text/plain", "text/html"};
    struct random_leaf *leaf = &made->bodies[kind];
    *leaf = (struct random_leaf){.type = types[kind], .form = MIME_FORM_TEXT, .role = RANDOM_BODY};
    leaf->octets = random_content(&leaf->size, RANDOM_UTF8_PIECES, state);
    leaf->charset = made->options.output_charset;
    bool is_wide = random_below(state, 8) == 0;
    char type[64];
    snprintf(type, sizeof type, "%s%s", leaf->type,
             is_wide                      ? "; charset=\"UTF-16LE\""
             : random_is_mostly_nul(leaf) ? "; charset=UTF-8"
                                          : "");
    size_t size = leaf->size;
    char *given = is_wide ? random_in_utf16(leaf, &size) : leaf->octets;
    random_set_body(made, type, given, size);
    if (is_wide)
        free(given);
}

static inline void random_give_text(struct random_message *made, uint64_t *state)
{
    random_give_body(made, 0, state);
    if (made->options.flowed)
        made->bodies[0].role = RANDOM_FLOWED;
}

static inline void random_give_html(struct random_message *made, uint64_t *state)
{
    random_give_body(made, 1, state);
    made->html_is_given = true;
}

/* What is found in the part of a picture that HTML names. */
static inline void random_expect_picture(struct random_message *made, const char *type,
                                         const char *name, const char *octets, size_t size)
{
    struct random_leaf *leaf = &made->pictures[made->picture_count++];
    *leaf = (struct random_leaf){.type = type,
                                 .form = MIME_FORM_EXACT,
                                 .name = name,
                                 .id = RANDOM_ANY_ID,
                                 .disposition = "inline",
                                 .size = size};
    leaf->octets = malloc(size + 1);
    if (leaf->octets == NULL)
        abort();
    memcpy(leaf->octets, octets, size);
}

/* A name as it is shown: what is behind the last / or \, if that is a name. */
static inline const char *random_shown_name(const char *name)
{
    const char *base = name + strlen(name);
    while (base > name && base[-1] != '/' && base[-1] != '\\')
        base--;
    bool is_name = *base != '\0' && strcmp(base, ".") != 0 && strcmp(base, "..") != 0;
    return is_name ? base : NULL;
}

static const char *const random_picture_ids[RANDOM_PICTURES] = {
    "pic@example", "pic2@example", "p.png", "q%41", "pic-5", "6"};

#define RANDOM_PNG "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0"
#define RANDOM_GIF "GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\0;"

/* Files of a folder, and how HTML refers to them. */
static const struct {
    const char *file;
    const char *reference;
    const char *type;
    const char *name;
    const char *octets;
    size_t size;
} random_files[] = {
    {"plot one.png", "plot%20one.png", "image/png", "plot one.png", RANDOM_PNG,
     sizeof RANDOM_PNG - 1},
    {"dir/dot.gif", "./dir/../dir/dot.gif?v=1#top", "image/gif", "dot.gif", RANDOM_GIF,
     sizeof RANDOM_GIF - 1},
    {"\xC3\xBC&", "&#252;%26", "image/png", "\xC3\xBC&.png", RANDOM_PNG "x", sizeof RANDOM_PNG},
};

enum { RANDOM_FILES = sizeof random_files / sizeof *random_files };

static inline void random_make_folder(struct random_message *made)
{
    char path[2 * RANDOM_FOLDER];
    snprintf(made->folder, sizeof made->folder, "/tmp/mailer-random-XXXXXX");
    if (mkdtemp(made->folder) == NULL)
        abort();
    snprintf(path, sizeof path, "%s/dir", made->folder);
    if (mkdir(path, 0700) != 0)
        abort();
    for (size_t i = 0; i < RANDOM_FILES; i++) {
        snprintf(path, sizeof path, "%s/%s", made->folder, random_files[i].file);
        FILE *file = fopen(path, "w");
        if (file == NULL || fwrite(random_files[i].octets, 1, random_files[i].size, file) == 0 ||
            fclose(file) != 0)
            abort();
    }
}

static inline void random_remove_folder(const struct random_message *made)
{
    char path[2 * RANDOM_FOLDER];
    if (made->folder[0] == '\0')
        return;
    for (size_t i = 0; i < RANDOM_FILES; i++) {
        snprintf(path, sizeof path, "%s/%s", made->folder, random_files[i].file);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/dir", made->folder);
    rmdir(path);
    rmdir(made->folder);
}

/* How HTML may refer to a picture; "": not at all, as its Content-ID is not known. */
static inline void random_reference(char *reference, size_t size, const struct random_leaf *leaf,
                                    uint64_t *state)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";
    const char *name = leaf->name;
    bool by_name = name != NULL && strspn(name, plain) == strlen(name);
    const char *scheme = by_name && random_below(state, 2) == 0 ? "" : "cid:";
    const char *id = strcmp(leaf->id, RANDOM_ANY_ID) != 0 ? leaf->id : NULL;
    if (by_name)
        snprintf(reference, size, "%s%s", scheme, name);
    else
        snprintf(reference, size, "%s%s", id != NULL ? "cid:" : "", id != NULL ? id : "");
}

/* Adds one picture. */
static inline const struct random_leaf *random_add_picture(struct random_message *made,
                                                           uint64_t *state)
{
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    struct mailer_content content = MAILER_CONTENT_INIT;
    char *octets = random_content(&content.size, RANDOM_PIECES, state);
    size_t place = made->picture_count;
    content.bytes = octets;
    random_expect_picture(made, "image/png", NULL, octets, content.size);
    free(octets);
    struct random_leaf *leaf = &made->pictures[place];
    content.bytes = leaf->octets;
    if (random_below(state, 2) == 0) {
        random_name(leaf->name_space, state);
        leaf->name = random_shown_name(leaf->name_space);
    }
    attachment.name = leaf->name != NULL ? leaf->name_space : NULL;
    attachment.type = leaf->type;
    if (random_below(state, 2) == 0) {
        leaf->id = random_picture_ids[place];
        attachment.content_id = leaf->id;
    }
    mailer_message_add_picture(made->message, &content, &attachment, NULL);
    return leaf;
}

/* Pictures that were added; HTML that is given shows some of them, with local ones and data. */
static inline void random_give_pictures(struct random_message *made, uint64_t *state)
{
    struct random_leaf *html = &made->bodies[1];
    bool given = random_below(state, 2) == 0;
    char text[4096] = "<p>";
    size_t used = strlen(text);
    for (size_t i = random_below(state, 4) + !given; i > 0; i--) {
        char reference[2 * RANDOM_NAME];
        random_reference(reference, sizeof reference, random_add_picture(made, state), state);
        if (reference[0] != '\0' && random_below(state, 2) == 0)
            used += (size_t)snprintf(text + used, sizeof text - used, "<img alt=x src='%s'> ",
                                     reference);
    }
    *html = (struct random_leaf){.type = "text/html",
                                 .form = MIME_FORM_TEXT,
                                 .role = RANDOM_WITHIN,
                                 .charset = made->options.output_charset};
    html->octets = random_content(&html->size, RANDOM_UTF8_PIECES, state);
    if (!given) {
        html->size = 0;
        return;
    }
    for (size_t i = 0; made->folder[0] != '\0' && i < RANDOM_FILES; i++) {
        if (random_below(state, 2) == 0)
            continue;
        used += (size_t)snprintf(text + used, sizeof text - used, "<img src=\"%s\">",
                                 random_files[i].reference);
        random_expect_picture(made, random_files[i].type, random_files[i].name,
                              random_files[i].octets, random_files[i].size);
    }
    if (made->folder[0] != '\0' && random_below(state, 2) == 0) {
        static const char data[] = "<img src=data:image/gif;base64,R0lGODdhAQ==>";
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", data, data);
        random_expect_picture(made, "image/gif", NULL, "GIF87a\1", 7);
    }
    char *whole = malloc(used + html->size);
    if (whole == NULL)
        abort();
    memcpy(whole, text, used);
    memcpy(whole + used, html->octets, html->size);
    made->html_is_given = true;
    random_set_body(made, "text/html; charset=utf-8", whole, used + html->size);
    free(whole);
}

static inline void random_give_html_or_pictures(struct random_message *made, uint64_t *state)
{
    if (random_below(state, 2) == 0)
        random_give_pictures(made, state);
    else
        random_give_html(made, state);
    /* That of the HTML. */
    if (made->options.text_from_html && made->bodies[0].type == NULL && made->html_is_given)
        made->bodies[0] = (struct random_leaf){.type = "text/plain",
                                               .form = MIME_FORM_TEXT,
                                               .role = RANDOM_WITHIN,
                                               .charset = made->options.output_charset};
}

#endif
