/* SPDX-License-Identifier: ISC */
#include "option/option.h"

#include "password/secret.h"
#include "text.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The words still to be read. */
struct parser {
    const struct option_set *set;
    struct option_state *state;
    void *values;
    struct problem *problem;
    char **next;
    char **end;
};

/* How an option was given, for the texts of errors. */
enum { SPELLING_SIZE = 80 };

static int store_number(const struct option *option, const char *spelling, const char *argument,
                        int *number, struct problem *problem)
{
    bool is_negative = argument[0] == '-' && option->minimum < 0;
    const char *first = argument + is_negative;
    const char *c = first;
    int64_t value = 0;
    while (text_is_digit(*c) && value <= INT_MAX)
        value = value * 10 + (*c++ - '0');
    if (is_negative)
        value = -value;
    if (*c != '\0' || c == first || value < option->minimum || value > option->maximum)
        return problem_set(problem, EXIT_CODE_USAGE, "%s takes a number from %d to %d, not \"%s\"",
                           spelling, option->minimum, option->maximum, argument);
    *number = (int)value;
    return 0;
}

static int store_choice(const struct option *option, const char *spelling, const char *argument,
                        unsigned *chosen, struct problem *problem)
{
    unsigned number = 1;
    for (const char *word = option->argument; word != NULL; number++) {
        size_t size = strcspn(word, "|");
        if (strlen(argument) == size && text_same_bytes(word, size, argument)) {
            *chosen = number;
            return 0;
        }
        word = word[size] == '|' ? word + size + 1 : NULL;
    }
    return problem_set(problem, EXIT_CODE_USAGE, "%s takes %s, not \"%s\"", spelling,
                       option->argument, argument);
}

int option_store(const struct option *option, const char *spelling, char *argument, void *values,
                 struct problem *problem)
{
    void *at = (char *)values + option->offset;
    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)at = true;
        return 0;
    case OPTION_COUNT:
        ++*(unsigned *)at;
        return 0;
    case OPTION_TEXT:
        *(const char **)at = argument;
        return 0;
    case OPTION_LIST:
        return text_list_add(at, argument, problem);
    case OPTION_NUMBER:
        return store_number(option, spelling, argument, at, problem);
    case OPTION_CHOICE:
        return store_choice(option, spelling, argument, at, problem);
    case OPTION_SECRET:
        return secret_take(at, argument, problem);
    case OPTION_CUSTOM:
        return option->store(values, argument, problem);
    case OPTION_IGNORED:
        return 0;
    }
    return problem_set(problem, EXIT_CODE_SOFTWARE, "%s is of no kind", spelling);
}

bool option_is_in(const struct option_set *set, const struct option *option)
{
    return set->command == 0 || (option->commands & set->command) != 0;
}

static const struct option *given_of_group(const struct option_set *set,
                                           const struct option_state *state, int group)
{
    for (size_t i = 0; i < set->count; i++)
        if (state->given[i] && set->options[i].group == group)
            return &set->options[i];
    return NULL;
}

bool option_group_given(const struct option_set *set, const struct option_state *state, int group)
{
    return given_of_group(set, state, group) != NULL;
}

bool option_is_settled(const struct option_set *set, const struct option_state *state,
                       const struct option *option)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct option *other = &set->options[i];
        bool is_rival = option->group != 0 && other->group == option->group;
        if ((other == option || is_rival) && (state->given[i] || state->found[i]))
            return true;
    }
    return false;
}

/* Checks what does not depend on the kind, then stores. */
static int accept_option(struct parser *parser, const struct option *option, const char *spelling,
                         char *argument)
{
    size_t index = (size_t)(option - parser->set->options);
    if (argument != NULL && *argument == '\0' && !option->may_be_empty)
        return problem_set(parser->problem, EXIT_CODE_USAGE,
                           "%s needs an argument that is not empty (%s)", spelling,
                           option->argument);
    if (option->once && parser->state->given[index])
        return problem_set(parser->problem, EXIT_CODE_DATA, "%s was given already", spelling);
    const struct option *rival =
        option->group != 0 ? given_of_group(parser->set, parser->state, option->group) : NULL;
    if (rival != NULL && rival != option)
        return problem_set(parser->problem, EXIT_CODE_USAGE, "%s and --%s exclude each other",
                           spelling, rival->name);
    parser->state->given[index] = true;
    return option_store(option, spelling, argument, parser->values, parser->problem);
}

/* The argument that follows as a word of its own. */
static int take_argument(struct parser *parser, const struct option *option, const char *spelling,
                         char **argument)
{
    if (parser->next == parser->end)
        return problem_set(parser->problem, EXIT_CODE_USAGE, "%s needs an argument (%s)", spelling,
                           option->argument);
    *argument = *parser->next++;
    return 0;
}

static const struct option *find_name(const struct option_set *set, const char *name, size_t size)
{
    for (size_t i = 0; i < set->count; i++) {
        const char *known = option_is_in(set, &set->options[i]) ? set->options[i].name : NULL;
        if (known != NULL && strlen(known) == size && memcmp(known, name, size) == 0)
            return &set->options[i];
    }
    return NULL;
}

static const struct option *find_letter(const struct option_set *set, char letter)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->options[i].letters != NULL && strchr(set->options[i].letters, letter) != NULL &&
            option_is_in(set, &set->options[i]))
            return &set->options[i];
    return NULL;
}

static int unknown_name(struct parser *parser, const char *name, size_t size)
{
    int shown = size > SPELLING_SIZE ? SPELLING_SIZE : (int)size;
    const char *near = option_suggestion(parser->set, name, size);
    if (near != NULL)
        return problem_set(parser->problem, EXIT_CODE_USAGE,
                           "unknown option --%.*s; did you mean --%s?", shown, name, near);
    return problem_set(parser->problem, EXIT_CODE_USAGE, "unknown option --%.*s (--help lists all)",
                       shown, name);
}

static int parse_name(struct parser *parser, char *word)
{
    char *name = word + 2;
    size_t size = strcspn(name, "=");
    const struct option *option = find_name(parser->set, name, size);
    if (option == NULL)
        return unknown_name(parser, name, size);
    char spelling[SPELLING_SIZE];
    snprintf(spelling, sizeof spelling, "--%s", option->name);
    char *argument = NULL;
    if (name[size] == '=') {
        argument = name + size + 1;
        if (option->argument == NULL)
            return problem_set(parser->problem, EXIT_CODE_USAGE, "%s takes no argument", spelling);
        if (*argument == '\0')
            return problem_set(parser->problem, EXIT_CODE_USAGE, "%s= needs an argument (%s)",
                               spelling, option->argument);
    } else if (option->argument != NULL) {
        int result = take_argument(parser, option, spelling, &argument);
        if (result != 0)
            return result;
    }
    return accept_option(parser, option, spelling, argument);
}

static int unknown_letter(struct parser *parser, const char *word, const char *letter)
{
    uint32_t code_point = 0;
    size_t size = text_utf8_character(letter, strlen(letter), &code_point);
    size_t length = strlen(word) - 1;
    /* -subject, -from: one dash where two were meant. */
    const char *near = length > 2 ? option_suggestion(parser->set, word + 1, length) : NULL;
    if (near != NULL)
        return problem_set(parser->problem, EXIT_CODE_USAGE,
                           "unknown option -%.*s in \"%.80s\"; did you mean --%s?",
                           size == 0 ? 1 : (int)size, letter, word, near);
    return problem_set(parser->problem, EXIT_CODE_USAGE,
                       "unknown option -%.*s (--help lists all; a recipient that begins with - "
                       "goes behind --)",
                       size == 0 ? 1 : (int)size, letter);
}

static int parse_letters(struct parser *parser, char *word)
{
    /* Others take -bcc ADDR. Read as -b cc, it would show the hidden recipient to everybody. */
    if (find_name(parser->set, word + 1, strlen(word + 1)) != NULL)
        return problem_set(parser->problem, EXIT_CODE_USAGE,
                           "a long option has two dashes; did you mean -%s?", word);
    for (char *letter = word + 1; *letter != '\0'; letter++) {
        const struct option *option = find_letter(parser->set, *letter);
        if (option == NULL)
            return unknown_letter(parser, word, letter);
        char spelling[] = {'-', *letter, '\0'};
        char *argument = NULL;
        if (option->argument != NULL) {
            argument = letter + 1;
            if (*argument == '\0') {
                int result = take_argument(parser, option, spelling, &argument);
                if (result != 0)
                    return result;
            }
        }
        int result = accept_option(parser, option, spelling, argument);
        if (result != 0 || argument != NULL)
            return result;
    }
    return 0;
}

int option_parse(const struct option_set *set, int count, char **arguments,
                 struct option_state *state, void *values, struct problem *problem)
{
    struct parser parser = {set, state, values, problem, arguments, arguments + count};
    bool options_ended = false;
    int result = 0;
    while (result == 0 && parser.next < parser.end) {
        char *word = *parser.next++;
        if (options_ended || word[0] != '-')
            result = text_list_add(&state->operands, word, problem);
        else if (strcmp(word, "--") == 0)
            options_ended = true;
        else if (strcmp(word, "-") == 0)
            result = problem_set(problem, EXIT_CODE_USAGE,
                                 "a lone - means nothing here; a recipient of that name goes "
                                 "behind --");
        else if (word[1] == '-')
            result = parse_name(&parser, word);
        else
            result = parse_letters(&parser, word);
    }
    return result;
}
