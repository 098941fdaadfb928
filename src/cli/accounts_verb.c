/* SPDX-License-Identifier: ISC */
#include "verbs.h"

#include "accounts/account_add.h"
#include "accounts/account_import.h"
#include "configuration/configure.h"
#include "environment.h"
#include "help.h"
#include "report.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

enum { HELP_LIMIT = 64 * 1024, OUTPUT_LIMIT = 4 * 1024 * 1024 };

/* Those of the configuration's options that a list of accounts needs too. */
static const char *const sections[] = {"Options"};

#define AT(member) .offset = offsetof(struct send_options, member)

/* clang-format off */
static const struct option options_table[] = {
    {"config", NULL, "FILE", "the configuration, instead of the usual files",
     0, OPTION_TEXT, AT(config_file), .in_environment = true},
    {NULL, "n", NULL, "leave out the system's configuration",
     0, OPTION_FLAG, AT(skip_system_file)},
    {"help", "h", NULL, "show this help",
     0, OPTION_FLAG, AT(help)},
};
/* clang-format on */

const struct option_set accounts_option_set = {
    options_table, sizeof options_table / sizeof *options_table, sections, 1, 0};

static int show_help(void)
{
    struct buffer text = buffer_empty(HELP_LIMIT);
    buffer_append_string(&text, "Usage: mailer accounts [OPTION...] [WORD...]\n"
                                "Keeps the accounts of the configuration.\n\n");
    help_append_row(&text, "list", "name, address and server of each; * is the default");
    help_append_row(&text, "show NAME", "its settings and where they stand; passwords never");
    help_append_row(&text, "add [NAME] [KEY=VALUE...]",
                    "asks for what is not given, and keeps the password in the keyring, or else in "
                    "a file of its own");
    help_append_row(&text, "import [msmtp] [mailrc] [git]",
                    "takes over what these programs have; without a name, all of them");
    help_append_row(&text, "test NAME", "runs mailer check with it");
    help_append_options(&text, &accounts_option_set);
    return verb_show(&text);
}

static void append_printable(struct buffer *text, const char *value)
{
    char shown[512];
    text_printable(shown, sizeof shown, value, strlen(value));
    buffer_append_string(text, shown);
}

static const char *value_of(const struct configuration *whole, const char *account, const char *key)
{
    const struct configuration_entry *entry = configuration_find(whole, account, key);
    if (entry == NULL)
        entry = configuration_find(whole, NULL, key);
    if (entry == NULL)
        return "-";
    return configuration_holds_secret(entry->option, entry->value) ? "(with a password)"
                                                                   : entry->value;
}

static int list(const struct configuration *whole)
{
    struct buffer text = buffer_empty(OUTPUT_LIMIT);
    const struct configuration_entry *chosen = configuration_find(whole, NULL, "account");
    for (size_t i = 0; i < whole->count; i++) {
        const char *account = whole->entries[i].account;
        if (account == NULL || configuration_find_account(whole, account) != &whole->entries[i])
            continue;
        bool is_default = chosen != NULL && text_same(chosen->value, account);
        buffer_append_string(&text, is_default ? "* " : "  ");
        append_printable(&text, account);
        buffer_append_char(&text, '\t');
        append_printable(&text, value_of(whole, account, "from"));
        buffer_append_char(&text, '\t');
        append_printable(&text, value_of(whole, account, "server"));
        buffer_append_char(&text, '\n');
    }
    return text.size > 0 || text.failed ? verb_show(&text) : 0;
}

/* Whether an entry counts for the account, and no stronger one stands before it. */
static bool counts(const struct configuration *whole, const struct configuration_entry *entry,
                   const char *account)
{
    const char *key = entry->option->name;
    if (entry->account != NULL && !text_same(entry->account, account))
        return false;
    const struct configuration_entry *strongest = configuration_find(whole, account, key);
    if (strongest == NULL)
        strongest = configuration_find(whole, NULL, key);
    bool same_place = entry->layer == strongest->layer &&
                      (entry->account == NULL) == (strongest->account == NULL);
    return same_place && strcmp(key, "account") != 0;
}

static int show(const struct configuration *whole, const char *name, struct problem *problem)
{
    const struct configuration_entry *account = configuration_find_account(whole, name);
    if (account == NULL)
        return problem_set(problem, EXIT_CODE_CONFIGURATION,
                           "there is no account \"%.100s\" (\"mailer accounts list\" lists them)",
                           name);
    struct buffer text = buffer_empty(OUTPUT_LIMIT);
    buffer_append_string(&text, "[account \"");
    append_printable(&text, account->account);
    buffer_append_string(&text, "\"]\n");
    for (size_t i = 0; i < whole->count; i++) {
        const struct configuration_entry *entry = &whole->entries[i];
        if (entry->option == NULL || !counts(whole, entry, account->account))
            continue;
        bool is_secret = configuration_holds_secret(entry->option, entry->value);
        buffer_append_format(&text, "%s = ", entry->option->name);
        append_printable(&text, is_secret ? "(not shown)" : entry->value);
        buffer_append_string(&text, "  # ");
        append_printable(&text, entry->file);
        buffer_append_format(&text, ", line %d\n", entry->line);
    }
    return verb_show(&text);
}

static int test(const struct send_options *options, const char *name)
{
    char *words[] = {(char *)"--account", (char *)name, NULL, NULL, NULL};
    if (options->config_file != NULL) {
        words[2] = (char *)"--config";
        words[3] = (char *)options->config_file;
    }
    return check_verb(words[2] != NULL ? 4 : 2, words);
}

static int needs_name(const struct text_list *words, struct problem *problem)
{
    return words->count == 2
               ? 0
               : problem_set(problem, EXIT_CODE_USAGE,
                             "mailer accounts %s takes the name of one account", words->items[0]);
}

static int run(struct send_options *options, struct problem *problem)
{
    const struct text_list *words = &options->state.operands;
    const struct configuration *whole = &options->configuration;
    const char *word = words->count > 0 ? words->items[0] : "list";
    bool shows = strcmp(word, "show") == 0, tests = strcmp(word, "test") == 0;
    int result = configure_read(options, problem);
    if (result == 0 && (shows || tests))
        result = needs_name(words, problem);
    if (result != 0)
        return result;
    if (shows)
        return show(whole, words->items[1], problem);
    if (tests)
        return test(options, words->items[1]);
    if (strcmp(word, "add") == 0)
        return account_add(options, words->items + 1, words->count - 1, problem);
    if (strcmp(word, "import") == 0)
        return account_import(options, words->items + 1, words->count - 1, problem);
    if (strcmp(word, "list") == 0 && words->count < 2)
        return list(whole);
    return problem_set(problem, EXIT_CODE_USAGE,
                       "mailer accounts has list, show NAME, add, import and test NAME, not "
                       "\"%.100s\"",
                       words->items[words->count - 1]);
}

int accounts_verb(int count, char **arguments)
{
    struct send_options options = send_options_empty();
    struct problem problem = {0};
    int result =
        option_parse(&accounts_option_set, count, arguments, &options.state, &options, &problem);
    if (result == 0)
        result = environment_read(&accounts_option_set, &options.state, &options, &problem);
    if (result == 0)
        result = options.help ? show_help() : run(&options, &problem);
    if (problem.exit_code != EXIT_CODE_OK)
        report_problem(stderr, &problem);
    send_options_free(&options);
    return result;
}
