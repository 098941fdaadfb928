/* SPDX-License-Identifier: ISC */
#include "names/rewrite.h"

#include "options.h"
#include "text.h"

#include <string.h>

/* The words still to be read. */
struct reader {
    const struct letter_set *set;
    struct rewrite *rewrite;
    char **next;
    char **end;
    struct problem *problem;
};

static const struct option *find_option(const char *name, size_t size)
{
    for (size_t i = 0; i < send_option_set.count; i++) {
        const char *known = send_option_set.options[i].name;
        if (known != NULL && strlen(known) == size && memcmp(known, name, size) == 0)
            return &send_option_set.options[i];
    }
    return NULL;
}

static const struct option *find_our_letter(char letter)
{
    for (size_t i = 0; i < send_option_set.count; i++) {
        const char *letters = send_option_set.options[i].letters;
        if (letters != NULL && strchr(letters, letter) != NULL)
            return &send_option_set.options[i];
    }
    return NULL;
}

static const struct letter *find_letter(const struct letter_set *set, char letter)
{
    for (size_t i = 0; i < set->count; i++)
        if (strchr(set->letters[i].letters, letter) != NULL)
            return &set->letters[i];
    return NULL;
}

int rewrite_add(struct rewrite *rewrite, const char *option, const char *argument,
                struct problem *problem)
{
    int result = text_list_add(&rewrite->options, option, problem);
    return result != 0 || argument == NULL ? result
                                           : text_list_add(&rewrite->options, argument, problem);
}

/* The next word, as the argument of an option of ours. What follows the last word in the rewritten
 * line is a --, which is none. */
static int take_word(struct reader *reader, const struct option *option, const char *spelling)
{
    if (reader->next == reader->end)
        return problem_set(reader->problem, EXIT_CODE_USAGE, "%.80s needs an argument (%s)",
                           spelling, option->argument);
    return rewrite_add(reader->rewrite, *reader->next++, NULL, reader->problem);
}

static int read_name(struct reader *reader, char *word)
{
    size_t size = strcspn(word + 2, "=");
    const struct option *option = find_option(word + 2, size);
    int result = rewrite_add(reader->rewrite, word, NULL, reader->problem);
    bool takes_word = option != NULL && option->argument != NULL && word[2 + size] != '=';
    return result == 0 && takes_word ? take_word(reader, option, word) : result;
}

static int use_letter(struct reader *reader, const struct letter *known, char letter,
                      char *argument)
{
    switch (known->use) {
    case LETTER_IGNORED:
        return 0;
    case LETTER_OURS:
        return rewrite_add(reader->rewrite, known->text, argument, reader->problem);
    case LETTER_REFUSED:
        return problem_set(reader->problem, EXIT_CODE_USAGE, "-%c of %s %s", letter,
                           reader->set->program, known->text);
    case LETTER_CUSTOM:
        return reader->set->custom(reader->rewrite, letter, argument, reader->problem);
    }
    return problem_set(reader->problem, EXIT_CODE_SOFTWARE, "-%c is of no kind", letter);
}

static int unknown_letter(const char *letter, struct problem *problem)
{
    size_t size = text_utf8_character(letter, strlen(letter), NULL);
    return problem_set(problem, EXIT_CODE_USAGE,
                       "unknown option -%.*s (--help lists all; a recipient that begins with - "
                       "goes behind --)",
                       size == 0 ? 1 : (int)size, letter);
}

/* A letter that only our own table may know. @param rest  is moved behind what was read. */
static int read_our_letter(struct reader *reader, char **rest)
{
    char letter = **rest;
    const struct option *ours = find_our_letter(letter);
    if (ours == NULL)
        return unknown_letter(*rest, reader->problem);
    char *spelling = reader->rewrite->spellings[(unsigned char)letter];
    spelling[0] = '-';
    spelling[1] = letter;
    int result = rewrite_add(reader->rewrite, spelling, NULL, reader->problem);
    ++*rest;
    if (result != 0 || ours->argument == NULL)
        return result;
    if (**rest != '\0')
        result = rewrite_add(reader->rewrite, *rest, NULL, reader->problem);
    else
        result = take_word(reader, ours, spelling);
    *rest = strchr(*rest, '\0');
    return result;
}

static int read_known_letter(struct reader *reader, const struct letter *known, char **rest)
{
    char letter = *(*rest)++;
    char *argument = NULL;
    if (known->argument != ARGUMENT_NONE) {
        argument = *rest;
        *rest = strchr(*rest, '\0');
    }
    if (known->argument == ARGUMENT_NEEDED && *argument == '\0') {
        if (reader->next == reader->end)
            return problem_set(reader->problem, EXIT_CODE_USAGE, "-%c needs an argument", letter);
        argument = *reader->next++;
    }
    return use_letter(reader, known, letter, argument);
}

static int read_letters(struct reader *reader, char *word)
{
    /* It is told of there: -bcc ADDR would be read as -b cc. */
    if (find_option(word + 1, strlen(word + 1)) != NULL)
        return rewrite_add(reader->rewrite, word, NULL, reader->problem);
    int result = 0;
    for (char *rest = word + 1; result == 0 && *rest != '\0';) {
        const struct letter *known = find_letter(reader->set, *rest);
        result = known != NULL ? read_known_letter(reader, known, &rest)
                               : read_our_letter(reader, &rest);
    }
    return result;
}

/* A message for them would be lost, and nobody told. */
static int check_task(const struct rewrite *rewrite, struct problem *problem)
{
    bool sends = rewrite->task == TASK_SEND || rewrite->task == TASK_SERVE;
    if (sends || (rewrite->operands.count == 0 && !rewrite->reads_recipients))
        return 0;
    return problem_set(problem, EXIT_CODE_USAGE,
                       "-q, -I, -bi and -bp send nothing, and take no recipient (%.200s)",
                       rewrite->operands.count > 0 ? rewrite->operands.items[0] : "-t");
}

int rewrite_read(struct rewrite *rewrite, const struct letter_set *set, int count, char **arguments,
                 struct problem *problem)
{
    struct reader reader = {set, rewrite, arguments, arguments + count, problem};
    bool ended = false;
    int result = 0;
    while (result == 0 && reader.next < reader.end) {
        char *word = *reader.next++;
        if (ended || word[0] != '-')
            result = text_list_add(&rewrite->operands, word, problem);
        else if (strcmp(word, "--") != 0)
            result = word[1] == '-'    ? read_name(&reader, word)
                     : word[1] == '\0' ? rewrite_add(rewrite, word, NULL, problem)
                                       : read_letters(&reader, word);
        else if (reader.set->behind != NULL && rewrite->operands.count > 0)
            reader.set = reader.set->behind;
        else
            ended = true;
    }
    return result == 0 ? check_task(rewrite, problem) : result;
}

int rewrite_join(const struct rewrite *rewrite, struct text_list *words, struct problem *problem)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < rewrite->options.count; i++)
        result = text_list_add(words, rewrite->options.items[i], problem);
    if (result == 0)
        result = text_list_add(words, "--", problem);
    for (size_t i = 0; result == 0 && i < rewrite->operands.count; i++)
        result = text_list_add(words, rewrite->operands.items[i], problem);
    if (result == 0)
        result = text_list_add(words, NULL, problem);
    words->count -= result == 0;
    return result;
}

void rewrite_free(struct rewrite *rewrite)
{
    text_list_free(&rewrite->options);
    text_list_free(&rewrite->operands);
}
