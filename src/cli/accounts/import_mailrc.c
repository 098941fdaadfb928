/* SPDX-License-Identifier: ISC */
#include "accounts/account_import.h"

#include "configuration/setting_name.h"
#include "text.h"

#include <string.h>

/* Of the many variables of s-nail only those that have to do with sending are worth a word. */
static bool matters(const char *name)
{
    static const char *const words[] = {"smtp", "mta", "tls", "ssl", "password", "proxy"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(name, words[i]) != NULL)
            return true;
    return false;
}

/* Cuts the next word off, and takes its quotes away; NULL: there is none. */
static char *next_word(char **rest)
{
    char *in = *rest + strspn(*rest, " \t\r"), *out = in, *word = in, quote = '\0';
    if (*in == '\0' || *in == '#')
        return NULL;
    for (; *in != '\0' && (quote != '\0' || strchr(" \t\r", *in) == NULL); in++) {
        if (*in == '\\' && quote != '\'' && in[1] != '\0')
            *out++ = *++in;
        else if (*in == quote)
            quote = '\0';
        else if (quote == '\0' && (*in == '"' || *in == '\''))
            quote = *in;
        else
            *out++ = *in;
    }
    *rest = *in == '\0' ? in : in + 1;
    *out = '\0';
    return word;
}

static int take_setting(struct account_import *import, struct account_draft *draft, char *text,
                        struct problem *problem)
{
    char name[64] = "";
    size_t size = strcspn(text, "=");
    if (size < sizeof name)
        memcpy(name, text, size);
    struct setting_value setting = {0};
    struct problem why;
    if (setting_name_read(text, &setting, &why) != 0)
        return matters(name) ? account_import_note(import, problem, "mailrc: %s is not taken", name)
                             : 0;
    if (setting.option == NULL)
        return 0;
    return account_draft_set(draft, setting.option->name, setting.value, problem);
}

static struct account_draft *begin(struct account_import *raw, const char *name,
                                   struct problem *problem)
{
    struct account_draft *draft = account_import_new(raw);
    if (draft == NULL) {
        problem_set_memory(problem);
        return NULL;
    }
    return account_draft_name(draft, name, problem) == 0 ? draft : NULL;
}

/* The first draft is of what stands outside of accounts. */
static int take_line(struct account_import *import, struct account_import *raw, size_t *current,
                     char *line, struct problem *problem)
{
    char *word = next_word(&line);
    int result = 0;
    if (word == NULL)
        return 0;
    if (*word == '}') {
        *current = 0;
        return 0;
    }
    if (strcmp(word, "account") == 0) {
        const char *name = next_word(&line);
        const char *brace = next_word(&line);
        if (name == NULL || brace == NULL || *brace != '{')
            return 0;
        if (begin(raw, name, problem) == NULL)
            return (int)problem->exit_code;
        *current = raw->count - 1;
        return 0;
    }
    if (strcmp(word, "set") != 0)
        return 0;
    while (result == 0 && (word = next_word(&line)) != NULL)
        result = take_setting(import, &raw->drafts[*current], word, problem);
    return result;
}

static int convert(struct account_import *import, const struct account_draft *raw,
                   struct problem *problem)
{
    if (account_draft_get(raw, "server") == NULL)
        return 0;
    struct account_draft *draft = account_import_new(import);
    if (draft == NULL)
        return problem_set_memory(problem);
    memcpy(draft->name, raw->name, sizeof draft->name);
    return account_draft_inherit(draft, raw, problem);
}

int account_import_mailrc(struct account_import *import, char *text, struct problem *problem)
{
    struct account_import raw = {0};
    size_t current = 0;
    int result = begin(&raw, "mailrc", problem) == NULL ? (int)problem->exit_code : 0;
    while (result == 0 && *text != '\0') {
        size_t size = strcspn(text, "\n");
        char *next = text + size + (text[size] == '\n');
        text[size] = '\0';
        result = take_line(import, &raw, &current, text, problem);
        text = next;
    }
    for (size_t i = 0; i < raw.count && result == 0; i++) {
        if (i > 0)
            result = account_draft_inherit(&raw.drafts[i], &raw.drafts[0], problem);
        if (result == 0)
            result = convert(import, &raw.drafts[i], problem);
    }
    account_import_free(&raw);
    return result;
}
