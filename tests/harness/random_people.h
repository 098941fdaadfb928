/* SPDX-License-Identifier: ISC */
/** @file random_people.h  What is found in a random message, and its people and subject. */
#ifndef TESTS_RANDOM_PEOPLE_H
#define TESTS_RANDOM_PEOPLE_H

#include "harness/random_tree.h"

#include <mailer/mailer.h>

enum {
    RANDOM_PEOPLE = 150,
    RANDOM_FIELDS = 3,
    RANDOM_ATTACHMENTS = 12,
    RANDOM_PICTURES = 12,
    RANDOM_FOLDER = 64
};

struct random_person {
    char name[RANDOM_NAME + 1]; /**< "": none */
    const char *given;
    const char *address; /**< as it is written */
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
    struct random_leaf bodies[3]; /**< text, HTML, invitation; type is NULL where there is none */
    struct random_leaf pictures[RANDOM_PICTURES];
    size_t picture_count;
    struct random_leaf attachments[RANDOM_ATTACHMENTS];
    size_t attachment_count;
    const char *report_type; /**< or NULL */
    bool html_is_given;
    struct mailer_text_options options;
    const char *fields[16]; /**< names and values of header fields that are to be found */
    size_t field_count;
    char folder[RANDOM_FOLDER]; /**< of files; "": there are none */
};

/** Stands for any Content-ID, but one there must be. */
#define RANDOM_ANY_ID "*"

static inline void random_expect_field(struct random_message *made, const char *name,
                                       const char *value)
{
    made->fields[made->field_count++] = name;
    made->fields[made->field_count++] = value;
}

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
    snprintf(text, size, used > 0 ? "\"%s\" <%s>" : "%s%s", quoted, person->given);
}

static const char *const random_u_label = "info@b\xC3\xBC"
                                          "cher.example";
static const char *const random_a_label = "info@xn--bcher-kva.example";

static inline int random_add_mailboxes(struct random_message *made, size_t field, const char *text)
{
    static int (*const add[])(struct mailer_message *, const char *, struct mailer_error *) = {
        mailer_message_set_from, mailer_message_add_to, mailer_message_add_cc};
    return add[field](made->message, text, NULL);
}

/* Someone new, with the text of his mailbox. */
static inline void random_add_person(struct random_message *made, size_t field, char *text,
                                     size_t size, uint64_t *state)
{
    struct random_people *people = &made->people[field];
    char phrase[RANDOM_PHRASE + 1] = "";
    struct random_person *person = &people->person[people->count++];
    if (random_below(state, 3) > 0)
        random_phrase(phrase, random_below(state, 200), state);
    memcpy(person->name, phrase, strlen(phrase) + 1);
    person->given = person->address = random_addresses[random_below(state, RANDOM_ADDRESSES)];
    if (random_below(state, 10) == 0) {
        person->given = random_u_label;
        person->address = random_a_label;
    }
    random_mailbox(text, size, person);
}

static inline void random_add_people(struct random_message *made, size_t field, size_t count,
                                     uint64_t *state)
{
    for (size_t i = 0; i < count; i++) {
        char text[3 * RANDOM_NAME];
        random_add_person(made, field, text, sizeof text, state);
        random_add_mailboxes(made, field, text);
    }
}

/* A group in To or Cc, perhaps of nobody, perhaps with somebody behind it. */
static inline void random_give_group(struct random_message *made, uint64_t *state)
{
    char text[8 * 3 * RANDOM_NAME];
    size_t field = 1 + random_below(state, 2);
    size_t used = (size_t)snprintf(text, sizeof text,
                                   "%s: ", random_below(state, 2) ? "Team" : "\"A, \xC3\x9C; b\"");
    for (size_t i = random_below(state, 4); i > 0; i--) {
        random_add_person(made, field, text + used, sizeof text - used, state);
        used += strlen(text + used);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s", i > 1 ? ", " : "");
    }
    snprintf(text + used, sizeof text - used, ";");
    random_add_mailboxes(made, field, text);
    random_add_people(made, field, random_below(state, 2), state);
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

#endif
