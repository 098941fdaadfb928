/* SPDX-License-Identifier: ISC */
#include "completion/completion.h"

#include "options.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

/* A help text within '...[...]'. */
static void append_help(struct buffer *buffer, const char *help)
{
    for (; *help != '\0'; help++) {
        if (*help == '\'')
            buffer_append_string(buffer, "'\\''");
        else if (strchr("[]:\\", *help) != NULL)
            buffer_append_format(buffer, "\\%c", *help);
        else
            buffer_append_char(buffer, *help);
    }
}

static void append_argument(struct buffer *buffer, const struct option *option)
{
    buffer_append_string(buffer, ":argument:");
    switch (completion_kind(option)) {
    case COMPLETION_NOTHING:
        buffer_append_string(buffer, " ");
        break;
    case COMPLETION_FILES:
        buffer_append_string(buffer, "_mailer_files");
        break;
    case COMPLETION_DIRECTORIES:
        buffer_append_string(buffer, "_files -/");
        break;
    case COMPLETION_COMMANDS:
        buffer_append_string(buffer, "_cmdstring");
        break;
    case COMPLETION_ACCOUNTS:
        buffer_append_string(buffer, "_mailer_accounts");
        break;
    case COMPLETION_WORDS:
        buffer_append_string(buffer, "(");
        completion_append_words(buffer, option);
        buffer_append_string(buffer, ")");
        break;
    }
}

static void append_spelling(struct buffer *buffer, const struct option *option,
                            const char *spelling, const char *joined)
{
    bool argument = option->argument != NULL;
    buffer_append_format(buffer, "        '*%s%s[", spelling, argument ? joined : "");
    append_help(buffer, option->help);
    buffer_append_string(buffer, "]");
    if (argument)
        append_argument(buffer, option);
    buffer_append_string(buffer, "' \\\n");
}

static void append_options(struct buffer *buffer, const struct option_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct option *option = &set->options[i];
        if (option->help == NULL || !option_is_in(set, option))
            continue;
        char spelling[64];
        for (const char *letter = option->letters; letter != NULL && *letter != '\0'; letter++) {
            snprintf(spelling, sizeof spelling, "-%c", *letter);
            append_spelling(buffer, option, spelling, "+");
        }
        if (option->name != NULL) {
            snprintf(spelling, sizeof spelling, "--%s", option->name);
            append_spelling(buffer, option, spelling, "=");
        }
    }
}

static void append_verb(struct buffer *buffer, const struct verb *verb)
{
    buffer_append_format(buffer,
                         "    %s)\n"
                         "        shift words\n"
                         "        ((CURRENT--))\n"
                         "        _arguments -S -s \\\n",
                         verb->name);
    append_options(buffer, verb->options);
    if (verb->words != NULL)
        buffer_append_format(buffer, "        '1:what to do:(%s)' \\\n", verb->words);
    buffer_append_string(buffer, "        '*: : '\n"
                                 "        return\n"
                                 "        ;;\n");
}

void completion_append_zsh(struct buffer *buffer)
{
    const struct verb *verb;
    buffer_append_string(buffer, "#compdef mailer\n"
                                 "# Completion for zsh, made from the options of mailer.\n\n"
                                 "# FILE, or NAME=FILE.\n"
                                 "_mailer_files() {\n"
                                 "    compset -P '[^/=]##='\n"
                                 "    _files\n"
                                 "}\n\n"
                                 "_mailer_accounts() {\n"
                                 "    local -a accounts\n"
                                 "    accounts=(${(f)\"$(mailer accounts list 2>/dev/null | "
                                 "cut -c 3- | cut -f 1)\"})\n"
                                 "    compadd -a accounts\n"
                                 "}\n\n"
                                 "_mailer() {\n"
                                 "    setopt localoptions extendedglob\n"
                                 "    if ((CURRENT > 2)); then\n"
                                 "        case $words[2] in\n");
    for (size_t i = 0; (verb = verb_at(i)) != NULL; i++)
        if (verb->options != NULL)
            append_verb(buffer, verb);
    buffer_append_string(buffer, "        esac\n"
                                 "    fi\n"
                                 "    _arguments -S -s \\\n");
    append_options(buffer, &send_option_set);
    buffer_append_string(buffer, "        '1:verb or recipient:(");
    completion_append_verbs(buffer, " ");
    buffer_append_string(buffer, ")' \\\n"
                                 "        '*:recipient: '\n"
                                 "}\n\n"
                                 "_mailer \"$@\"\n");
}
