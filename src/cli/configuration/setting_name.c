/* SPDX-License-Identifier: ISC */
#include "configuration/setting_name.h"

#include "configuration/configuration.h"
#include "options.h"
#include "text.h"

#include <string.h>

/* They are stored by pointer, as words of the command line are. */
static char required[] = "required", yes[] = "yes", no[] = "no";

/* Each takes the value, and gives what our option takes; NULL: that is not to be had here. */
typedef char *translation(char *value);

static char *as_it_is(char *value)
{
    return value;
}

static char *as_required(char *value)
{
    (void)value;
    return required;
}

static char *as_verification(char *value)
{
    if (text_same(value, "strict"))
        return yes;
    return text_same(value, "ignore") || text_same(value, "warn") ? no : NULL;
}

/* submission:// and submissions:// are what our smtp:// and smtps:// are. */
static char *as_server(char *value)
{
    static const char clear[] = "submission", encrypted[] = "submissions";
    char *separator = strstr(value, "://");
    size_t size = separator != NULL ? (size_t)(separator - value) : 0;
    if (separator == NULL)
        return strchr(value, '/') != NULL || text_same(value, "test") ? NULL : value;
    if (size == sizeof clear - 1 && text_same_bytes(value, size, clear))
        return memcpy(separator - 4, "smtp", 4);
    if (size == sizeof encrypted - 1 && text_same_bytes(value, size, encrypted))
        return memcpy(separator - 5, "smtps", 5);
    return text_same_bytes(value, size, "file") ? NULL : value;
}

static char *as_proxy(char *value)
{
    return strstr(value, "://") != NULL ? value : NULL;
}

/* A key of NULL has no meaning here, and none is missed. */
static const struct {
    const char *name;
    const char *key;
    translation *translate;
} rows[] = {
    {"mta", "server", as_server},
    {"smtp", "server", as_server},
    {"smtp-auth", "auth", as_it_is},
    {"smtp-auth-user", "user", as_it_is},
    {"smtp-auth-password", "password", as_it_is},
    {"smtp-hostname", "helo", as_it_is},
    {"hostname", "helo", as_it_is},
    {"smtp-use-starttls", "tls", as_required},
    {"tls-ca-file", "ca-file", as_it_is},
    {"ssl-ca-file", "ca-file", as_it_is},
    {"tls-verify", "tls-verify", as_verification},
    {"ssl-verify", "tls-verify", as_verification},
    {"socks-proxy", "proxy", as_proxy},
    {"v15-compat", NULL, NULL},
    {"sendwait", NULL, NULL},
    {"sendcharsets", NULL, NULL},
};

static int unknown(const char *name, struct problem *problem)
{
    const char *near = option_suggestion(&send_option_set, name, strlen(name));
    if (near != NULL && configuration_key(&send_option_set, near) != NULL)
        return problem_set(problem, EXIT_CODE_USAGE, "-S: unknown key \"%.80s\"; did you mean %s?",
                           name, near);
    return problem_set(problem, EXIT_CODE_USAGE,
                       "-S: unknown key \"%.80s\"; keys are long options of the server, such as "
                       "user",
                       name);
}

int setting_name_read(char *text, struct setting_value *setting, struct problem *problem)
{
    static char none[] = "";
    char *separator = strchr(text, '=');
    char *value = separator != NULL ? separator + 1 : none;
    char name[64] = "";
    size_t size = separator != NULL ? (size_t)(separator - text) : strlen(text);
    if (size < sizeof name)
        memcpy(name, text, size);
    const char *key = name;
    bool known = false;
    *setting = (struct setting_value){NULL, value};
    for (size_t i = 0; i < sizeof rows / sizeof *rows && !known; i++) {
        if (!text_same(rows[i].name, name))
            continue;
        known = true;
        key = rows[i].key;
        /* Our own words for tls-verify are taken too. */
        if (key == NULL ||
            (strcmp(key, name) == 0 && (text_same(value, yes) || text_same(value, no))))
            continue;
        setting->value = rows[i].translate(value);
        if (setting->value == NULL)
            return problem_set(problem, EXIT_CODE_USAGE, "-S %s: \"%.200s\" is not to be had here",
                               name, value);
    }
    if (key == NULL)
        return 0;
    setting->option = configuration_key(&send_option_set, key);
    if (setting->option == NULL)
        return unknown(name, problem);
    if (*setting->value == '\0')
        return problem_set(problem, EXIT_CODE_USAGE, "-S %s= needs a value", name);
    if (strcmp(key, "auth") == 0 && text_same(value, "none"))
        setting->option = NULL;
    return 0;
}
