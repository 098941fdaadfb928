/* SPDX-License-Identifier: ISC */
#include "compose/draft.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_LIMIT = 4096 };

static const char prefix[] = "draft-", apart[] = "unsure-";

struct draft draft_empty(void)
{
    return (struct draft){.text = buffer_empty(DRAFT_TEXT_LIMIT)};
}

bool draft_is_empty(const struct draft *draft)
{
    return draft->to == NULL && draft->cc == NULL && draft->subject == NULL &&
           draft->text.size == 0 && draft->file_count == 0;
}

int draft_add_file(struct draft *draft, const char *file, struct problem *problem)
{
    char **files = realloc(draft->files, (draft->file_count + 1) * sizeof *files);
    if (files == NULL)
        return problem_set_memory(problem);
    draft->files = files;
    files[draft->file_count] = strdup(file);
    if (files[draft->file_count] == NULL)
        return problem_set_memory(problem);
    draft->file_count++;
    return 0;
}

/* ---- The folder ---- */

/* Its path, be it there or not; to be freed. NULL: nobody knows where, or no memory. */
static char *folder_path(void)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    struct buffer path = buffer_empty(PATH_LIMIT);
    if (state != NULL && *state == '/')
        buffer_append_format(&path, "%s/mailer/drafts", state);
    else if (home != NULL && *home == '/')
        buffer_append_format(&path, "%s/.local/state/mailer/drafts", home);
    else
        return NULL;
    return buffer_take_string(&path);
}

/* Makes it and what it is in. */
static int make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int made = mkdir(path, 0700);
        *slash = '/';
        if (made != 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
            return -1;
    }
    return mkdir(path, 0700) != 0 && errno != EEXIST ? -1 : 0;
}

/* Whether nobody else has a hand in it. */
static bool is_ours(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
           ((status.st_mode & 077) == 0 || chmod(path, 0700) == 0);
}

int draft_folder(char **folder, struct problem *problem)
{
    char *path = folder_path();
    *folder = NULL;
    if (path == NULL)
        return problem_set(problem, EXIT_CODE_CREATE,
                           "no place for drafts: HOME and XDG_STATE_HOME are not set");
    int result = 0;
    if (make_folders(path) != 0)
        result = problem_set_system(problem, EXIT_CODE_CREATE, errno, "the folder %.400s", path);
    else if (!is_ours(path))
        result = problem_set(problem, EXIT_CODE_CREATE,
                             "the folder %.400s for drafts belongs to somebody else", path);
    if (result == 0)
        *folder = path;
    else
        free(path);
    return result;
}

/* ---- Writing ---- */

static void append_field(struct buffer *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buffer_append_format(out, "%s: ", name);
    for (; *value != '\0'; value++)
        buffer_append_char(out, *value == '\n' || *value == '\r' ? ' ' : *value);
    buffer_append_char(out, '\n');
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

static int write_draft(const struct draft *draft, char *path, struct problem *problem)
{
    struct buffer head = buffer_empty(DRAFT_TEXT_LIMIT);
    append_field(&head, "To", draft->to);
    append_field(&head, "Cc", draft->cc);
    append_field(&head, "Subject", draft->subject);
    for (size_t i = 0; i < draft->file_count; i++)
        append_field(&head, "Attach", draft->files[i]);
    buffer_append_char(&head, '\n');
    int result = head.failed ? problem_set_memory(problem) : 0;
    int descriptor = result == 0 ? mkstemp(path) : -1;
    bool written = descriptor >= 0 && fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 &&
                   write_all(descriptor, head.bytes, head.size) &&
                   write_all(descriptor, draft->text.bytes, draft->text.size) &&
                   fsync(descriptor) == 0;
    int reason = errno;
    if (descriptor >= 0)
        close(descriptor);
    if (result == 0 && !written) {
        if (descriptor >= 0)
            unlink(path);
        result = problem_set_system(problem, EXIT_CODE_CREATE, reason, "the draft %.400s", path);
    }
    buffer_free(&head);
    return result;
}

static int save(struct draft *draft, const char *start, struct problem *problem)
{
    char *folder = NULL;
    struct buffer name = buffer_empty(PATH_LIMIT);
    int result = draft_folder(&folder, problem);
    if (result != 0)
        return result;
    buffer_append_format(&name, "%s/%sXXXXXX", folder, start);
    char *path = buffer_take_string(&name);
    free(folder);
    if (path == NULL)
        return problem_set_memory(problem);
    result = write_draft(draft, path, problem);
    if (result != 0) {
        free(path);
        return result;
    }
    /* The one before goes only now that this one is there. */
    draft_remove(draft);
    draft->path = path;
    return 0;
}

int draft_save(struct draft *draft, struct problem *problem)
{
    return save(draft, prefix, problem);
}

int draft_save_apart(struct draft *draft, struct problem *problem)
{
    return save(draft, apart, problem);
}

/* ---- Reading ---- */

/* Whether it is newer than what was found before. */
static bool is_newer(int folder, const char *name, struct timespec *newest)
{
    struct stat status;
    if (strncmp(name, prefix, sizeof prefix - 1) != 0 ||
        fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode) ||
        status.st_uid != geteuid())
        return false;
    const struct timespec *moment = &status.st_mtim;
    if (moment->tv_sec < newest->tv_sec ||
        (moment->tv_sec == newest->tv_sec && moment->tv_nsec <= newest->tv_nsec))
        return false;
    *newest = *moment;
    return true;
}

char *draft_find(void)
{
    char *folder = folder_path();
    DIR *directory = folder != NULL ? opendir(folder) : NULL;
    struct timespec newest = {0};
    char *found = NULL;
    const struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (!is_newer(dirfd(directory), entry->d_name, &newest))
            continue;
        struct buffer path = buffer_empty(PATH_LIMIT);
        buffer_append_format(&path, "%s/%s", folder, entry->d_name);
        free(found);
        found = buffer_take_string(&path);
    }
    if (directory != NULL)
        closedir(directory);
    free(folder);
    return found;
}

/* Takes a line of the head. @return whether it is one. */
static bool take_field(struct draft *draft, const char *line, size_t size, struct problem *problem)
{
    struct {
        const char *name;
        char **place;
    } const fields[] = {{"To: ", &draft->to}, {"Cc: ", &draft->cc}, {"Subject: ", &draft->subject}};
    static const char attach[] = "Attach: ";
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        size_t length = strlen(fields[i].name);
        if (size < length || memcmp(line, fields[i].name, length) != 0)
            continue;
        free(*fields[i].place);
        *fields[i].place = strndup(line + length, size - length);
        return *fields[i].place != NULL;
    }
    if (size < sizeof attach - 1 || memcmp(line, attach, sizeof attach - 1) != 0)
        return false;
    char *file = strndup(line + sizeof attach - 1, size - (sizeof attach - 1));
    bool taken = file != NULL && draft_add_file(draft, file, problem) == 0;
    free(file);
    return taken;
}

static bool take_all(struct draft *draft, const struct buffer *file, struct problem *problem)
{
    const char *at = file->bytes, *end = file->bytes + file->size;
    while (at < end && *at != '\n') {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (line_end == NULL || !take_field(draft, at, (size_t)(line_end - at), problem))
            return false;
        at = line_end + 1;
    }
    return at < end && buffer_append(&draft->text, at + 1, (size_t)(end - at - 1));
}

static bool read_all(int descriptor, struct buffer *file)
{
    ssize_t got = 1;
    while (got > 0) {
        char *place = buffer_reserve(file, 64 * 1024);
        if (place == NULL)
            return false;
        got = read(descriptor, place, 64 * 1024);
        if (got > 0)
            file->size += (size_t)got;
    }
    return got == 0;
}

int draft_load(struct draft *draft, const char *path, struct problem *problem)
{
    struct buffer file = buffer_empty(DRAFT_TEXT_LIMIT + DRAFT_TEXT_LIMIT / 2);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
    int result = 0;
    *draft = draft_empty();
    if (descriptor < 0 || !read_all(descriptor, &file))
        result = problem_set_system(problem, EXIT_CODE_INPUT, errno, "the draft %.400s", path);
    else if (memchr(file.bytes, '\0', file.size) != NULL || !take_all(draft, &file, problem) ||
             (draft->path = strdup(path)) == NULL)
        result = problem_set(problem, EXIT_CODE_INPUT,
                             "%.400s is no draft: look into it, and remove it", path);
    if (descriptor >= 0)
        close(descriptor);
    buffer_free(&file);
    if (result != 0)
        draft_free(draft);
    return result;
}

void draft_remove(struct draft *draft)
{
    if (draft->path != NULL)
        unlink(draft->path);
    free(draft->path);
    draft->path = NULL;
}

void draft_free(struct draft *draft)
{
    free(draft->to);
    free(draft->cc);
    free(draft->subject);
    free(draft->path);
    buffer_free(&draft->text);
    for (size_t i = 0; i < draft->file_count; i++)
        free(draft->files[i]);
    free(draft->files);
    *draft = draft_empty();
}
