/* SPDX-License-Identifier: ISC */
#include "compose/questions.h"

#include "attachment.h"
#include "compose/text_editor.h"
#include "progress_bar.h"
#include "recipients.h"
#include "report.h"
#include "text.h"

#include <mailer/message.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_SIZE = 2048 };

/* ---- What is typed ---- */

/* Completion puts a blank behind a name. */
static void trim(char *line)
{
    size_t size = strlen(line);
    while (size > 0 && (line[size - 1] == ' ' || line[size - 1] == '\t'))
        line[--size] = '\0';
    size_t start = strspn(line, " \t");
    memmove(line, line + start, size - (start < size ? start : size) + 1);
}

/* Says what is wrong, so that it is asked for again. */
static bool complain(struct problem *problem)
{
    report_problem(stderr, problem);
    *problem = (struct problem){0};
    return false;
}

static bool are_recipients(const char *words, struct problem *problem)
{
    struct mailer_message *message = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    int result = recipients_check(words, problem);
    if (result == 0 && mailer_message_new(&message, &error) == 0)
        (void)(recipients_is_url(words) ? mailer_message_add_mailto(message, words, &error)
                                        : mailer_message_add_to(message, words, &error));
    mailer_message_free(message);
    if (result == 0 && error.error_class != MAILER_OK)
        result = problem_set_error(problem, &error);
    return result == 0 || complain(problem);
}

static bool is_attachment(const char *file, bool archive, struct problem *problem)
{
    struct attachment_option option = {.argument = file};
    struct attachment attachment = {0};
    int result = attachment_read(&option, archive, &attachment, problem);
    /* Standard input is what is typed. */
    if (result == 0 && strcmp(attachment.file, "-") == 0)
        result = problem_set(problem, EXIT_CODE_USAGE, "\"-\" is no file here");
    attachment_free(&attachment);
    return result == 0 || complain(problem);
}

/* ---- Questions ---- */

static enum keyboard_answer ask_people(struct keyboard *keyboard, const char *prompt,
                                       bool is_needed, char **people, struct problem *problem)
{
    for (;;) {
        char *line = NULL;
        enum keyboard_answer answer = keyboard_ask(keyboard, prompt, false, &line, problem);
        if (answer != KEYBOARD_LINE)
            return answer;
        trim(line);
        bool is_good = *line != '\0' && are_recipients(line, problem);
        if (is_good) {
            *people = line;
            return KEYBOARD_LINE;
        }
        bool is_empty = *line == '\0';
        free(line);
        if (is_empty)
            return is_needed ? KEYBOARD_END : KEYBOARD_LINE;
    }
}

static enum keyboard_answer ask_subject(struct keyboard *keyboard, char **subject,
                                        struct problem *problem)
{
    enum keyboard_answer answer = keyboard_ask(keyboard, "Subject: ", false, subject, problem);
    return answer == KEYBOARD_END ? KEYBOARD_LINE : answer;
}

/* Lets an editor have the text. @return whether it is finished. */
static bool edit_text(struct draft *draft, struct problem *problem)
{
    return text_editor_run(&draft->text, problem) == 0 || complain(problem);
}

static enum keyboard_answer ask_text(struct keyboard *keyboard, bool use_editor,
                                     struct draft *draft, struct problem *problem)
{
    if (use_editor && edit_text(draft, problem))
        return KEYBOARD_LINE;
    fputs("Text, ended by a line that is \".\" (\".e\" goes on in the editor):\n", stderr);
    /* What was kept. */
    if (draft->text.size > 0)
        fwrite(draft->text.bytes, 1, draft->text.size, stderr);
    for (;;) {
        char *line = NULL;
        enum keyboard_answer answer = keyboard_ask(keyboard, "", false, &line, problem);
        if (answer == KEYBOARD_END)
            return KEYBOARD_LINE;
        if (answer != KEYBOARD_LINE)
            return answer;
        bool is_end = strcmp(line, ".") == 0;
        bool is_edited = strcmp(line, ".e") == 0;
        if (!is_end && !is_edited)
            buffer_append_format(&draft->text, "%s\n", line);
        free(line);
        if (draft->text.failed) {
            problem_set(problem, EXIT_CODE_DATA, "the text that was typed is too long");
            return KEYBOARD_FAILED;
        }
        if (is_end || (is_edited && edit_text(draft, problem)))
            return KEYBOARD_LINE;
    }
}

/* The shell is not there to put the home folder in the place of "~". */
static char *expanded(const char *file)
{
    const char *home = getenv("HOME");
    bool is_at_home = file[0] == '~' && file[1] == '/' && home != NULL;
    struct buffer path = buffer_empty(LINE_SIZE * 2);
    buffer_append_format(&path, "%s%s", is_at_home ? home : "", file + (is_at_home ? 1 : 0));
    return buffer_take_string(&path);
}

/* A draft is gone on with from any folder. */
static char *absolute(const char *file)
{
    char *path = expanded(file);
    struct stat status;
    if (path == NULL || stat(path, &status) != 0)
        return path;
    char *resolved = *path == '/' ? NULL : realpath(path, NULL);
    if (resolved == NULL)
        return path;
    free(path);
    return resolved;
}

static enum keyboard_answer ask_files(struct keyboard *keyboard, bool archive, struct draft *draft,
                                      struct problem *problem)
{
    for (;;) {
        char *line = NULL;
        enum keyboard_answer answer =
            keyboard_ask(keyboard, "Attach (empty: no more): ", true, &line, problem);
        if (answer != KEYBOARD_LINE)
            return answer == KEYBOARD_END ? KEYBOARD_LINE : answer;
        trim(line);
        bool is_last = *line == '\0';
        char *file = is_last ? NULL : absolute(line);
        if (file != NULL && is_attachment(file, archive, problem))
            draft_add_file(draft, file, problem);
        free(file);
        free(line);
        if (problem->exit_code != EXIT_CODE_OK)
            return KEYBOARD_FAILED;
        if (is_last)
            return KEYBOARD_LINE;
    }
}

enum keyboard_answer questions_ask(struct keyboard *keyboard, const struct send_options *options,
                                   struct draft *draft, struct problem *problem)
{
    enum keyboard_answer answer = KEYBOARD_LINE;
    bool has_people = options->state.operands.count + options->to.count > 0;
    bool is_new = draft->path == NULL;
    if (!has_people && draft->to == NULL)
        answer = ask_people(keyboard, "To: ", true, &draft->to, problem);
    if (answer == KEYBOARD_LINE && is_new && options->cc.count == 0)
        answer = ask_people(keyboard, "Cc: ", false, &draft->cc, problem);
    /* Whoever has been asked for recipients goes on without copies. */
    if (answer == KEYBOARD_END && (has_people || draft->to != NULL))
        answer = KEYBOARD_LINE;
    if (answer == KEYBOARD_LINE && options->subject == NULL && draft->subject == NULL)
        answer = ask_subject(keyboard, &draft->subject, problem);
    if (answer == KEYBOARD_LINE)
        answer = ask_text(keyboard, options->use_editor, draft, problem);
    if (answer == KEYBOARD_LINE)
        answer = ask_files(keyboard, options->archive, draft, problem);
    return answer;
}

/* ---- What was typed ---- */

static bool has_colours(void)
{
    const char *terminal = getenv("TERM");
    const char *none = getenv("NO_COLOR");
    return isatty(STDERR_FILENO) && (none == NULL || *none == '\0') && terminal != NULL &&
           strcmp(terminal, "dumb") != 0;
}

static void show(const char *label, const char *value)
{
    char shown[LINE_SIZE];
    bool coloured = has_colours();
    text_printable(shown, sizeof shown, value, strlen(value));
    fprintf(stderr, "%s%-9s%s%s\n", coloured ? "\033[1m" : "", label, coloured ? "\033[0m" : "",
            shown);
}

static void show_all(const char *label, const struct text_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        show(label, list->items[i]);
}

static void show_text(const char *text, size_t text_size)
{
    char size[16], line[64];
    size_t lines = 0;
    for (size_t i = 0; i < text_size; i++)
        lines += text[i] == '\n';
    progress_bar_size(size, text_size);
    snprintf(line, sizeof line, "%zu line%s, %s", lines, lines == 1 ? "" : "s", size);
    show("Text:", line);
}

static void show_file(const char *file, const char *type)
{
    char size[16], line[LINE_SIZE];
    struct stat status;
    bool is_known = stat(file, &status) == 0 && S_ISREG(status.st_mode);
    if (is_known)
        progress_bar_size(size, (uint64_t)status.st_size);
    snprintf(line, sizeof line, "%s (%s%s%s)", file, is_known ? size : "", is_known ? ", " : "",
             type);
    show("Attached:", line);
}

void questions_summarize(const struct send_options *options, const struct mailer_message *message)
{
    fputc('\n', stderr);
    show_all("To:", &options->state.operands);
    show_all("To:", &options->to);
    show_all("Cc:", &options->cc);
    show_all("Bcc:", &options->bcc);
    show("Subject:", options->subject != NULL ? options->subject : "");
    show_text(options->typed_text, options->typed_size);
    for (size_t i = 0, attached = 0; i < options->attachment_count; i++) {
        const struct attachment_option *file = &options->attachments[i];
        const char *type =
            file->is_picture ? NULL : mailer_message_attachment_type(message, attached);
        attached += !file->is_picture;
        show_file(file->argument, type != NULL ? type : "a picture");
    }
}
