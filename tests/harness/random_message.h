/* SPDX-License-Identifier: ISC */
/**
 * @file random_message.h
 * Random messages built through the public interface alone, and what a reader must find in them.
 * Each thing that a message may have is a feature: a function in random_features[] that adds it,
 * and writes down in the struct what is to be found.
 */
#ifndef TESTS_RANDOM_MESSAGE_H
#define TESTS_RANDOM_MESSAGE_H

#include "harness/random_attachments.h"

/* ---- Header fields ---- */

static inline void random_give_thread(struct random_message *made, uint64_t *state)
{
    (void)state;
    mailer_message_set_thread(made->message, "nightly " RANDOM_GERMAN, NULL);
}

static inline void random_give_priority(struct random_message *made, uint64_t *state)
{
    (void)state;
    mailer_message_set_priority(made->message, MAILER_PRIORITY_HIGH, NULL);
    random_expect_field(made, "Importance", "high");
    random_expect_field(made, "X-Priority", "1");
}

static inline void random_give_unsubscribe(struct random_message *made, uint64_t *state)
{
    (void)state;
    mailer_message_add_unsubscribe(made->message, "https://example.org/leave?who=a%2Cb", NULL);
    mailer_message_add_unsubscribe(made->message, "mailto:leave@example.org", NULL);
    random_expect_field(made, "List-Unsubscribe",
                        "<https://example.org/leave?who=a%2Cb>, <mailto:leave@example.org>");
    random_expect_field(made, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
}

static inline void random_give_field(struct random_message *made, uint64_t *state)
{
    static char value[RANDOM_PHRASE + 1];
    random_phrase(value, RANDOM_PHRASE, state);
    mailer_message_add_header(made->message, "X-Report", value, NULL);
    random_expect_field(made, "X-Report", value);
}

/* Its subject and body do not count, as others are given. */
static inline void random_give_mailto(struct random_message *made, uint64_t *state)
{
    (void)state;
    struct random_people *people = &made->people[1];
    if (made->bodies[0].size == 0 && !made->html_is_given)
        return;
    mailer_message_add_mailto(
        made->message, "mailto:eve@example.org?cc=tom%40example.org&subject=other&body=no", NULL);
    people->person[people->count++].address = "eve@example.org";
    people = &made->people[2];
    people->person[people->count++].address = "tom@example.org";
}

static inline void random_give_options(struct random_message *made, uint64_t *state)
{
    static const char *const charsets[] = {"gb18030", "utf-16le", "utf-16be", NULL, NULL};
    made->options.text_from_html = random_below(state, 2) == 0;
    made->options.flowed = random_below(state, 2) == 0;
    made->options.output_charset = charsets[random_below(state, 5)];
    if (random_below(state, 2) == 0) {
        random_make_folder(made);
        made->options.picture_directory = made->folder;
    }
    mailer_message_set_text_options(made->message, &made->options, NULL);
}

/** What a message may have, and in how many of so many messages it has. Some look at those that
 * stand before them. */
static const struct {
    void (*give)(struct random_message *made, uint64_t *state);
    unsigned share;
} random_features[] = {
    {random_give_options, 30},          {random_give_people, 100},     {random_give_subject, 100},
    {random_give_hidden, 20},           {random_give_group, 20},       {random_give_text, 80},
    {random_give_html_or_pictures, 50}, {random_give_report, 5},       {random_give_calendar, 10},
    {random_give_attachments, 40},      {random_give_archive, 10},     {random_give_thread, 10},
    {random_give_priority, 10},         {random_give_unsubscribe, 10}, {random_give_field, 20},
    {random_give_mailto, 10},
};

/** Makes and seals the message of a number. Free it with random_message_free(). */
static inline void random_message_make(struct random_message *made, uint64_t number)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    uint64_t state = number * 2654435761u + 1;
    *made = (struct random_message){.options = MAILER_TEXT_OPTIONS_INIT};
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
    for (size_t i = 0; i < sizeof made->bodies / sizeof *made->bodies; i++)
        free(made->bodies[i].octets);
    for (size_t i = 0; i < made->picture_count; i++)
        free(made->pictures[i].octets);
    for (size_t i = 0; i < made->attachment_count; i++)
        free(made->attachments[i].octets);
    random_remove_folder(made);
}

#endif
