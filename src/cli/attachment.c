/* SPDX-License-Identifier: ISC */
#include "attachment.h"

#include "content_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool attachment_looks_like_header(const char *text)
{
    const char *c = text;
    while (*c > ' ' && *c < 127 && *c != ':' && *c != '/')
        c++;
    return c > text && c[0] == ':' && (c[1] == ' ' || c[1] == '\t');
}

/* Where FILE of NAME=FILE begins, or NULL. A name has no slash. */
static const char *renamed_file(const char *argument)
{
    size_t size = strcspn(argument, "=/");
    return size > 0 && argument[size] == '=' ? argument + size + 1 : NULL;
}

const char *attachment_letter(const struct attachment_option *option)
{
    return option->is_picture ? "-I" : "-a";
}

char *attachment_shown_name(const struct attachment_option *option)
{
    const char *file = renamed_file(option->argument);
    const char *slash = strrchr(option->argument, '/');
    if (option->name != NULL)
        return strdup(option->name);
    if (file != NULL)
        return strndup(option->argument, (size_t)(file - 1 - option->argument));
    return strdup(slash != NULL ? slash + 1 : option->argument);
}

/* Without NAME= only a regular file is meant for sure. */
static int check_bare(const struct attachment_option *option, mode_t mode, struct problem *problem)
{
    const char *letter = attachment_letter(option);
    const char *file = option->argument;
    if (S_ISREG(mode))
        return 0;
    if (S_ISFIFO(mode))
        return problem_set(problem, EXIT_CODE_INPUT,
                           "%s %.400s: it is a pipe; say %s NAME=%.400s if that is meant", letter,
                           file, letter, file);
    if (S_ISDIR(mode))
        return problem_set(problem, EXIT_CODE_INPUT, "%s %.400s: it is a directory, not a file%s",
                           letter, file,
                           option->is_picture ? "" : "; --archive sends such as .tar.zst");
    return problem_set(problem, EXIT_CODE_INPUT, "%s %.400s: it is %s, not a file", letter, file,
                       S_ISSOCK(mode) ? "a socket" : "a device");
}

static int take_name(const struct attachment_option *option, struct attachment *attachment,
                     struct problem *problem)
{
    size_t size = (size_t)(attachment->file - 1 - option->argument);
    if (option->name != NULL)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "%s %.400s: it gives a name, and --name another",
                           attachment_letter(option), option->argument);
    if (*attachment->file == '\0')
        return problem_set(problem, EXIT_CODE_USAGE,
                           "%s %.400s: no file behind the =", attachment_letter(option),
                           option->argument);
    attachment->name = strndup(option->argument, size);
    return attachment->name == NULL ? problem_set_memory(problem) : 0;
}

/* What is to be said of a word that is no file. */
static int explain_missing(const struct attachment_option *option, int reason,
                           struct problem *problem)
{
    const char *letter = attachment_letter(option);
    if (attachment_looks_like_header(option->argument))
        return problem_set(problem, EXIT_CODE_USAGE,
                           "%s \"%.400s\": no such file; did you mean -H?", letter,
                           option->argument);
    return problem_set_system(problem, EXIT_CODE_INPUT, reason, "%s %.400s", letter,
                              option->argument);
}

int attachment_read(const struct attachment_option *option, bool archive,
                    struct attachment *attachment, struct problem *problem)
{
    const char *letter = attachment_letter(option);
    const char *argument = option->argument;
    *attachment = (struct attachment){NULL, argument, option->type, option->content_id,
                                      .is_directory = false};
    struct stat status;
    bool found = stat(argument, &status) == 0;
    int reason = errno;
    const char *file = found ? NULL : renamed_file(argument);
    if (file != NULL) {
        attachment->file = file;
        bool is_directory = stat(file, &status) == 0 && S_ISDIR(status.st_mode);
        if (is_directory && (!archive || option->is_picture))
            return check_bare(option, status.st_mode, problem);
        attachment->is_directory = is_directory;
        return take_name(option, attachment, problem);
    }
    if (!found && content_source_is_input(argument)) {
        if (option->name == NULL)
            return problem_set(problem, EXIT_CODE_USAGE,
                               "%s -: standard input has no name; say %s NAME=-", letter, letter);
    } else if (!found) {
        return explain_missing(option, reason, problem);
    } else if (archive && S_ISDIR(status.st_mode) && !option->is_picture) {
        attachment->is_directory = true;
    } else if (option->name == NULL || !S_ISFIFO(status.st_mode)) {
        int result = check_bare(option, status.st_mode, problem);
        if (result != 0)
            return result;
    }
    if (option->name != NULL && (attachment->name = strdup(option->name)) == NULL)
        return problem_set_memory(problem);
    return 0;
}

void attachment_free(struct attachment *attachment)
{
    free(attachment->name);
    attachment->name = NULL;
}
