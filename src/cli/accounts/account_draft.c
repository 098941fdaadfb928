/* SPDX-License-Identifier: ISC */
#include "accounts/account_draft.h"

#include "configuration/ini_text.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* A line that could not be read again would spoil the whole file. Quoted, a value may be twice as
 * long; the rest is for its key. */
enum { VALUE_LIMIT = INI_LINE_LIMIT / 2 - 100 };

int account_draft_name(struct account_draft *draft, const char *name, struct problem *problem)
{
    size_t size = strlen(name);
    if (size == 0 || size >= ACCOUNT_NAME_SIZE || strpbrk(name, "\"]/") != NULL || *name == '.' ||
        text_has_control(name, size) || !text_is_utf8(name, size))
        return problem_set(problem, EXIT_CODE_USAGE,
                           "\"%.100s\" cannot be the name of an account: it has 1 to %d octets, "
                           "without \", ] and /",
                           name, ACCOUNT_NAME_SIZE - 1);
    memcpy(draft->name, name, size + 1);
    return 0;
}

static void drop(char *text)
{
    if (text != NULL)
        explicit_bzero(text, strlen(text));
    free(text);
}

int account_draft_set(struct account_draft *draft, const char *key, const char *value,
                      struct problem *problem)
{
    if (text_has_control(value, strlen(value)) || !text_is_utf8(value, strlen(value)))
        return problem_set(problem, EXIT_CODE_DATA,
                           "%.80s: there is a control character in its value, or it is no UTF-8",
                           key);
    if (strlen(value) > VALUE_LIMIT)
        return problem_set(problem, EXIT_CODE_DATA, "%.80s: its value is longer than %d octets",
                           key, VALUE_LIMIT);
    char *copy = strdup(value);
    if (copy == NULL)
        return problem_set_memory(problem);
    for (size_t i = 0; i < draft->count; i++)
        if (strcmp(draft->values[i].key, key) == 0) {
            drop(draft->values[i].value);
            draft->values[i].value = copy;
            return 0;
        }
    char *name = draft->count < ACCOUNT_KEY_LIMIT ? strdup(key) : NULL;
    if (name == NULL) {
        drop(copy);
        return problem_set(problem, EXIT_CODE_DATA, "%.80s: there are too many keys", key);
    }
    draft->values[draft->count++] = (struct account_value){name, copy};
    return 0;
}

const char *account_draft_get(const struct account_draft *draft, const char *key)
{
    for (size_t i = 0; i < draft->count; i++)
        if (strcmp(draft->values[i].key, key) == 0)
            return draft->values[i].value;
    return NULL;
}

int account_draft_inherit(struct account_draft *draft, const struct account_draft *base,
                          struct problem *problem)
{
    int result = 0;
    for (size_t i = 0; i < base->count && result == 0; i++)
        if (account_draft_get(draft, base->values[i].key) == NULL)
            result = account_draft_set(draft, base->values[i].key, base->values[i].value, problem);
    return result;
}

void account_draft_free(struct account_draft *draft)
{
    for (size_t i = 0; i < draft->count; i++) {
        free(draft->values[i].key);
        drop(draft->values[i].value);
    }
    *draft = (struct account_draft){0};
}
