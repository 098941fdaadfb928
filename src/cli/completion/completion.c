/* SPDX-License-Identifier: ISC */
#include "completion/completion.h"

#include "environment.h"
#include "options.h"
#include "provider.h"
#include "verbs.h"

#include <string.h>

static bool is_named(const struct option *option, const char *name)
{
    return option->name != NULL && strcmp(option->name, name) == 0;
}

enum completion_kind completion_kind(const struct option *option)
{
    static const struct {
        const char *argument;
        enum completion_kind kind;
    } rows[] = {
        {"FILE", COMPLETION_FILES},
        {"DIR", COMPLETION_DIRECTORIES},
        {"COMMAND", COMPLETION_COMMANDS},
    };
    if (option->argument == NULL)
        return COMPLETION_NOTHING;
    if (is_named(option, "server") || strchr(option->argument, '|') != NULL)
        return COMPLETION_WORDS;
    if (is_named(option, "account"))
        return COMPLETION_ACCOUNTS;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(option->argument, rows[i].argument) == 0)
            return rows[i].kind;
    return COMPLETION_NOTHING;
}

/* Each provider with a server in the table of the build, between two texts. */
static void append_providers(struct buffer *buffer, const char *before, const char *behind)
{
    struct provider_table table = {0};
    struct problem problem = {0};
    if (provider_table_read(&table, "", &problem) != 0)
        buffer->failed = true;
    for (size_t i = 0; i < table.count; i++)
        if (table.providers[i].servers.count > 0)
            buffer_append_format(buffer, "%s%s%s", before, table.providers[i].name, behind);
    provider_table_free(&table);
}

void completion_append_words(struct buffer *buffer, const struct option *option)
{
    if (is_named(option, "server")) {
        append_providers(buffer, " ", "");
        return;
    }
    for (const char *c = option->argument; *c != '\0'; c++)
        buffer_append_char(buffer, *c == '|' || *c == ',' ? ' ' : *c);
}

void completion_append_verbs(struct buffer *buffer, const char *separator)
{
    const struct verb *verb;
    const char *before = "";
    for (size_t i = 0; (verb = verb_at(i)) != NULL; i++) {
        if (verb->run == NULL)
            continue;
        buffer_append_format(buffer, "%s%s", before, verb->name);
        before = separator;
    }
}

static void append_list_of(struct buffer *buffer, const char *verb, const struct option_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct option *option = &set->options[i];
        if (!option_is_in(set, option))
            continue;
        char variable[ENVIRONMENT_NAME_SIZE] = "-";
        if (option->in_environment)
            environment_name(option, variable);
        buffer_append_format(buffer, "option %s %s %s %s\n", verb,
                             option->letters != NULL ? option->letters : "-",
                             option->name != NULL ? option->name : "-", variable);
    }
}

void completion_append_list(struct buffer *buffer)
{
    const struct verb *verb;
    append_list_of(buffer, "-", &send_option_set);
    for (size_t i = 0; (verb = verb_at(i)) != NULL; i++) {
        buffer_append_format(buffer, "%s %s\n", verb->run != NULL ? "verb" : "reserved",
                             verb->name);
        if (verb->options != NULL)
            append_list_of(buffer, verb->name, verb->options);
        if (verb->words != NULL)
            buffer_append_format(buffer, "words %s %s\n", verb->name, verb->words);
    }
    append_providers(buffer, "provider ", "\n");
}
