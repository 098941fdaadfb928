/* SPDX-License-Identifier: ISC */
#include "missing_file.h"

#include "attachment.h"
#include "content_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char begin[] = "Not attached: ";

enum { NOTE_SIZE = sizeof((struct problem *)0)->text + 32 };

/* Whether a file can be opened for reading. A pipe is not asked, as that would wake its writer. */
static int check_readable(const struct attachment_option *option, const char *file,
                          struct problem *problem)
{
    struct stat status;
    const char *letter = attachment_letter(option);
    if (stat(file, &status) != 0)
        return problem_set_system(problem, EXIT_CODE_INPUT, errno, "%s %.400s", letter, file);
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        return 0;
    int descriptor = open(file, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0)
        return problem_set_system(problem, EXIT_CODE_INPUT, errno, "%s %.400s", letter, file);
    close(descriptor);
    return 0;
}

static int check(const struct attachment_option *option, bool archive, struct problem *problem)
{
    struct attachment attachment = {0};
    int result = attachment_read(option, archive, &attachment, problem);
    if (result == 0 && !content_source_is_input(attachment.file))
        result = check_readable(option, attachment.file, problem);
    attachment_free(&attachment);
    return result;
}

int missing_file_note(struct send_options *options, struct problem *problem)
{
    if (options->on_missing_attachment != MISSING_NOTE)
        return 0;
    for (size_t i = 0; i < options->attachment_count; i++) {
        struct attachment_option *option = &options->attachments[i];
        struct problem missing = {0};
        int result = check(option, options->archive, &missing);
        if (result == 0)
            continue;
        if (result != EXIT_CODE_INPUT) {
            *problem = missing;
            return result;
        }
        char note[NOTE_SIZE];
        size_t letter = strlen(attachment_letter(option)) + 1;
        snprintf(note, sizeof note, "%s%s", begin, missing.text + letter);
        option->note = strdup(note);
        if (option->note == NULL)
            return problem_set_memory(problem);
    }
    return 0;
}

void missing_file_tell(const struct send_options *options, FILE *out, int exit_code)
{
    if (exit_code != EXIT_CODE_OK && exit_code != EXIT_CODE_PARTIAL &&
        exit_code != EXIT_CODE_UNKNOWN)
        return;
    for (size_t i = 0; i < options->attachment_count; i++) {
        const struct attachment_option *option = &options->attachments[i];
        if (option->note != NULL)
            fprintf(out, "mailer: the message goes without %s %s\n", attachment_letter(option),
                    option->note + sizeof begin - 1);
    }
}
