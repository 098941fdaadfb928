/* SPDX-License-Identifier: ISC */
#include "accounts/account_file.h"

#include "buffer.h"
#include "configuration/configuration.h"
#include "configuration/settings_file.h"
#include "options.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const char *path, struct problem *problem)
{
    return problem_set_system(problem, EXIT_CODE_CREATE, errno, "%.400s", path);
}

/* Makes the folders above a file. */
static int make_folders(const char *path, struct problem *problem)
{
    char folder[PATH_MAX];
    if (strlen(path) >= sizeof folder)
        return problem_set(problem, EXIT_CODE_CREATE, "%.400s: the name is too long", path);
    for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        memcpy(folder, path, (size_t)(slash - path));
        folder[slash - path] = '\0';
        if (mkdir(folder, S_IRWXU) != 0 && errno != EEXIST)
            return fail(folder, problem);
    }
    return 0;
}

static bool write_all(int descriptor, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(descriptor, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static void append_value(struct buffer *text, const char *value)
{
    size_t size = strlen(value);
    bool quoted = *value == '"' || *value == ' ' || (size > 0 && value[size - 1] == ' ');
    if (!quoted) {
        buffer_append(text, value, size);
        return;
    }
    buffer_append_char(text, '"');
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\')
            buffer_append_char(text, '\\');
        buffer_append_char(text, *value);
    }
    buffer_append_char(text, '"');
}

static void append_account(struct buffer *text, const struct account_draft *draft, bool is_default)
{
    if (text->size > 0 && text->bytes[text->size - 1] != '\n')
        buffer_append_char(text, '\n');
    if (text->size > 0)
        buffer_append_char(text, '\n');
    if (is_default) {
        buffer_append_string(text, "[defaults]\naccount = ");
        append_value(text, draft->name);
        buffer_append_string(text, "\n\n");
    }
    buffer_append_format(text, "[account \"%s\"]\n", draft->name);
    for (size_t i = 0; i < draft->count; i++) {
        buffer_append_format(text, "%s = ", draft->values[i].key);
        append_value(text, draft->values[i].value);
        buffer_append_char(text, '\n');
    }
}

/* What is there, and its mode; nothing and 0600 when it is not there. */
static int read_present(const char *path, struct buffer *text, mode_t *mode,
                        struct problem *problem)
{
    struct stat status;
    *mode = S_IRUSR | S_IWUSR;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0)
        return errno == ENOENT ? 0 : fail(path, problem);
    int result = 0;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size > SETTINGS_FILE_LIMIT) {
        result = problem_set(problem, EXIT_CODE_CREATE, "%.400s: it is no file of settings", path);
    } else {
        size_t size = (size_t)status.st_size;
        char *room = size > 0 ? buffer_reserve(text, size) : NULL;
        if (room != NULL && read(descriptor, room, size) == (ssize_t)size)
            text->size += size;
        else if (size > 0)
            result = problem_set(problem, EXIT_CODE_CREATE, "%.400s: it cannot be read", path);
        *mode = status.st_mode & ACCESSPERMS;
    }
    close(descriptor);
    return result;
}

/* Puts a text in the place of a file, whole or not at all. */
static int replace(const char *path, const struct buffer *text, mode_t mode,
                   struct problem *problem)
{
    char temporary[PATH_MAX];
    int size = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (size < 0 || size >= PATH_MAX)
        return problem_set(problem, EXIT_CODE_CREATE, "%.400s: the name is too long", path);
    int descriptor = mkstemp(temporary);
    if (descriptor < 0)
        return fail(temporary, problem);
    bool written = write_all(descriptor, text->bytes, text->size) &&
                   fchmod(descriptor, mode) == 0 && fsync(descriptor) == 0;
    int result = written ? 0 : fail(temporary, problem);
    close(descriptor);
    if (result == 0 && rename(temporary, path) != 0)
        result = fail(path, problem);
    if (result != 0)
        unlink(temporary);
    return result;
}

static bool holds_secret(const struct account_draft *draft)
{
    for (size_t i = 0; i < draft->count; i++) {
        const struct option *option = configuration_key(&send_option_set, draft->values[i].key);
        if (option != NULL && configuration_holds_secret(option, draft->values[i].value))
            return true;
    }
    return false;
}

int account_file_add(const char *path, const struct account_draft *draft, bool is_default,
                     struct problem *problem)
{
    struct buffer text = buffer_empty(2 * SETTINGS_FILE_LIMIT);
    mode_t mode;
    int result = make_folders(path, problem);
    if (result != 0)
        return result;
    /* Where it is a link, what it leads to is replaced. */
    char *real = realpath(path, NULL);
    const char *target = real != NULL ? real : path;
    result = read_present(target, &text, &mode, problem);
    if (result == 0) {
        append_account(&text, draft, is_default);
        /* A password makes it its owner's alone, that in a URL too. */
        if (holds_secret(draft))
            mode &= S_IRWXU;
        result = text.failed ? problem_set_memory(problem) : replace(target, &text, mode, problem);
    }
    if (text.bytes != NULL)
        explicit_bzero(text.bytes, text.capacity);
    buffer_free(&text);
    free(real);
    return result;
}

int account_file_keep_password(const char *path, const char *account, const struct secret *secret,
                               char name[static ACCOUNT_NAME_SIZE + 16], struct problem *problem)
{
    char file[PATH_MAX];
    const char *slash = strrchr(path, '/');
    snprintf(name, ACCOUNT_NAME_SIZE + 16, "%s.password", account);
    int size = snprintf(file, sizeof file, "%.*s%s", slash != NULL ? (int)(slash - path) + 1 : 0,
                        path, name);
    if (size < 0 || size >= PATH_MAX)
        return problem_set(problem, EXIT_CODE_CREATE, "%.400s: the name is too long", path);
    int result = make_folders(path, problem);
    if (result != 0)
        return result;
    int descriptor =
        open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0)
        return fail(file, problem);
    bool written = fchmod(descriptor, S_IRUSR | S_IWUSR) == 0 &&
                   write_all(descriptor, secret->text, secret->size) &&
                   write_all(descriptor, "\n", 1) && fsync(descriptor) == 0;
    result = written ? 0 : fail(file, problem);
    close(descriptor);
    if (!written)
        unlink(file);
    return result;
}
