/* SPDX-License-Identifier: ISC */
/**
 * @file rewrite.h
 * The command line of another program, rewritten into our own.
 *
 * Long options are ours, whatever the name; a letter that a table does not name is ours too.
 */
#ifndef CLI_NAMES_REWRITE_H
#define CLI_NAMES_REWRITE_H

#include "option/text_list.h"
#include "problem.h"

#include <stdbool.h>
#include <stddef.h>

/** What is to be done. */
enum rewrite_task {
    TASK_SEND,
    TASK_SERVE,      /**< speak SMTP on the standard descriptors */
    TASK_LIST_QUEUE, /**< there is none */
    TASK_NOTHING     /**< what sendmail does, and is not needed here */
};

/** What was made of a command line. Start from zero. The strings are borrowed, some from here. */
struct rewrite {
    char spellings[128][3]; /**< "-x" for each letter x of our own */
    struct text_list options;
    struct text_list operands;
    enum rewrite_task task;
    bool reads_recipients; /**< -t */
};

enum letter_argument {
    ARGUMENT_NONE,
    ARGUMENT_NEEDED, /**< behind the letter or the next word */
    ARGUMENT_GLUED   /**< the rest of the word, which may be empty */
};

struct letter {
    const char *letters; /**< each of them */
    enum letter_argument argument;
    enum letter_use { LETTER_IGNORED, LETTER_OURS, LETTER_REFUSED, LETTER_CUSTOM } use;
    const char *text; /**< our option, or why it is refused */
};

struct letter_set {
    const char *program;
    const struct letter *letters;
    size_t count;
    /** For LETTER_CUSTOM. @param argument  NULL: none. */
    int (*custom)(struct rewrite *rewrite, char letter, char *argument, struct problem *problem);
    /** The options that stand behind recipients and --; NULL: behind -- are recipients only. */
    const struct letter_set *behind;
};

/** The letters of sendmail, as Postfix, Exim and msmtp have them. */
extern const struct letter_set sendmail_letters;

/** The letters of mail and mailx: s-nail, bsd-mailx, mailutils. */
extern const struct letter_set mail_letters;

/**
 * Rewrites the words behind the program's name.
 * @return 0, or EXIT_CODE_USAGE, EXIT_CODE_SYSTEM; rewrite is to be freed in any case.
 */
int rewrite_read(struct rewrite *rewrite, const struct letter_set *set, int count, char **arguments,
                 struct problem *problem);

/** Adds an option of ours, and its argument unless that is NULL. */
int rewrite_add(struct rewrite *rewrite, const char *option, const char *argument,
                struct problem *problem);

/** Whether our table of options has this letter. */
bool rewrite_is_ours(char letter);

/** Puts options and operands into one list, which is ended by NULL beyond its count. */
int rewrite_join(const struct rewrite *rewrite, struct text_list *words, struct problem *problem);

void rewrite_free(struct rewrite *rewrite);

#endif
