/* SPDX-License-Identifier: ISC */
#include "login_password.h"

#include "password/password.h"
#include "provider.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static int ask_password(struct secret *secret, const struct mailer_server *server,
                        const struct server_address *address, struct problem *problem)
{
    char raw[512], question[1024];
    snprintf(raw, sizeof raw, "Password%s%.200s at %.200s: ", server->user != NULL ? " of " : "",
             server->user != NULL ? server->user : "", address->host);
    text_printable(question, sizeof question, raw, strlen(raw));
    return password_from_terminal(secret, "/dev/tty", question, problem);
}

/* The ways to log in that need neither a password nor a token. */
static bool does_without_password(const char *mechanisms)
{
    return mechanisms != NULL &&
           (text_same(mechanisms, "EXTERNAL") || text_same(mechanisms, "GSSAPI"));
}

int login_password_find(struct send_options *options, const struct mailer_server *server,
                        const struct server_address *address, struct problem *problem)
{
    if ((server->user == NULL && !address->has_user) || does_without_password(options->auth)) {
        secret_free(&options->password);
        return 0;
    }
    if (secret_is_set(&options->password))
        return 0;
    if (options->password_file != NULL)
        return password_from_file(&options->password, options->password_file, problem);
    if (options->password_descriptor >= 0)
        return password_from_descriptor(&options->password, options->password_descriptor, problem);
    if (options->password_command != NULL)
        return password_from_command(&options->password, options->password_command,
                                     PASSWORD_COMMAND_MILLISECONDS, problem);
    const char *user = server->user != NULL ? server->user : address->user;
    password_from_keyring(&options->password, address->host, user);
    if (secret_is_set(&options->password))
        return 0;
    int result = password_from_netrc(&options->password, address->host, user, problem);
    if (result != 0 || secret_is_set(&options->password))
        return result;
    /* It may be login enough. */
    if (options->client_cert != NULL)
        return 0;
    const struct provider *provider = provider_by_host(address->host);
    if (provider != NULL && provider->only_oauth && options->auth == NULL)
        return problem_set(problem, EXIT_CODE_LOGIN, "%s", provider->login_advice);
    return ask_password(&options->password, server, address, problem);
}
