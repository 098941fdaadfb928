/* SPDX-License-Identifier: ISC */
#include "accounts/account_add.h"

#include "accounts/account_file.h"
#include "configuration/configure.h"
#include "configuration/setting_name.h"
#include "password/password.h"
#include "provider.h"
#include "sender.h"
#include "server_address.h"
#include "text.h"
#include "verbs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_SIZE = 1024 };

static const char terminal_name[] = "/dev/tty";

struct addition {
    const struct send_options *options;
    struct account_draft draft;
    FILE *terminal; /* NULL: nobody has been asked yet */
    const struct provider *provider;
};

/* Asks for a line; an empty one stands for the proposal. */
static int ask(struct addition *addition, const char *what, const char *proposal,
               char answer[static ANSWER_SIZE], struct problem *problem)
{
    if (addition->terminal == NULL)
        addition->terminal = fopen(terminal_name, "r+");
    if (addition->terminal == NULL)
        return problem_set(
            problem, EXIT_CODE_USAGE,
            "%s is missing, and there is no terminal to ask at: give KEY=VALUE, such "
            "as from=ann@example.org",
            what);
    FILE *terminal = addition->terminal;
    char shown[ANSWER_SIZE];
    text_printable(shown, sizeof shown, proposal, strlen(proposal));
    fprintf(terminal, *proposal != '\0' ? "%s [%s]: " : "%s: ", what, shown);
    fflush(terminal);
    if (fgets(answer, ANSWER_SIZE, terminal) == NULL)
        return problem_set(problem, EXIT_CODE_USAGE, "nothing was answered; no account was added");
    /* Reading and writing take turns on one stream. */
    fseek(terminal, 0, SEEK_CUR);
    answer[strcspn(answer, "\r\n")] = '\0';
    if (*answer == '\0')
        snprintf(answer, ANSWER_SIZE, "%s", proposal);
    return 0;
}

/* Asks for the value of a key that is not given. */
static int ask_key(struct addition *addition, const char *key, const char *what,
                   const char *proposal, struct problem *problem)
{
    char answer[ANSWER_SIZE];
    if (account_draft_get(&addition->draft, key) != NULL)
        return 0;
    int result = ask(addition, what, proposal, answer, problem);
    if (result == 0 && *answer == '\0')
        return problem_set(problem, EXIT_CODE_USAGE, "an account needs \"%s\"", key);
    return result != 0 ? result : account_draft_set(&addition->draft, key, answer, problem);
}

static int take_words(struct addition *addition, const char *const *words, size_t count,
                      struct problem *problem)
{
    int result = 0;
    for (size_t i = 0; i < count && result == 0; i++) {
        if (i == 0 && strchr(words[i], '=') == NULL) {
            result = account_draft_name(&addition->draft, words[i], problem);
            continue;
        }
        char *copy = strdup(words[i]);
        struct setting_value setting;
        size_t size = strlen(words[i]);
        if (copy == NULL)
            return problem_set_memory(problem);
        result = setting_name_read(copy, &setting, problem);
        if (result == 0 && setting.option != NULL)
            result =
                account_draft_set(&addition->draft, setting.option->name, setting.value, problem);
        /* It is to be seen in the process list no longer than it must. */
        if (result == 0 && setting.option != NULL && setting.option->kind == OPTION_SECRET)
            explicit_bzero((char *)words[i], strlen(words[i]));
        explicit_bzero(copy, size);
        free(copy);
    }
    return result;
}

int account_check(const struct account_draft *draft, struct problem *problem)
{
    struct send_options scratch = send_options_empty();
    int result = 0;
    for (size_t i = 0; i < draft->count && result == 0; i++) {
        const struct option *option = configuration_key(&send_option_set, draft->values[i].key);
        char *copy = strdup(draft->values[i].value);
        if (copy == NULL || option == NULL)
            result = problem_set_memory(problem);
        else
            result = option_store(option, option->name, copy, &scratch, problem);
        if (copy != NULL)
            explicit_bzero(copy, strlen(copy));
        free(copy);
    }
    send_options_free(&scratch);
    return result;
}

static int find_server(struct addition *addition, struct problem *problem)
{
    struct account_draft *draft = &addition->draft;
    char address[SENDER_ADDRESS_SIZE], proposal[SENDER_ADDRESS_SIZE + 8];
    int result = ask_key(addition, "from", "Address", "", problem);
    if (result != 0)
        return result;
    if (!sender_address(account_draft_get(draft, "from"), address))
        return problem_set(problem, EXIT_CODE_DATA, "\"%.200s\" is no address with a domain",
                           account_draft_get(draft, "from"));
    const char *domain = strrchr(address, '@') + 1;
    const char *server = account_draft_get(draft, "server");
    result = server != NULL ? provider_by_name(server, &addition->provider, problem)
                            : provider_by_domain(domain, &addition->provider, problem);
    if (result == 0 && server == NULL && addition->provider != NULL)
        result = account_draft_set(draft, "server", addition->provider->name, problem);
    snprintf(proposal, sizeof proposal, "srv:%s", domain);
    if (result == 0)
        result = ask_key(addition, "server", "Server, or srv: for those that the DNS names",
                         proposal, problem);
    if (result != 0)
        return result;
    struct server_address of_server = server_address_of(account_draft_get(draft, "server"));
    if (account_draft_get(draft, "user") != NULL || of_server.has_user ||
        server_address_is_loopback(&of_server))
        return 0;
    return addition->provider != NULL ? account_draft_set(draft, "user", address, problem)
                                      : ask_key(addition, "user", "User", address, problem);
}

static int find_name(struct addition *addition, struct problem *problem)
{
    struct account_draft *draft = &addition->draft;
    char address[SENDER_ADDRESS_SIZE], answer[ANSWER_SIZE], proposal[ACCOUNT_NAME_SIZE];
    if (*draft->name == '\0') {
        if (!sender_address(account_draft_get(draft, "from"), address))
            return problem_set(problem, EXIT_CODE_DATA, "there is no address");
        const char *domain = strrchr(address, '@') + 1;
        if (addition->provider != NULL)
            domain = addition->provider->name;
        snprintf(proposal, sizeof proposal, "%.*s", (int)strcspn(domain, "."), domain);
        int result = addition->terminal != NULL
                         ? ask(addition, "Name of the account", proposal, answer, problem)
                         : 0;
        if (result == 0)
            result =
                account_draft_name(draft, addition->terminal != NULL ? answer : proposal, problem);
        if (result != 0)
            return result;
    }
    if (configuration_find_account(&addition->options->configuration, draft->name) != NULL)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "there is an account \"%s\" already: give another name", draft->name);
    return 0;
}

static bool has_password(const struct account_draft *draft)
{
    static const char *const keys[] = {"password", "password-file", "password-command",
                                       "client-cert"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (account_draft_get(draft, keys[i]) != NULL)
            return true;
    return false;
}

/* Asks for the password, and keeps it in the keyring or else in a file. */
static int find_password(struct addition *addition, const char *path, struct problem *problem)
{
    struct account_draft *draft = &addition->draft;
    const char *user = account_draft_get(draft, "user");
    const char *url = addition->provider != NULL && addition->provider->servers.count > 0
                          ? addition->provider->servers.items[0]
                          : account_draft_get(draft, "server");
    struct server_address address = server_address_of(url);
    char raw[ANSWER_SIZE], question[ANSWER_SIZE], name[ACCOUNT_NAME_SIZE + 16];
    /* Who logs in by a token has other ways to get one. */
    if ((user == NULL && !address.has_user) || has_password(draft) ||
        account_draft_get(draft, "auth") != NULL)
        return 0;
    if (addition->provider != NULL && addition->provider->only_oauth)
        return problem_set(problem, EXIT_CODE_LOGIN, "%s", addition->provider->login_advice);
    user = user != NULL ? user : address.user;
    struct secret secret = {0};
    snprintf(raw, sizeof raw, "Password of %.200s at %.200s: ", user, address.host);
    text_printable(question, sizeof question, raw, strlen(raw));
    int result = password_from_terminal(&secret, terminal_name, question, problem);
    if (result == 0 && !password_to_keyring(&secret, address.host, user)) {
        result = account_file_keep_password(path, draft->name, &secret, name, problem);
        if (result == 0)
            result = account_draft_set(draft, "password-file", name, problem);
    }
    secret_free(&secret);
    return result;
}

/* Whoever was asked for the account may want to see that it works. */
static int send_first_mail(struct addition *addition, struct problem *problem)
{
    static const char text[] = "mailer can send by this account.\n";
    char answer[ANSWER_SIZE], address[SENDER_ADDRESS_SIZE];
    if (addition->terminal == NULL ||
        !sender_address(account_draft_get(&addition->draft, "from"), address))
        return 0;
    int result = ask(addition, "Send a first mail to yourself", "yes", answer, problem);
    if (result != 0 || (*answer != 'y' && *answer != 'Y'))
        return result;
    int ends[2];
    if (pipe(ends) != 0 || write(ends[1], text, sizeof text - 1) < 0 || close(ends[1]) != 0 ||
        dup2(ends[0], STDIN_FILENO) < 0)
        return problem_set(problem, EXIT_CODE_SYSTEM, "there is no pipe for the text");
    close(ends[0]);
    char *words[] = {(char *)"--account",
                     addition->draft.name,
                     (char *)"--subject",
                     (char *)"A first mail",
                     (char *)"--to",
                     address,
                     NULL,
                     NULL,
                     NULL};
    int count = 6;
    if (addition->options->config_file != NULL) {
        words[count++] = (char *)"--config";
        words[count++] = (char *)addition->options->config_file;
    }
    return send_verb(count, words);
}

int account_target(const struct send_options *options, char **path, struct problem *problem)
{
    *path = options->config_file != NULL ? strdup(options->config_file) : configure_user_file();
    return *path != NULL ? 0
                         : problem_set(problem, EXIT_CODE_CONFIGURATION,
                                       "there is no home directory to keep accounts in: set HOME, "
                                       "or give --config FILE");
}

int account_add(const struct send_options *options, const char *const *words, size_t count,
                struct problem *problem)
{
    struct addition addition = {.options = options};
    struct account_draft *draft = &addition.draft;
    char *path;
    int result = account_target(options, &path, problem);
    if (result == 0)
        result = take_words(&addition, words, count, problem);
    if (result == 0)
        result = find_server(&addition, problem);
    if (result == 0)
        result = find_name(&addition, problem);
    if (result == 0)
        result = account_check(draft, problem);
    if (result == 0)
        result = find_password(&addition, path, problem);
    bool is_first = configuration_find(&options->configuration, NULL, "account") == NULL;
    if (result == 0)
        result = account_file_add(path, draft, is_first, problem);
    if (result == 0)
        printf("account \"%s\" is in %s%s\n", draft->name, path,
               is_first ? ", and is the default" : "");
    if (result == 0)
        result = send_first_mail(&addition, problem);
    if (addition.terminal != NULL)
        fclose(addition.terminal);
    account_draft_free(draft);
    free(path);
    return result;
}
