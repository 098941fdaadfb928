/* SPDX-License-Identifier: ISC */
#include "accounts/account_import.h"

#include "accounts/account_add.h"
#include "accounts/account_file.h"
#include "buffer.h"
#include "configuration/configuration.h"
#include "password/password.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_LIMIT = 60 * 1024, PATH_SIZE = 4096, GIT_MILLISECONDS = 10 * 1000 };

struct account_draft *account_import_new(struct account_import *import)
{
    struct account_draft *drafts =
        realloc(import->drafts, (import->count + 1) * sizeof *import->drafts);
    if (drafts == NULL)
        return NULL;
    import->drafts = drafts;
    drafts[import->count] = (struct account_draft){0};
    return &drafts[import->count++];
}

int account_import_note(struct account_import *import, struct problem *problem, const char *format,
                        ...)
{
    struct problem printable;
    char words[sizeof printable.text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    problem_set(&printable, EXIT_CODE_OK, "%s", words);
    char *note = strdup(printable.text);
    if (note == NULL)
        return problem_set_memory(problem);
    int result = text_list_add(&import->notes, note, problem);
    if (result != 0)
        free(note);
    return result;
}

void account_import_free(struct account_import *import)
{
    for (size_t i = 0; i < import->count; i++)
        account_draft_free(&import->drafts[i]);
    free(import->drafts);
    for (size_t i = 0; i < import->notes.count; i++)
        free((char *)import->notes.items[i]);
    text_list_free(&import->notes);
    *import = (struct account_import){0};
}

/* Reads a file of the home directory; the secret stays empty where there is none. */
static int read_home_file(struct secret *text, const char *name, struct problem *problem)
{
    char path[PATH_SIZE], bytes[4096];
    const char *home = getenv("HOME");
    int size = home != NULL ? snprintf(path, sizeof path, "%s/%s", home, name) : -1;
    if (size < 0 || size >= PATH_SIZE)
        return 0;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0)
        return errno == ENOENT
                   ? 0
                   : problem_set_system(problem, EXIT_CODE_INPUT, errno, "%.400s", path);
    struct stat status;
    int result = secret_open(text, problem);
    if (result == 0 && (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) ||
                        status.st_size > FILE_LIMIT))
        result = problem_set(problem, EXIT_CODE_INPUT, "%.400s: it is no file of settings", path);
    ssize_t got = 0;
    while (result == 0 && (got = read(descriptor, bytes, sizeof bytes)) > 0)
        if (!secret_append(text, bytes, (size_t)got))
            result = problem_set(problem, EXIT_CODE_INPUT, "%.400s: it is too large", path);
    explicit_bzero(bytes, sizeof bytes);
    close(descriptor);
    return result;
}

static int read_msmtp(struct secret *text, struct problem *problem)
{
    return read_home_file(text, ".msmtprc", problem);
}

static int read_mailrc(struct secret *text, struct problem *problem)
{
    return read_home_file(text, ".mailrc", problem);
}

/* Where there is no git, there is nothing to take over. */
static int read_git(struct secret *text, struct problem *problem)
{
    static const char *const words[] = {"git",          "config",        "-z",
                                        "--get-regexp", "^sendemail\\.", NULL};
    const struct password_program program = {.source = "git",
                                             .words = words,
                                             .silent = true,
                                             .whole = true,
                                             .milliseconds = GIT_MILLISECONDS};
    struct problem unused;
    (void)problem;
    (void)password_run(text, &program, &unused);
    /* Keys and values are apart by LF, the pairs by NUL; no value that could be taken has an LF. */
    for (size_t i = 0; secret_is_set(text) && i < text->size; i++)
        if (text->text[i] == '\0')
            text->text[i] = '\n';
    return 0;
}

static const struct source {
    const char *name;
    const char *where;
    int (*read)(struct secret *text, struct problem *problem);
    account_importer *take;
} sources[] = {
    {"msmtp", "~/.msmtprc", read_msmtp, account_import_msmtp},
    {"mailrc", "~/.mailrc", read_mailrc, account_import_mailrc},
    {"git", "sendemail of git's configuration", read_git, account_import_git},
};

enum { SOURCES = sizeof sources / sizeof *sources };

static int import_source(struct account_import *import, const struct source *source, bool is_wanted,
                         struct problem *problem)
{
    struct secret text = {0};
    int result = source->read(&text, problem);
    if (result == 0 && text.size > 0)
        result = source->take(import, text.text, problem);
    else if (result == 0 && is_wanted)
        result = problem_set(problem, EXIT_CODE_INPUT, "there is nothing in %s", source->where);
    secret_free(&text);
    return result;
}

static int write_drafts(const struct send_options *options, const struct account_import *import,
                        struct problem *problem)
{
    char *path;
    int result = account_target(options, &path, problem);
    bool is_first = configuration_find(&options->configuration, NULL, "account") == NULL;
    for (size_t i = 0; i < import->count && result == 0; i++) {
        const struct account_draft *draft = &import->drafts[i];
        bool is_there = configuration_find_account(&options->configuration, draft->name) != NULL;
        struct problem why = {0};
        for (size_t j = 0; j < i && !is_there; j++)
            is_there = strcmp(import->drafts[j].name, draft->name) == 0;
        if (is_there) {
            printf("account \"%s\" is there already: not taken\n", draft->name);
        } else if (account_check(draft, &why) != 0) {
            printf("account \"%s\" is not taken: %s\n", draft->name, why.text);
        } else {
            result = account_file_add(path, draft, is_first, problem);
            if (result == 0)
                printf("account \"%s\" is in %s%s\n", draft->name, path,
                       is_first ? ", and is the default" : "");
            is_first = false;
        }
    }
    for (size_t i = 0; i < import->notes.count && result == 0; i++)
        printf("%s\n", import->notes.items[i]);
    free(path);
    return result;
}

int account_import(const struct send_options *options, const char *const *words, size_t count,
                   struct problem *problem)
{
    struct account_import import = {0};
    int result = 0;
    for (size_t i = 0; i < SOURCES && count == 0 && result == 0; i++)
        result = import_source(&import, &sources[i], false, problem);
    for (size_t i = 0; i < count && result == 0; i++) {
        const struct source *source = NULL;
        for (size_t j = 0; j < SOURCES && source == NULL; j++)
            if (strcmp(sources[j].name, words[i]) == 0)
                source = &sources[j];
        result = source != NULL
                     ? import_source(&import, source, true, problem)
                     : problem_set(problem, EXIT_CODE_USAGE,
                                   "\"%.100s\" is no source of accounts; there are msmtp, mailrc "
                                   "and git",
                                   words[i]);
    }
    if (result == 0 && import.count == 0)
        result = problem_set(problem, EXIT_CODE_INPUT,
                             "there is no account in ~/.msmtprc, ~/.mailrc or git's configuration");
    if (result == 0)
        result = write_drafts(options, &import, problem);
    account_import_free(&import);
    return result;
}
