/* SPDX-License-Identifier: ISC */
#include "accounts/account_import.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

/* git writes keys in small letters. NULL: put together with others, or without effect on sending.
 */
static const struct {
    const char *name;
    const char *key;
} rows[] = {
    {"from", "from"},        {"smtpuser", "user"},       {"smtppass", "password"},
    {"smtpdomain", "helo"},  {"smtpauth", "auth"},       {"smtpsslcertpath", "ca-file"},
    {"smtpserver", NULL},    {"smtpserverport", NULL},   {"smtpencryption", NULL},
    {"smtpbatchsize", NULL}, {"smtprelogindelay", NULL},
};

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static int note_other(struct account_import *import, const char *name, struct problem *problem)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].name, name) == 0)
            return 0;
    bool matters =
        starts_with(name, "smtp") || starts_with(name, "sendmail") || starts_with(name, "envelope");
    return matters ? account_import_note(import, problem, "git: sendemail.%s is not taken", name)
                   : 0;
}

static int convert(struct account_import *import, const struct account_draft *raw,
                   struct problem *problem)
{
    const char *server = account_draft_get(raw, "smtpserver");
    const char *port = account_draft_get(raw, "smtpserverport");
    const char *encryption = account_draft_get(raw, "smtpencryption");
    char url[1024];
    if (server == NULL)
        return 0;
    if (*server == '/' || *server == '~')
        return account_import_note(
            import, problem, "git: the account %s sends by the program %s, which is not taken",
            raw->name, server);
    struct account_draft *draft = account_import_new(import);
    if (draft == NULL)
        return problem_set_memory(problem);
    memcpy(draft->name, raw->name, sizeof draft->name);
    bool implicit = encryption != NULL && strcmp(encryption, "ssl") == 0;
    bool starts = encryption != NULL && strcmp(encryption, "tls") == 0;
    if (port == NULL)
        port = implicit ? "465" : starts ? "587" : "25";
    snprintf(url, sizeof url, "%s://%s:%s", implicit ? "smtps" : "smtp", server, port);
    int result = account_draft_set(draft, "server", url, problem);
    if (result == 0 && !implicit)
        result = account_draft_set(draft, "tls", starts ? "required" : "off", problem);
    for (size_t i = 0; i < sizeof rows / sizeof *rows && result == 0; i++) {
        const char *value = account_draft_get(raw, rows[i].name);
        if (rows[i].key != NULL && value != NULL && *value != '\0')
            result = account_draft_set(draft, rows[i].key, value, problem);
    }
    return result;
}

/* The draft of an identity, or of what counts for all; in git's own words. */
static struct account_draft *of_identity(struct account_import *raw, const char *name,
                                         struct problem *problem)
{
    for (size_t i = 0; i < raw->count; i++)
        if (strcmp(raw->drafts[i].name, name) == 0)
            return &raw->drafts[i];
    struct account_draft *draft = account_import_new(raw);
    if (draft == NULL) {
        problem_set_memory(problem);
        return NULL;
    }
    return account_draft_name(draft, name, problem) == 0 ? draft : NULL;
}

/* sendemail.KEY or sendemail.IDENTITY.KEY, then the value in the next line. */
static int take_pair(struct account_import *import, struct account_import *raw, char *name,
                     const char *value, struct problem *problem)
{
    static char general[] = "git";
    if (!starts_with(name, "sendemail."))
        return 0;
    char *identity = name + strlen("sendemail."), *key = strrchr(identity, '.');
    if (key != NULL) {
        *key++ = '\0';
    } else {
        key = identity;
        identity = general;
    }
    int result = note_other(import, key, problem);
    struct account_draft *draft = result == 0 ? of_identity(raw, identity, problem) : NULL;
    if (draft == NULL)
        return (int)problem->exit_code;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].name, key) == 0)
            return account_draft_set(draft, key, value, problem);
    return 0;
}

int account_import_git(struct account_import *import, char *text, struct problem *problem)
{
    struct account_import raw = {0};
    int result = of_identity(&raw, "git", problem) == NULL ? (int)problem->exit_code : 0;
    while (result == 0 && *text != '\0') {
        size_t size = strcspn(text, "\n");
        char *value = text + size + (text[size] == '\n');
        text[size] = '\0';
        size = strcspn(value, "\n");
        char *next = value + size + (value[size] == '\n');
        value[size] = '\0';
        result = take_pair(import, &raw, text, value, problem);
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
