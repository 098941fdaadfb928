/* SPDX-License-Identifier: ISC */
#include "configuration/ini_text.h"

#include "library.h"
#include "text.h"

#include <ini.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Debian's inih has its choices in variables, where others fix them when it is built. */
struct inih {
    __typeof__(ini_parse_stream) *parse_stream;
    __typeof__(ini_allow_multiline) *allow_multiline;
    __typeof__(ini_allow_inline_comments) *allow_inline_comments;
    __typeof__(ini_use_stack) *use_stack;
    __typeof__(ini_max_line) *max_line;
};

/* inih cuts the words of a section and keys to less than this, and says nothing. */
enum { INIH_WORD = 49 };

struct reading {
    const char *file;
    const char *next;
    const char *end;
    int line;
    ini_function *function;
    void *context;
    struct problem *problem;
    int result;
    int result_line;
};

static int load(struct inih *inih, struct problem *problem)
{
    static const struct library_symbol symbols[] = {
        {"ini_parse_stream", offsetof(struct inih, parse_stream)},
        {"ini_allow_multiline", offsetof(struct inih, allow_multiline)},
        {"ini_allow_inline_comments", offsetof(struct inih, allow_inline_comments)},
        {"ini_use_stack", offsetof(struct inih, use_stack)},
        {"ini_max_line", offsetof(struct inih, max_line)},
    };
    struct mailer_error error = MAILER_ERROR_INIT;
    if (library_load("libinih.so.1", symbols, sizeof symbols / sizeof *symbols, inih, &error) != 0)
        return problem_set_error(problem, &error);
    *inih->allow_multiline = false;
    *inih->allow_inline_comments = false;
    *inih->use_stack = true;
    *inih->max_line = INI_LINE_LIMIT;
    return 0;
}

int ini_problem(struct problem *problem, const struct ini_setting *setting, const char *format, ...)
{
    char words[sizeof problem->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    return problem_set(problem, EXIT_CODE_CONFIGURATION, "%.400s, line %d: %s", setting->file,
                       setting->line, words);
}

static void stop(struct reading *reading, const char *words)
{
    struct ini_setting here = {.file = reading->file, .line = reading->line};
    reading->result = ini_problem(reading->problem, &here, "%s", words);
    reading->result_line = reading->line;
}

static const char *wrong_line(const char *line, size_t size)
{
    if (size > INI_LINE_LIMIT - 3)
        return "it is too long";
    if (!text_is_utf8(line, size))
        return "it is no UTF-8";
    bool ends_in_return = size > 0 && line[size - 1] == '\r';
    for (size_t i = 0; i < size - ends_in_return; i++)
        if (((unsigned char)line[i] < ' ' && line[i] != '\t') || line[i] == 0x7f)
            return "there is a control character in it";
    if (size == 0 || *line != '[')
        return NULL;
    while (size > 0 && strchr(" \t\r", line[size - 1]) != NULL)
        size--;
    return line[size - 1] == ']' ? NULL : "a section ends in ], and nothing follows it";
}

/* As fgets(), for inih. */
static char *read_line(char *room, int size, void *context)
{
    struct reading *reading = context;
    if (reading->next < reading->end && reading->result == 0) {
        reading->line++;
        size_t left = (size_t)(reading->end - reading->next);
        const char *line_end = memchr(reading->next, '\n', left);
        const char *line = reading->next;
        reading->next = line_end != NULL ? line_end + 1 : reading->end;
        size_t length = (size_t)((line_end != NULL ? line_end : reading->end) - line);
        for (; length > 0 && (*line == ' ' || *line == '\t'); length--)
            line++;
        const char *wrong = wrong_line(line, length);
        if (wrong == NULL) {
            memcpy(room, line, length);
            memcpy(room + length, "\n", 2);
            return room;
        }
        stop(reading, wrong);
    }
    /* inih leaves the last lines where they stood. */
    explicit_bzero(room, (size_t)size);
    return NULL;
}

/* Splits account "work" into its two words. */
static bool split_section(char *section, char **name)
{
    size_t size = strcspn(section, " \t");
    char *quoted = section + size + strspn(section + size, " \t");
    *name = section + size;
    if (*quoted == '\0') {
        section[size] = '\0';
        return true;
    }
    size_t end = strlen(quoted) - 1;
    if (*quoted != '"' || end < 2 || quoted[end] != '"' || memchr(quoted + 1, '"', end - 1) != NULL)
        return false;
    section[size] = quoted[end] = '\0';
    *name = quoted + 1;
    return true;
}

/* Takes the quotes from a value that has them. */
static bool unquote(char *value)
{
    if (*value != '"')
        return true;
    char *out = value;
    const char *in = value + 1;
    for (; *in != '\0' && *in != '"'; in++) {
        if (*in == '\\' && *++in != '"' && *in != '\\')
            return false;
        *out++ = *in;
    }
    bool ended = *in == '"' && in[1] == '\0';
    *out = '\0';
    return ended;
}

/* As ini_handler. It never tells inih to stop, which would not read on, and so not wipe. */
static int take(void *context, const char *full_section, const char *key, const char *raw)
{
    struct reading *reading = context;
    char section[INIH_WORD + 1], value[INI_LINE_LIMIT], *name = section;
    if (reading->result != 0)
        return 1;
    snprintf(section, sizeof section, "%s", full_section);
    snprintf(value, sizeof value, "%s", raw);
    if (strlen(full_section) >= INIH_WORD || strlen(key) >= INIH_WORD)
        stop(reading, "the section or the key is too long");
    else if (!split_section(section, &name))
        stop(reading, "a section is a word, or a word and a \"name\"");
    else if (!unquote(value))
        stop(reading, "a value that begins with \" ends with it, and has \\\" and \\\\ in it only");
    else if (*value == '\0')
        stop(reading, "the key has no value");
    if (reading->result == 0) {
        struct ini_setting setting = {
            reading->file, reading->line, section, *section != '\0' ? name : "", key, value};
        reading->result = reading->function(reading->context, &setting, reading->problem);
        reading->result_line = reading->line;
    }
    explicit_bzero(value, sizeof value);
    return 1;
}

int ini_text_read(const char *file, const char *text, size_t size, ini_function *function,
                  void *context, struct problem *problem)
{
    struct inih inih;
    int result = load(&inih, problem);
    if (result != 0)
        return result;
    struct reading reading = {.file = file,
                              .next = text,
                              .end = text + size,
                              .function = function,
                              .context = context,
                              .problem = problem};
    int wrong_at = inih.parse_stream(read_line, &reading, take, &reading);
    if (wrong_at > 0 && (reading.result == 0 || wrong_at < reading.result_line)) {
        reading.line = wrong_at;
        stop(&reading, "it is neither key = value nor [section] nor a # comment");
    }
    return reading.result;
}
