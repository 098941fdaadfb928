/* SPDX-License-Identifier: ISC */
#include "accounts/account_import.h"

#include <stdio.h>
#include <string.h>

/* msmtp's commands that our keys stand for alone; the others are put together, or cannot be. */
static const struct {
    const char *command;
    const char *key;
} rows[] = {
    {"from", "from"},
    {"user", "user"},
    {"password", "password"},
    {"passwordeval", "password-command"},
    {"tls_trust_file", "ca-file"},
    {"tls_cert_file", "client-cert"},
    {"tls_key_file", "client-key"},
    {"domain", "helo"},
    {"timeout", "timeout"},
    {"source_ip", "source"},
    {"tls_priorities", NULL},
    {"tls_crl_file", NULL},
    {"logfile", NULL},
    {"syslog", NULL},
    {"aliases", NULL},
    {"dsn_notify", NULL},
    {"dsn_return", NULL},
};

struct reader {
    struct account_import *import;
    struct account_import accounts; /* in msmtp's own words; the first is its defaults */
    size_t current;
};

static bool is_on(const struct account_draft *raw, const char *command, bool otherwise)
{
    const char *value = account_draft_get(raw, command);
    return value == NULL ? otherwise : strcmp(value, "off") != 0;
}

static int set_server(const struct account_draft *raw, struct account_draft *draft,
                      struct problem *problem)
{
    char url[1024], proxy[1024];
    const char *protocol = account_draft_get(raw, "protocol");
    bool is_lmtp = protocol != NULL && strcmp(protocol, "lmtp") == 0;
    bool tls = is_on(raw, "tls", false), starts = is_on(raw, "tls_starttls", true);
    const char *port = account_draft_get(raw, "port");
    if (port == NULL)
        port = tls && !starts ? "465" : "25";
    snprintf(url, sizeof url, "%s://%s:%s",
             is_lmtp          ? "lmtp"
             : tls && !starts ? "smtps"
                              : "smtp",
             account_draft_get(raw, "host"), port);
    int result = account_draft_set(draft, "server", url, problem);
    if (result == 0 && !tls)
        result = account_draft_set(draft, "tls", "off", problem);
    if (result == 0 && tls && starts)
        result = account_draft_set(draft, "tls", "required", problem);
    if (result == 0 && !is_on(raw, "tls_certcheck", true))
        result = account_draft_set(draft, "tls-verify", "no", problem);
    const char *host = account_draft_get(raw, "proxy_host");
    if (result != 0 || host == NULL)
        return result;
    port = account_draft_get(raw, "proxy_port");
    snprintf(proxy, sizeof proxy, "socks5://%s:%s", host, port != NULL ? port : "1080");
    return account_draft_set(draft, "proxy", proxy, problem);
}

/* A digest of 64 digits is of SHA-256; msmtp writes it with colons. */
static int set_pin(struct account_import *import, const struct account_draft *raw,
                   struct account_draft *draft, struct problem *problem)
{
    char pin[12 + 64 + 1] = "cert-sha256:";
    const char *digest = account_draft_get(raw, "tls_fingerprint");
    size_t used = 12;
    for (; digest != NULL && *digest != '\0' && used < sizeof pin; digest++)
        if (*digest != ':' && used < sizeof pin - 1)
            pin[used++] = *digest;
    pin[used < sizeof pin ? used : sizeof pin - 1] = '\0';
    if (used == 12)
        return 0;
    if (strlen(pin) != 12 + 64)
        return account_import_note(import, problem,
                                   "msmtp, account %s: tls_fingerprint is not taken, as it is not "
                                   "of SHA-256",
                                   draft->name);
    return account_draft_set(draft, "tls-pin", pin, problem);
}

static int set_login(const struct account_draft *raw, struct account_draft *draft,
                     struct problem *problem)
{
    const char *method = account_draft_get(raw, "auth");
    static const char *const plain[] = {"on", "off"};
    for (size_t i = 0; method != NULL && i < 2; i++)
        if (strcmp(method, plain[i]) == 0)
            method = NULL;
    return method != NULL ? account_draft_set(draft, "auth", method, problem) : 0;
}

static int convert(struct account_import *import, const struct account_draft *raw,
                   struct problem *problem)
{
    /* msmtp has it as a name for another account. */
    if (account_draft_get(raw, "host") == NULL)
        return 0;
    struct account_draft *draft = account_import_new(import);
    if (draft == NULL)
        return problem_set_memory(problem);
    memcpy(draft->name, raw->name, sizeof draft->name);
    int result = set_server(raw, draft, problem);
    const char *key;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && result == 0; i++) {
        const char *value = account_draft_get(raw, rows[i].command);
        key = rows[i].key;
        if (value == NULL || strcmp(value, "off") == 0 || *value == '\0')
            continue;
        /* Nobody logs in. */
        if (key != NULL && !is_on(raw, "auth", false) &&
            (strncmp(key, "password", 8) == 0 || strcmp(key, "user") == 0))
            continue;
        result = key != NULL
                     ? account_draft_set(draft, key, value, problem)
                     : account_import_note(import, problem, "msmtp, account %s: %s is not taken",
                                           draft->name, rows[i].command);
    }
    if (result == 0)
        result = set_login(raw, draft, problem);
    return result != 0 ? result : set_pin(import, raw, draft, problem);
}

/* account NAME [: BASE[,BASE...]] */
static int begin_account(struct reader *reader, char *value, struct problem *problem)
{
    struct account_import *accounts = &reader->accounts;
    size_t size = strcspn(value, " \t:");
    char *bases = strchr(value, ':');
    value[size] = '\0';
    struct account_draft *draft = account_import_new(accounts);
    if (draft == NULL)
        return problem_set_memory(problem);
    reader->current = accounts->count - 1;
    int result = account_draft_name(draft, value, problem);
    while (result == 0 && bases != NULL && *bases != '\0') {
        bases += 1 + strspn(bases + 1, " \t");
        size = strcspn(bases, " \t,");
        for (size_t i = 1; i + 1 < accounts->count && result == 0; i++)
            if (strlen(accounts->drafts[i].name) == size &&
                strncmp(accounts->drafts[i].name, bases, size) == 0)
                result = account_draft_inherit(draft, &accounts->drafts[i], problem);
        bases += size;
        bases += strspn(bases, " \t");
    }
    if (result == 0 && draft->count == 0)
        result = account_draft_inherit(draft, &accounts->drafts[0], problem);
    return result;
}

static int take_line(struct reader *reader, char *line, struct problem *problem)
{
    line += strspn(line, " \t");
    size_t size = strcspn(line, " \t");
    if (*line == '\0' || *line == '#')
        return 0;
    char *value = line + size + strspn(line + size, " \t");
    line[size] = '\0';
    size_t length = strlen(value);
    while (length > 0 && strchr(" \t\r", value[length - 1]) != NULL)
        value[--length] = '\0';
    if (length > 1 && *value == '"' && value[length - 1] == '"') {
        value[length - 1] = '\0';
        value++;
    }
    if (strcmp(line, "defaults") == 0) {
        reader->current = 0;
        return 0;
    }
    if (strcmp(line, "account") == 0)
        return begin_account(reader, value, problem);
    if (strcmp(line, "eval") == 0)
        return account_import_note(reader->import, problem, "msmtp: eval is not taken");
    return account_draft_set(&reader->accounts.drafts[reader->current], line,
                             *value != '\0' ? value : "on", problem);
}

int account_import_msmtp(struct account_import *import, char *text, struct problem *problem)
{
    struct reader reader = {.import = import};
    int result = account_import_new(&reader.accounts) == NULL ? problem_set_memory(problem) : 0;
    while (result == 0 && *text != '\0') {
        size_t size = strcspn(text, "\n");
        char *next = text + size + (text[size] == '\n');
        text[size] = '\0';
        result = take_line(&reader, text, problem);
        text = next;
    }
    for (size_t i = 1; i < reader.accounts.count && result == 0; i++) {
        const struct account_draft *raw = &reader.accounts.drafts[i];
        bool is_other_name = false;
        /* account default : NAME is the same account under another name. */
        if (strcmp(raw->name, "default") == 0)
            for (size_t j = 1; j < i; j++)
                is_other_name = is_other_name ||
                                (account_draft_get(&reader.accounts.drafts[j], "host") != NULL &&
                                 account_draft_get(raw, "host") != NULL &&
                                 strcmp(account_draft_get(&reader.accounts.drafts[j], "host"),
                                        account_draft_get(raw, "host")) == 0);
        if (!is_other_name)
            result = convert(import, raw, problem);
    }
    account_import_free(&reader.accounts);
    return result;
}
