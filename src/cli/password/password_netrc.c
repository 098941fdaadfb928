/* SPDX-License-Identifier: ISC */
#include "password/password.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_LIMIT = 1024 * 1024, PATH_SIZE = 4096 };

/* The words of the file; they are unquoted in place. */
struct words {
    char *next;
    char *end;
};

/* The machine that is being read, and what is looked for. */
struct entry {
    const char *host;
    const char *user;
    bool of_host;
    bool is_default;
    const char *login;
    const char *password;
    const char *found;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next word, ended by NUL, or NULL. Room behind the last octet of the text is taken for it.
 * Only where a keyword may stand, # begins a comment: passwords may begin with it. */
static char *next_word(struct words *words, bool is_keyword)
{
    for (;;) {
        while (words->next < words->end && is_space(*words->next))
            words->next++;
        if (words->next == words->end || !is_keyword || *words->next != '#')
            break;
        while (words->next < words->end && *words->next != '\n')
            words->next++;
    }
    if (words->next == words->end)
        return NULL;
    bool quoted = *words->next == '"';
    char *in = words->next + quoted, *out = in, *word = in;
    while (in < words->end && (quoted ? *in != '"' : !is_space(*in))) {
        if (quoted && *in == '\\' && in + 1 < words->end)
            in++;
        *out++ = *in++;
    }
    words->next = in < words->end ? in + 1 : in;
    *out = '\0';
    return word;
}

/* A macro ends at an empty line. */
static void skip_macro(struct words *words)
{
    char last = '\0';
    for (; words->next < words->end; words->next++) {
        if (*words->next == '\n' && last == '\n')
            return;
        last = *words->next;
    }
}

/* A default is for the servers of a user who is named there only. */
static void end_entry(struct entry *entry)
{
    bool is_user = entry->login != NULL && strcmp(entry->login, entry->user) == 0;
    if (entry->found == NULL && entry->password != NULL &&
        (is_user || (entry->of_host && entry->login == NULL)) &&
        (entry->of_host || entry->is_default))
        entry->found = entry->password;
    entry->of_host = entry->is_default = false;
    entry->login = entry->password = NULL;
}

static const char *find(char *text, size_t size, const char *host, const char *user)
{
    struct words words = {text, text + size};
    struct entry entry = {.host = host, .user = user};
    char *word;
    while ((word = next_word(&words, true)) != NULL) {
        bool is_machine = strcmp(word, "machine") == 0;
        if (is_machine || strcmp(word, "default") == 0)
            end_entry(&entry);
        entry.is_default = entry.is_default || strcmp(word, "default") == 0;
        if (strcmp(word, "macdef") == 0)
            skip_macro(&words);
        bool is_login = strcmp(word, "login") == 0, is_password = strcmp(word, "password") == 0;
        bool is_account = strcmp(word, "account") == 0;
        if (!is_machine && !is_login && !is_password && !is_account)
            continue;
        const char *value = next_word(&words, false);
        if (value == NULL)
            break;
        if (is_machine)
            entry.of_host = text_same(value, host);
        else if (is_login)
            entry.login = value;
        else if (is_password)
            entry.password = value;
    }
    end_entry(&entry);
    return entry.found;
}

static int take(struct secret *secret, int descriptor, const char *path, const char *host,
                const char *user, struct problem *problem)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > FILE_LIMIT)
        return 0;
    size_t room = (size_t)status.st_size + 1, size = 0;
    char *text = malloc(room);
    if (text == NULL)
        return problem_set_memory(problem);
    for (ssize_t got = 1; got > 0 && size<room - 1; size += got> 0 ? (size_t)got : 0)
        got = read(descriptor, text + size, room - 1 - size);
    const char *found = find(text, size, host, user);
    int result = 0;
    if (found != NULL && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        result = problem_set(problem, EXIT_CODE_CONFIGURATION,
                             "%.400s: others may read the password; do chmod 600 on it", path);
    else if (found != NULL && status.st_uid != geteuid() && status.st_uid != 0)
        result = problem_set(problem, EXIT_CODE_CONFIGURATION, "%.400s: it belongs to another user",
                             path);
    else if (found != NULL && *found != '\0')
        result = secret_open(secret, problem);
    if (result == 0 && secret_is_set(secret) && !secret_append(secret, found, strlen(found)))
        result =
            problem_set(problem, EXIT_CODE_CONFIGURATION, "%.400s: the password is too long", path);
    explicit_bzero(text, room);
    free(text);
    return result;
}

int password_from_netrc(struct secret *secret, const char *host, const char *user,
                        struct problem *problem)
{
    char path[PATH_SIZE];
    const char *home = getenv("HOME");
    int size = home == NULL ? -1 : snprintf(path, sizeof path, "%s/.netrc", home);
    if (size < 0 || size >= PATH_SIZE || *host == '\0' || *user == '\0')
        return 0;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0)
        return 0;
    int result = take(secret, descriptor, path, host, user, problem);
    close(descriptor);
    if (result != 0)
        secret_free(secret);
    return result;
}
