/* SPDX-License-Identifier: ISC */
#include "configuration/configuration.h"

#include "configuration/settings_file.h"
#include "sender.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { INCLUDE_LIMIT = 8 };

struct reader {
    struct configuration *configuration;
    const struct option_set *set;
    enum configuration_layer layer;
    struct settings_file file;
    int depth;
};

static ini_function take_setting;

static int read_file(struct configuration *configuration, struct reader *reader,
                     struct problem *problem)
{
    struct reader here = *reader;
    char *name = strdup(here.file.path);
    if (name == NULL || text_list_add(&configuration->files, name, problem) != 0) {
        free(name);
        return problem_set_memory(problem);
    }
    here.file.path = name;
    int result = settings_file_read(&here.file, take_setting, &here, problem);
    reader->file.found = here.file.found;
    if (result == 0 && !here.file.found) {
        configuration->files.count--;
        free(name);
    }
    return result;
}

static int include(const struct reader *reader, const struct ini_setting *setting,
                   struct problem *problem)
{
    if (reader->depth == INCLUDE_LIMIT)
        return ini_problem(problem, setting, "files are included in each other, or too deeply");
    char *path = settings_file_path(setting->file, setting->value);
    if (path == NULL)
        return problem_set_memory(problem);
    struct reader deeper = *reader;
    deeper.file = (struct settings_file){.path = path, .must_exist = true};
    deeper.depth++;
    int result = read_file(reader->configuration, &deeper, problem);
    free(path);
    if (result == 0 || deeper.file.found)
        return result;
    const struct problem missing = *problem;
    return ini_problem(problem, setting, "%s", missing.text);
}

const struct option *configuration_key(const struct option_set *set, const char *name)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->options[i].in_environment && strcmp(set->options[i].name, name) == 0 &&
            strcmp(name, "config") != 0)
            return &set->options[i];
    return NULL;
}

static int unknown_key(const struct option_set *set, const struct ini_setting *setting,
                       struct problem *problem)
{
    const char *near = option_suggestion(set, setting->key, strlen(setting->key));
    if (near != NULL && configuration_key(set, near) != NULL)
        return ini_problem(problem, setting, "unknown key \"%s\"; did you mean \"%s\"?",
                           setting->key, near);
    return ini_problem(problem, setting,
                       "unknown key \"%s\"; keys are the options that have a variable MAILER_...",
                       setting->key);
}

bool configuration_holds_secret(const struct option *option, const char *value)
{
    const char *user = strstr(value, "://");
    const char *at = user != NULL ? strrchr(user, '@') : NULL;
    if (at != NULL && memchr(user + 3, ':', (size_t)(at - user - 3)) != NULL)
        return true;
    return option->kind == OPTION_SECRET && strcmp(option->name, "password") == 0;
}

static bool same_section(const struct configuration_entry *entry, const struct reader *reader,
                         const char *account)
{
    if (entry->option == NULL || entry->layer != reader->layer)
        return false;
    return entry->account == NULL || account == NULL ? entry->account == account
                                                     : text_same(entry->account, account);
}

static void wipe(struct configuration_entry *entry)
{
    entry->option = NULL;
    if (entry->value != NULL)
        explicit_bzero(entry->value, strlen(entry->value));
}

/* The last file that has a key has it alone. */
static int replace(const struct reader *reader, const struct ini_setting *setting,
                   const char *account, const struct option *option, struct problem *problem)
{
    struct configuration *whole = reader->configuration;
    for (size_t i = 0; i < whole->count; i++) {
        struct configuration_entry *entry = &whole->entries[i];
        if (!same_section(entry, reader, account) || entry->option != option)
            continue;
        if (entry->file != reader->file.path)
            wipe(entry);
        else if (option->kind != OPTION_LIST)
            return ini_problem(problem, setting, "the key \"%s\" was given already, in line %d",
                               setting->key, entry->line);
    }
    return 0;
}

static int add(const struct reader *reader, const struct ini_setting *setting,
               const struct option *option, struct problem *problem)
{
    struct configuration *whole = reader->configuration;
    bool in_account = strcmp(setting->section, "account") == 0;
    int result = replace(reader, setting, in_account ? setting->name : NULL, option, problem);
    if (result != 0)
        return result;
    if ((whole->count & (whole->count - 1)) == 0) {
        size_t room = whole->count == 0 ? 1 : whole->count * 2;
        struct configuration_entry *entries = realloc(whole->entries, room * sizeof *entries);
        if (entries == NULL)
            return problem_set_memory(problem);
        whole->entries = entries;
    }
    struct configuration_entry *entry = &whole->entries[whole->count++];
    bool is_file = option->argument != NULL && strcmp(option->argument, "FILE") == 0;
    *entry = (struct configuration_entry){
        .layer = reader->layer,
        .account = in_account ? strdup(setting->name) : NULL,
        .option = option,
        .value =
            is_file ? settings_file_path(setting->file, setting->value) : strdup(setting->value),
        .file = reader->file.path,
        .line = setting->line,
    };
    if (entry->value == NULL || (in_account && entry->account == NULL))
        return problem_set_memory(problem);
    return 0;
}

static int check_section(const struct ini_setting *setting, struct problem *problem)
{
    if (*setting->section == '\0')
        return ini_problem(problem, setting,
                           "a section comes first, [defaults] or [account \"NAME\"]");
    bool is_account = strcmp(setting->section, "account") == 0;
    if (!is_account && strcmp(setting->section, "defaults") != 0)
        return ini_problem(problem, setting,
                           "unknown section \"%s\"; there are [defaults] and [account \"NAME\"]",
                           setting->section);
    if (is_account == (*setting->name == '\0'))
        return ini_problem(problem, setting,
                           "write [defaults], without a name, or "
                           "[account \"NAME\"], with one");
    return 0;
}

static int take_setting(void *context, const struct ini_setting *setting, struct problem *problem)
{
    const struct reader *reader = context;
    if (strcmp(setting->key, "include") == 0)
        return include(reader, setting, problem);
    int result = check_section(setting, problem);
    if (result != 0)
        return result;
    const struct option *option = configuration_key(reader->set, setting->key);
    if (option == NULL)
        return unknown_key(reader->set, setting, problem);
    if (strcmp(setting->key, "account") == 0 && *setting->name != '\0')
        return ini_problem(problem, setting, "the key \"account\" is for [defaults]");
    if (reader->file.others_may_read && configuration_holds_secret(option, setting->value))
        return ini_problem(problem, setting,
                           "there is a password in \"%s\", and others may read it; do chmod 600 "
                           "on the file",
                           setting->key);
    return add(reader, setting, option, problem);
}

int configuration_read(struct configuration *configuration, enum configuration_layer layer,
                       const char *file, bool must_exist, const struct option_set *set,
                       struct problem *problem)
{
    struct reader reader = {.configuration = configuration,
                            .set = set,
                            .layer = layer,
                            .file = {.path = file, .must_exist = must_exist}};
    return read_file(configuration, &reader, problem);
}

const struct configuration_entry *configuration_find_account(const struct configuration *whole,
                                                             const char *name)
{
    for (size_t i = 0; i < whole->count; i++)
        if (whole->entries[i].account != NULL && text_same(whole->entries[i].account, name))
            return &whole->entries[i];
    return NULL;
}

const struct configuration_entry *configuration_find(const struct configuration *whole,
                                                     const char *account, const char *option)
{
    const struct configuration_entry *found = NULL;
    for (size_t i = 0; i < whole->count; i++) {
        const struct configuration_entry *entry = &whole->entries[i];
        bool here = entry->account == NULL || account == NULL ? entry->account == account
                                                              : text_same(entry->account, account);
        if (entry->option == NULL || !here || strcmp(entry->option->name, option) != 0)
            continue;
        if (found == NULL || entry->layer > found->layer)
            found = entry;
    }
    return found;
}

const struct configuration_entry *configuration_account_of(const struct configuration *whole,
                                                           const char *mailbox)
{
    const struct configuration_entry *exact = NULL, *of_domain = NULL;
    bool several = false;
    char wanted[SENDER_ADDRESS_SIZE], here[SENDER_ADDRESS_SIZE];
    if (!sender_address(mailbox, wanted))
        return NULL;
    for (size_t i = 0; i < whole->count; i++) {
        const struct configuration_entry *entry = &whole->entries[i];
        if (entry->account == NULL || entry->option == NULL)
            continue;
        bool is_user = strcmp(entry->option->name, "user") == 0 &&
                       configuration_find(whole, entry->account, "from") == NULL;
        if (!is_user && strcmp(entry->option->name, "from") != 0)
            continue;
        if (!sender_address(entry->value, here) ||
            !text_same(strrchr(here, '@'), strrchr(wanted, '@')))
            continue;
        if (text_same(here, wanted) && (exact == NULL || entry->layer > exact->layer))
            exact = entry;
        several = several || (of_domain != NULL && !text_same(of_domain->account, entry->account));
        of_domain = entry;
    }
    return exact != NULL ? exact : several ? NULL : of_domain;
}

int configuration_problem(struct problem *problem, const struct configuration_entry *entry,
                          const char *words)
{
    return problem_set(problem, EXIT_CODE_CONFIGURATION, "%.400s, line %d: %s", entry->file,
                       entry->line, words);
}

void configuration_free(struct configuration *configuration)
{
    for (size_t i = 0; i < configuration->count; i++) {
        struct configuration_entry *entry = &configuration->entries[i];
        wipe(entry);
        free(entry->value);
        free(entry->account);
    }
    free(configuration->entries);
    for (size_t i = 0; i < configuration->files.count; i++)
        free((char *)configuration->files.items[i]);
    text_list_free(&configuration->files);
    *configuration = (struct configuration){0};
}
