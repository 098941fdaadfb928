/* SPDX-License-Identifier: ISC */
#include "completion/completion.h"

#include "options.h"
#include "verbs.h"

/* The spellings of an option, with a separator between. */
static void append_spellings(struct buffer *buffer, const struct option *option, const char *verb,
                             const char *separator)
{
    const char *before = "";
    for (const char *letter = option->letters; letter != NULL && *letter != '\0'; letter++) {
        buffer_append_format(buffer, "%s%s-%c", before, verb, *letter);
        before = separator;
    }
    if (option->name != NULL)
        buffer_append_format(buffer, "%s%s--%s", before, verb, option->name);
}

/* What is offered behind the options of a command that take an argument. */
static void append_arguments(struct buffer *buffer, const char *verb, const struct option_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct option *option = &set->options[i];
        if (option->argument == NULL || option->help == NULL || !option_is_in(set, option))
            continue;
        buffer_append_string(buffer, "        ");
        append_spellings(buffer, option, verb, "|");
        buffer_append_string(buffer, ") ");
        switch (completion_kind(option)) {
        case COMPLETION_NOTHING:
            buffer_append_string(buffer, "return");
            break;
        case COMPLETION_FILES:
            buffer_append_string(buffer, "compopt -o default 2>/dev/null; return");
            break;
        case COMPLETION_DIRECTORIES:
            buffer_append_string(buffer, "compopt -o dirnames 2>/dev/null; return");
            break;
        case COMPLETION_COMMANDS:
            buffer_append_string(buffer, "COMPREPLY=($(compgen -c -- \"$current\")); return");
            break;
        case COMPLETION_ACCOUNTS:
            buffer_append_string(buffer, "words=$(mailer accounts list 2>/dev/null | cut -c 3- | "
                                         "cut -f 1)");
            break;
        case COMPLETION_WORDS:
            buffer_append_string(buffer, "words='");
            completion_append_words(buffer, option);
            buffer_append_string(buffer, "'");
            break;
        }
        buffer_append_string(buffer, " ;;\n");
    }
}

static void append_options(struct buffer *buffer, const struct option_set *set)
{
    const char *before = "";
    for (size_t i = 0; i < set->count; i++) {
        if (set->options[i].help == NULL || !option_is_in(set, &set->options[i]))
            continue;
        buffer_append_string(buffer, before);
        append_spellings(buffer, &set->options[i], "", " ");
        before = " ";
    }
}

void completion_append_bash(struct buffer *buffer)
{
    const struct verb *verb;
    buffer_append_string(
        buffer, "# Completion for bash, made from the options of mailer.\n"
                "_mailer()\n"
                "{\n"
                "    local current=${COMP_WORDS[COMP_CWORD]} verb= words= at=$COMP_CWORD\n"
                "    COMPREPLY=()\n"
                "    # --name=value is three words here, and so is NAME=FILE.\n"
                "    if [[ $current == = ]]; then\n"
                "        current=\n"
                "    elif [[ ${COMP_WORDS[at - 1]} == = ]]; then\n"
                "        at=$((at - 1))\n"
                "    fi\n"
                "    if ((at > 2)) && [[ ${COMP_WORDS[at]} == = && ${COMP_WORDS[at - 1]} != -* ]]; "
                "then\n"
                "        at=$((at - 1))\n"
                "    fi\n"
                "    if ((at > 1)); then\n"
                "        case ${COMP_WORDS[1]} in\n"
                "        ");
    completion_append_verbs(buffer, "|");
    buffer_append_string(buffer, ") verb=${COMP_WORDS[1]} ;;\n"
                                 "        esac\n"
                                 "    fi\n"
                                 "    if ((at > 0)); then\n"
                                 "        case $verb${COMP_WORDS[at - 1]} in\n");
    append_arguments(buffer, "", &send_option_set);
    for (size_t i = 0; (verb = verb_at(i)) != NULL; i++)
        if (verb->options != NULL)
            append_arguments(buffer, verb->name, verb->options);
    buffer_append_string(buffer, "        esac\n"
                                 "    fi\n"
                                 "    if [[ -z $words ]]; then\n"
                                 "        case $verb:$current in\n"
                                 "        :-*) words='");
    append_options(buffer, &send_option_set);
    buffer_append_string(buffer, "' ;;\n");
    for (size_t i = 0; (verb = verb_at(i)) != NULL; i++) {
        if (verb->options == NULL)
            continue;
        if (verb->words != NULL)
            buffer_append_format(buffer,
                                 "        %s:[!-]*|%s:) ((COMP_CWORD > 2)) || words='%s' ;;\n",
                                 verb->name, verb->name, verb->words);
        buffer_append_format(buffer, "        %s:*) words='", verb->name);
        append_options(buffer, verb->options);
        buffer_append_string(buffer, "' ;;\n");
    }
    buffer_append_string(buffer, "        :*) ((COMP_CWORD > 1)) || words='");
    completion_append_verbs(buffer, " ");
    buffer_append_string(buffer, "' ;;\n"
                                 "        esac\n"
                                 "    fi\n"
                                 "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
                                 "\"$current\")\n"
                                 "}\n"
                                 "complete -F _mailer mailer\n");
}
