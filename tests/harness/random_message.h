/* SPDX-License-Identifier: ISC */
/**
 * @file random_message.h
 * Random messages built through the public interface alone, and what a reader must find in them.
 * Each thing that a message may have is a feature: a function in random_features[] that adds it,
 * and writes down in the struct what is to be found.
 */
#ifndef TESTS_RANDOM_MESSAGE_H
#define TESTS_RANDOM_MESSAGE_H

#include "harness/random_tree.h"

#include <mailer/mailer.h>

enum { RANDOM_PEOPLE = 120, RANDOM_FIELDS = 3, RANDOM_ATTACHMENTS = 8 };

struct random_person {
    char name[RANDOM_NAME + 1]; /**< "": none */
    const char *address;
};

/** A header field of mailboxes: 0 From, 1 To, 2 Cc. */
struct random_people {
    struct random_person person[RANDOM_PEOPLE];
    size_t count;
};

struct random_message {
    struct mailer_message *message;
    char subject[RANDOM_PHRASE + 1];
    struct random_people people[RANDOM_FIELDS];
    struct random_leaf bodies[2]; /**< text and HTML; type is NULL where there is none */
    struct random_leaf attachments[RANDOM_ATTACHMENTS];
    size_t attachment_count;
};

/* "name" <address>, the name quoted. */
static inline void random_mailbox(char *text, size_t size, const struct random_person *person)
{
    char quoted[2 * RANDOM_NAME + 1];
    size_t used = 0;
    for (const char *at = person->name; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            quoted[used++] = '\\';
        quoted[used++] = *at;
    }
    quoted[used] = '\0';
    snprintf(text, size, used > 0 ? "\"%s\" <%s>" : "%s%s", quoted, person->address);
}

static inline void random_add_people(struct random_message *made, size_t field, size_t count,
                                     uint64_t *state)
{
    static int (*const add[])(struct mailer_message *, const char *, struct mailer_error *) = {
        mailer_message_set_from, mailer_message_add_to, mailer_message_add_cc};
    struct random_people *people = &made->people[field];
    for (size_t i = 0; i < count; i++) {
        char phrase[RANDOM_PHRASE + 1] = "";
        char text[3 * RANDOM_NAME];
        struct random_person *person = &people->person[people->count++];
        if (random_below(state, 3) > 0)
            random_phrase(phrase, random_below(state, 200), state);
        memcpy(person->name, phrase, strlen(phrase) + 1);
        person->address = random_addresses[random_below(state, RANDOM_ADDRESSES)];
        random_mailbox(text, sizeof text, person);
        add[field](made->message, text, NULL);
    }
}

static inline void random_give_people(struct random_message *made, uint64_t *state)
{
    random_add_people(made, 0, 1, state);
    random_add_people(made, 1, random_below(state, 30) == 0 ? 100 : 1 + random_below(state, 4),
                      state);
    random_add_people(made, 2, random_below(state, 4), state);
}

/* Those in Bcc are found nowhere. */
static inline void random_give_hidden(struct random_message *made, uint64_t *state)
{
    (void)state;
    mailer_message_add_bcc(made->message, "Hidden <hidden@example.org>", NULL);
}

static inline void random_give_subject(struct random_message *made, uint64_t *state)
{
    random_phrase(made->subject, RANDOM_PHRASE, state);
    mailer_message_set_subject(made->message, made->subject, NULL);
}

/* More NUL than that are a text only where a charset is given. */
static inline bool random_is_mostly_nul(const struct random_leaf *leaf)
{
    size_t count = 0;
    for (size_t i = 0; i < leaf->size; i++)
        count += leaf->octets[i] == '\0';
    return count > leaf->size / 4;
}

static inline void random_give_body(struct random_message *made, size_t kind, uint64_t *state)
{
    static const char *const types[] = {"text/plain", "text/html"};
    struct random_leaf *leaf = &made->bodies[kind];
    *leaf = (struct random_leaf){.type = types[kind], .form = MIME_FORM_TEXT, .is_body = true};
    leaf->octets = random_content(&leaf->size, RANDOM_UTF8_PIECES, state);
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = leaf->octets;
    content.size = leaf->size;
    char type[64];
    snprintf(type, sizeof type, "%s%s", leaf->type,
             random_is_mostly_nul(leaf) ? "; charset=UTF-8" : "");
    mailer_message_set_body(made->message, type, &content, NULL);
}

static inline void random_give_text(struct random_message *made, uint64_t *state)
{
    random_give_body(made, 0, state);
}

static inline void random_give_html(struct random_message *made, uint64_t *state)
{
    random_give_body(made, 1, state);
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

/* Each may be given but once in a message. */
static const char *const random_ids[RANDOM_ATTACHMENTS] = {
    "logo@example", "logo2@example",  "a.b_c-d", "part/5@[192.0.2.1]", "x", "1",
    "plot+1.png@a", "100%25@example",
};

static inline void random_give_attachments(struct random_message *made, uint64_t *state)
{
    static const char *const types[] = {"application/octet-stream", "image/png", "text/csv"};
    made->attachment_count = 1 + random_below(state, RANDOM_ATTACHMENTS);
    for (size_t i = 0; i < made->attachment_count; i++) {
        struct random_leaf *leaf = &made->attachments[i];
        *leaf = (struct random_leaf){.type = types[random_below(state, 3)],
                                     .form = MIME_FORM_EXACT,
                                     .disposition = "attachment"};
        leaf->octets = random_content(&leaf->size, RANDOM_PIECES, state);
        struct mailer_content content = MAILER_CONTENT_INIT;
        content.bytes = leaf->octets;
        content.size = leaf->size;
        struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
        random_name(leaf->name_space, state);
        leaf->name = random_shown_name(leaf->name_space);
        attachment.name = leaf->name != NULL ? leaf->name_space : NULL;
        attachment.type = leaf->type;
        leaf->id = random_below(state, 4) == 0 ? random_ids[i] : NULL;
        attachment.content_id = leaf->id;
        mailer_message_attach(made->message, &content, &attachment, NULL);
    }
}

/** What a message may have, and in how many of so many messages it has. */
static const struct {
    void (*give)(struct random_message *made, uint64_t *state);
    unsigned share;
} random_features[] = {
    {random_give_people, 100}, {random_give_subject, 100}, {random_give_hidden, 20},
    {random_give_text, 80},    {random_give_html, 40},     {random_give_attachments, 40},
};

/** Makes and seals the message of a number. Free it with random_message_free(). */
static inline void random_message_make(struct random_message *made, uint64_t number)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    uint64_t state = number * 2654435761u + 1;
    *made = (struct random_message){0};
    mailer_message_new(&made->message, &error);
    for (size_t i = 0; i < sizeof random_features / sizeof *random_features; i++)
        if (random_below(&state, 100) < random_features[i].share)
            random_features[i].give(made, &state);
    if (mailer_message_seal(made->message, &error) != 0) {
        fprintf(stderr, "message %zu: %s\n", (size_t)number, error.text);
        abort();
    }
}

static inline void random_message_free(struct random_message *made)
{
    mailer_message_free(made->message);
    free(made->bodies[0].octets);
    free(made->bodies[1].octets);
    for (size_t i = 0; i < made->attachment_count; i++)
        free(made->attachments[i].octets);
}

#endif
