/* SPDX-License-Identifier: ISC */
#include "completion/completion.h"

#include "options.h"
#include "verbs.h"

/* A text within '...'. */
static void append_quoted(struct buffer *buffer, const char *text)
{
    buffer_append_char(buffer, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            buffer_append_char(buffer, '\\');
        buffer_append_char(buffer, *text);
    }
    buffer_append_char(buffer, '\'');
}

static void append_argument(struct buffer *buffer, const struct option *option)
{
    switch (completion_kind(option)) {
    case COMPLETION_NOTHING:
        buffer_append_string(buffer, " -x");
        break;
    case COMPLETION_FILES:
        buffer_append_string(buffer, " -r -F");
        break;
    case COMPLETION_DIRECTORIES:
        buffer_append_string(buffer, " -x -a '(__fish_complete_directories)'");
        break;
    case COMPLETION_COMMANDS:
        buffer_append_string(buffer, " -x -a '(__fish_complete_command)'");
        break;
    case COMPLETION_ACCOUNTS:
        buffer_append_string(buffer, " -x -a '(mailer accounts list 2>/dev/null | cut -c 3- | "
                                     "cut -f 1)'");
        break;
    case COMPLETION_WORDS:
        buffer_append_string(buffer, " -x -a '");
        completion_append_words(buffer, option);
        buffer_append_string(buffer, "'");
        break;
    }
}

static void append_options(struct buffer *buffer, const char *verb, const struct option_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct option *option = &set->options[i];
        if (option->help == NULL || !option_is_in(set, option))
            continue;
        buffer_append_format(buffer, "complete -c mailer -n '__mailer_is \"%s\"'", verb);
        for (const char *letter = option->letters; letter != NULL && *letter != '\0'; letter++)
            buffer_append_format(buffer, " -s %c", *letter);
        if (option->name != NULL)
            buffer_append_format(buffer, " -l %s", option->name);
        if (option->argument != NULL)
            append_argument(buffer, option);
        buffer_append_string(buffer, " -d ");
        append_quoted(buffer, option->help);
        buffer_append_char(buffer, '\n');
    }
}

void completion_append_fish(struct buffer *buffer)
{
    const struct verb *verb;
    buffer_append_string(buffer, "# Completion for fish, made from the options of mailer.\n"
                                 "function __mailer_is\n"
                                 "    set -l words (commandline -opc) ''\n"
                                 "    contains -- $words[2] ");
    completion_append_verbs(buffer, " ");
    buffer_append_string(buffer, "; or set words[2] ''\n"
                                 "    test \"$words[2]\" = \"$argv[1]\"\n"
                                 "end\n\n"
                                 "complete -c mailer -f\n");
    for (size_t i = 0; (verb = verb_at(i)) != NULL; i++) {
        if (verb->run == NULL)
            continue;
        buffer_append_format(
            buffer, "complete -c mailer -n 'test (count (commandline -opc)) -eq 1' -a %s -d ",
            verb->name);
        append_quoted(buffer, verb->help);
        buffer_append_char(buffer, '\n');
    }
    append_options(buffer, "", &send_option_set);
    for (size_t i = 0; (verb = verb_at(i)) != NULL; i++) {
        if (verb->options != NULL)
            append_options(buffer, verb->name, verb->options);
        if (verb->words != NULL)
            buffer_append_format(buffer,
                                 "complete -c mailer -n '__mailer_is %s; and "
                                 "test (count (commandline -opc)) -eq 2' -a '%s'\n",
                                 verb->name, verb->words);
    }
}
