/* SPDX-License-Identifier: ISC */
#include "client_key.h"

#include "password/password.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int check_file(const char *option, const char *file, bool holds_key, struct problem *problem)
{
    struct stat status;
    if (stat(file, &status) != 0)
        return problem_set_system(problem, EXIT_CODE_CONFIGURATION, errno, "%s %.400s", option,
                                  file);
    if (S_ISDIR(status.st_mode))
        return problem_set(problem, EXIT_CODE_CONFIGURATION, "%s %.400s: it is no file", option,
                           file);
    if (holds_key && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return problem_set(problem, EXIT_CODE_CONFIGURATION,
                           "%s %.400s: it holds a key, and others may read it; do chmod 600 on it",
                           option, file);
    return 0;
}

static int find_password(const struct send_options *options, struct secret *secret,
                         struct problem *problem)
{
    const char *file = options->client_key != NULL ? options->client_key : options->client_cert;
    char question[512];
    if (options->client_key_password_file != NULL)
        return password_from_file(secret, options->client_key_password_file, problem);
    if (options->client_key_password_command != NULL)
        return password_from_command(secret, options->client_key_password_command,
                                     PASSWORD_COMMAND_MILLISECONDS, problem);
    /* What a terminal cannot show has no place in a question. */
    struct problem shown;
    problem_set(&shown, EXIT_CODE_OK, "%.300s", file);
    snprintf(question, sizeof question, "Pass phrase of the key in %.400s: ", shown.text);
    return password_from_terminal(secret, "/dev/tty", question, problem);
}

/* As mailer_password_function. */
static int ask(void *context, char *password, size_t room, struct mailer_error *error)
{
    (void)error;
    struct client_key *key = context;
    struct secret secret = {0};
    int result = find_password(key->options, &secret, &key->problem);
    if (result == 0 && secret.size >= room)
        result = problem_set(&key->problem, EXIT_CODE_CONFIGURATION, "it is too long");
    if (result == 0)
        memcpy(password, secret.text, secret.size + 1);
    else
        problem_wrap(&key->problem, key->problem.exit_code, "pass phrase of the client's key");
    secret_free(&secret);
    return result == 0 ? 0 : MAILER_TLS;
}

int client_key_use(struct client_key *key, const struct send_options *options,
                   struct mailer_server *server, struct problem *problem)
{
    *key = (struct client_key){.options = options};
    if (options->client_cert == NULL)
        return 0;
    bool together = options->client_key == NULL;
    int result = check_file("--client-cert", options->client_cert, together, problem);
    if (result == 0 && !together)
        result = check_file("--client-key", options->client_key, true, problem);
    server->client_cert = options->client_cert;
    server->client_key = options->client_key;
    server->ask_client_key_password = ask;
    server->ask_context = key;
    return result;
}
