/* SPDX-License-Identifier: ISC */
#include "configuration/configure.h"

#include "buffer.h"
#include "configuration/setting_name.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_LIMIT = 64 * 1024, SHOWN_ACCOUNTS = 10 };

static const struct option_set *const set = &send_option_set;

static bool is_settled(const struct send_options *options, const char *name)
{
    return option_is_settled(set, &options->state, configuration_key(set, name));
}

static int store_setting(struct send_options *options, char *text, struct problem *problem)
{
    struct setting_value setting;
    int result = setting_name_read(text, &setting, problem);
    if (result != 0 || setting.option == NULL)
        return result;
    size_t index = (size_t)(setting.option - set->options);
    bool is_list = setting.option->kind == OPTION_LIST && options->state.found[index];
    if (is_list || !option_is_settled(set, &options->state, setting.option)) {
        char spelling[80];
        snprintf(spelling, sizeof spelling, "-S %.60s", setting.option->name);
        options->state.found[index] = true;
        return option_store(setting.option, spelling, setting.value, options, problem);
    }
    if (setting.option->kind == OPTION_SECRET)
        explicit_bzero(setting.value, strlen(setting.value));
    return 0;
}

int configure_settings(struct send_options *options, struct problem *problem)
{
    int result = 0;
    /* The list borrows the words of the command line, which may be written to. */
    for (size_t i = 0; i < options->settings.count && result == 0; i++)
        result = store_setting(options, (char *)options->settings.items[i], problem);
    return result;
}

char *configure_user_file(void)
{
    struct buffer path = buffer_empty(PATH_LIMIT);
    const char *folder = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    if (folder != NULL && *folder == '/')
        buffer_append_string(&path, folder);
    else if (home != NULL && *home == '/')
        buffer_append_format(&path, "%s/.config", home);
    else
        return NULL;
    buffer_append_string(&path, "/mailer/config");
    return buffer_take_string(&path);
}

int configure_read(struct send_options *options, struct problem *problem)
{
    struct configuration *whole = &options->configuration;
    if (options->config_file != NULL)
        return configuration_read(whole, LAYER_USER, options->config_file, true, set, problem);
    int result = 0;
    if (!options->skip_system_file)
        result = configuration_read(whole, LAYER_SYSTEM, MAILER_SYSTEM_CONFIG, false, set, problem);
    char *file = configure_user_file();
    if (result == 0 && file != NULL)
        result = configuration_read(whole, LAYER_USER, file, false, set, problem);
    free(file);
    return result;
}

/* Those there are, as far as they fit. */
static int unknown_account(const struct send_options *options,
                           const struct configuration_entry *named_by, const char *name,
                           struct problem *problem)
{
    const struct configuration *whole = &options->configuration;
    char words[600];
    size_t used = (size_t)snprintf(words, sizeof words, "there is no account \"%.100s\"", name);
    const char *before = "; there are: ";
    unsigned count = 0;
    for (size_t i = 0; i < whole->count && count < SHOWN_ACCOUNTS; i++) {
        const struct configuration_entry *entry = &whole->entries[i];
        if (entry->account == NULL || configuration_find_account(whole, entry->account) != entry)
            continue;
        used +=
            (size_t)snprintf(words + used, sizeof words - used, "%s%.40s", before, entry->account);
        before = ", ";
        count++;
    }
    if (count == 0)
        snprintf(words + used, sizeof words - used,
                 " in the configuration (\"mailer accounts add\" makes one)");
    return named_by != NULL ? configuration_problem(problem, named_by, words)
                            : problem_set(problem, EXIT_CODE_CONFIGURATION, "%s", words);
}

static const char *sender_of(const struct send_options *options)
{
    const char *envelope = options->envelope_sender;
    if (options->from != NULL)
        return options->from;
    return envelope != NULL && strchr(envelope, '@') != NULL ? envelope : options->user;
}

static bool is_given(const struct send_options *options, const char *name)
{
    return options->state.given[configuration_key(set, name) - set->options];
}

/* NULL in account: none. */
static int choose_account(const struct send_options *options, bool server_is_of_ours,
                          const char **account, struct problem *problem)
{
    const struct configuration *whole = &options->configuration;
    const struct configuration_entry *entry = NULL, *named_by = NULL;
    const char *name = options->account;
    *account = NULL;
    /* A login is told to a server of the command line only if its account is named there, too: an
     * environment that names one for all programs does not mean this server. */
    bool is_meant = name != NULL && (is_given(options, "account") || !is_given(options, "server"));
    if (!is_meant && !server_is_of_ours)
        return 0;
    if (name == NULL && sender_of(options) != NULL)
        entry = configuration_account_of(whole, sender_of(options));
    if (name == NULL && entry == NULL) {
        named_by = configuration_find(whole, NULL, "account");
        name = named_by != NULL ? named_by->value : NULL;
    }
    if (entry == NULL && name != NULL) {
        entry = configuration_find_account(whole, name);
        if (entry == NULL)
            return unknown_account(options, named_by, name, problem);
    }
    *account = entry != NULL ? entry->account : NULL;
    return 0;
}

static bool is_of_login(const struct option *option)
{
    return option->group == GROUP_PASSWORD || option->group == GROUP_KEY_PASSWORD ||
           strcmp(option->name, "user") == 0 || strcmp(option->name, "client-cert") == 0 ||
           strcmp(option->name, "client-key") == 0;
}

static int store_entry(struct send_options *options, const struct configuration_entry *entry,
                       struct problem *problem)
{
    char spelling[600];
    snprintf(spelling, sizeof spelling, "%.400s, line %d: %.100s", entry->file, entry->line,
             entry->option->name);
    int result = option_store(entry->option, spelling, entry->value, options, problem);
    if (result == EXIT_CODE_USAGE)
        problem->exit_code = EXIT_CODE_CONFIGURATION;
    return result != 0 ? (int)problem->exit_code : 0;
}

/* What two keys of one section exclude in each other, the section's author has to settle. */
static int check_rivals(const struct option_state *section, const struct configuration_entry *entry,
                        struct problem *problem)
{
    for (size_t i = 0; entry->option->group != 0 && i < set->count; i++)
        if (section->found[i] && &set->options[i] != entry->option &&
            set->options[i].group == entry->option->group) {
            char words[200];
            snprintf(words, sizeof words, "%s and %s exclude each other", entry->option->name,
                     set->options[i].name);
            return configuration_problem(problem, entry, words);
        }
    return 0;
}

/* One section of one layer, in whose place nothing stronger has stood. */
static int apply_section(struct send_options *options, enum configuration_layer layer,
                         const char *account, bool with_login, struct problem *problem)
{
    const struct configuration *whole = &options->configuration;
    struct option_state section = {0};
    int result = 0;
    for (size_t i = 0; i < whole->count && result == 0; i++) {
        const struct configuration_entry *entry = &whole->entries[i];
        bool here = entry->layer == layer && (entry->account == NULL || account == NULL
                                                  ? entry->account == account
                                                  : text_same(entry->account, account));
        if (entry->option == NULL || !here || (is_of_login(entry->option) && !with_login) ||
            option_is_settled(set, &options->state, entry->option))
            continue;
        result = check_rivals(&section, entry, problem);
        if (result == 0)
            result = store_entry(options, entry, problem);
        section.found[entry->option - set->options] = true;
    }
    for (size_t i = 0; i < set->count; i++)
        options->state.found[i] = options->state.found[i] || section.found[i];
    return result;
}

static void wipe_secrets(struct configuration *whole)
{
    for (size_t i = 0; i < whole->count; i++) {
        const struct configuration_entry *entry = &whole->entries[i];
        if (entry->option != NULL && entry->option->kind == OPTION_SECRET)
            explicit_bzero(entry->value, strlen(entry->value));
    }
}

int configure_apply(struct send_options *options, struct problem *problem)
{
    const char *account;
    bool is_ours = !is_settled(options, "server");
    int result = choose_account(options, is_ours, &account, problem);
    for (int layer = LAYERS - 1; layer >= 0 && account != NULL && result == 0; layer--)
        result = apply_section(options, (enum configuration_layer)layer, account, true, problem);
    for (int layer = LAYERS - 1; layer >= 0 && result == 0; layer--)
        result = apply_section(options, (enum configuration_layer)layer, NULL, is_ours, problem);
    wipe_secrets(&options->configuration);
    return result;
}
