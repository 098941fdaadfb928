/* SPDX-License-Identifier: ISC */
#include "provider.h"

#include "configuration/settings_file.h"
#include "server_address.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* Made of providers.ini. */
extern const char provider_table_text[];
extern const size_t provider_table_size;

static struct provider *add_provider(struct provider_table *table, const char *name)
{
    struct provider *providers =
        realloc(table->providers, (table->count + 1) * sizeof *table->providers);
    if (providers == NULL)
        return NULL;
    table->providers = providers;
    struct provider *provider = &providers[table->count];
    *provider = (struct provider){.name = strdup(name)};
    if (provider->name == NULL)
        return NULL;
    table->count++;
    return provider;
}

static int set_text(char **text, const struct ini_setting *setting, struct problem *problem)
{
    if (*text != NULL)
        return ini_problem(problem, setting, "the key \"%s\" was given already", setting->key);
    *text = strdup(setting->value);
    return *text != NULL ? 0 : problem_set_memory(problem);
}

static int add_server(struct provider *provider, const struct ini_setting *setting,
                      struct problem *problem)
{
    if (*server_address_of(setting->value).host == '\0' || strstr(setting->value, "://") == NULL)
        return ini_problem(problem, setting, "\"%s\" is no URL of a server", setting->value);
    char *url = strdup(setting->value);
    if (url == NULL)
        return problem_set_memory(problem);
    int result = text_list_add(&provider->servers, url, problem);
    if (result != 0)
        free(url);
    return result;
}

/* As ini_function. */
static int take(void *context, const struct ini_setting *setting, struct problem *problem)
{
    struct provider_table *table = context;
    if (strcmp(setting->section, "provider") != 0 || *setting->name == '\0')
        return ini_problem(problem, setting, "here are sections [provider \"NAME\"] only");
    struct provider *provider = NULL;
    for (size_t i = 0; i < table->count && provider == NULL; i++)
        if (text_same(table->providers[i].name, setting->name))
            provider = &table->providers[i];
    if (provider == NULL)
        provider = add_provider(table, setting->name);
    if (provider == NULL)
        return problem_set_memory(problem);
    if (strcmp(setting->key, "server") == 0)
        return add_server(provider, setting, problem);
    if (strcmp(setting->key, "names") == 0)
        return set_text(&provider->names, setting, problem);
    if (strcmp(setting->key, "domains") == 0)
        return set_text(&provider->domains, setting, problem);
    if (strcmp(setting->key, "hosts") == 0)
        return set_text(&provider->hosts, setting, problem);
    if (strcmp(setting->key, "advice") == 0)
        return set_text(&provider->login_advice, setting, problem);
    if (strcmp(setting->key, "login") != 0)
        return ini_problem(problem, setting,
                           "unknown key \"%s\"; there are server, names, domains, hosts, login "
                           "and advice",
                           setting->key);
    if (strcmp(setting->value, "oauth") != 0 && strcmp(setting->value, "password") != 0)
        return ini_problem(problem, setting, "login is oauth or password");
    provider->only_oauth = strcmp(setting->value, "oauth") == 0;
    return 0;
}

int provider_table_read(struct provider_table *table, const char *path, struct problem *problem)
{
    struct settings_file file = {.path = path};
    int result = settings_file_read(&file, take, table, problem);
    if (result == 0 && !file.found)
        result = ini_text_read("providers.ini", provider_table_text, provider_table_size, take,
                               table, problem);
    return result;
}

void provider_table_free(struct provider_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        struct provider *provider = &table->providers[i];
        for (size_t j = 0; j < provider->servers.count; j++)
            free((char *)provider->servers.items[j]);
        text_list_free(&provider->servers);
        free(provider->name);
        free(provider->names);
        free(provider->domains);
        free(provider->hosts);
        free(provider->login_advice);
    }
    free(table->providers);
    *table = (struct provider_table){0};
}

/* Kept until the process ends. */
static int table_of_process(const struct provider_table **table, struct problem *problem)
{
    static struct provider_table kept;
    *table = &kept;
    if (kept.count > 0)
        return 0;
    int result = provider_table_read(&kept, MAILER_SYSTEM_PROVIDERS, problem);
    if (result != 0)
        provider_table_free(&kept);
    return result;
}

/* Whether a host is one like email-smtp.*.amazonaws.com, in which * is one part or more. */
static bool matches(const char *pattern, size_t size, const char *host)
{
    const char *star = memchr(pattern, '*', size);
    size_t before = star != NULL ? (size_t)(star - pattern) : size;
    if (star == NULL)
        return strlen(host) == size && text_same_bytes(pattern, size, host);
    size_t after = size - before - 1, length = strlen(host);
    if (length < size)
        return false;
    for (size_t i = 0; i < before; i++)
        if (text_lower(host[i]) != text_lower(pattern[i]))
            return false;
    return text_same_bytes(star + 1, after, host + length - after);
}

static bool is_among(const char *words, const char *word)
{
    while (words != NULL && *words != '\0') {
        size_t size = strcspn(words, " ");
        if (size > 0 && matches(words, size, word))
            return true;
        words += size;
        words += strspn(words, " ");
    }
    return false;
}

int provider_by_name(const char *name, const struct provider **provider, struct problem *problem)
{
    const struct provider_table *table;
    *provider = NULL;
    int result = table_of_process(&table, problem);
    for (size_t i = 0; result == 0 && *provider == NULL && i < table->count; i++)
        if (text_same(table->providers[i].name, name) || is_among(table->providers[i].names, name))
            *provider = &table->providers[i];
    return result;
}

int provider_by_domain(const char *domain, const struct provider **provider,
                       struct problem *problem)
{
    const struct provider_table *table;
    *provider = NULL;
    int result = table_of_process(&table, problem);
    for (size_t i = 0; result == 0 && *provider == NULL && i < table->count; i++)
        if (is_among(table->providers[i].domains, domain))
            *provider = &table->providers[i];
    return result;
}

static bool has_host(const struct provider *provider, const char *host)
{
    for (size_t i = 0; i < provider->servers.count; i++)
        if (text_same(server_address_of(provider->servers.items[i]).host, host))
            return true;
    return is_among(provider->hosts, host);
}

const struct provider *provider_by_host(const char *host)
{
    const struct provider_table *table;
    struct problem ignored;
    if (*host == '\0' || table_of_process(&table, &ignored) != 0)
        return NULL;
    for (size_t i = 0; i < table->count; i++)
        if (has_host(&table->providers[i], host))
            return &table->providers[i];
    return NULL;
}
