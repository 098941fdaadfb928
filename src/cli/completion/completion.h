/* SPDX-License-Identifier: ISC */
/**
 * @file completion.h
 * Completions for shells, made from the tables of options and verbs when the program is built.
 */
#ifndef CLI_COMPLETION_COMPLETION_H
#define CLI_COMPLETION_COMPLETION_H

#include "buffer.h"
#include "option/option.h"

/** What is offered for an option's argument. */
enum completion_kind {
    COMPLETION_NOTHING, /**< only the user knows it */
    COMPLETION_FILES,
    COMPLETION_DIRECTORIES,
    COMPLETION_COMMANDS,
    COMPLETION_ACCOUNTS, /**< those that the program lists */
    COMPLETION_WORDS     /**< completion_append_words() */
};

enum completion_kind completion_kind(const struct option *option);

/** Adds the words that an option's argument may be, with spaces between. */
void completion_append_words(struct buffer *buffer, const struct option *option);

/** Adds the name of each verb that is built, with a separator between two. */
void completion_append_verbs(struct buffer *buffer, const char *separator);

/** The whole files. */
void completion_append_bash(struct buffer *buffer);
void completion_append_zsh(struct buffer *buffer);
void completion_append_fish(struct buffer *buffer);

/**
 * All that there is, a line each, for tests to count: "option VERB LETTERS NAME VARIABLE", "verb
 * NAME", "reserved NAME", "words VERB WORD..." and "provider NAME"; a dash for what there is not.
 */
void completion_append_list(struct buffer *buffer);

#endif
