/* SPDX-License-Identifier: ISC */
#include "compose/keyboard.h"

#include "buffer.h"
#include "interrupt.h"
#include "library.h"

#include <histedit.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

enum { LINE_LIMIT = 1024 * 1024 };

/* Loaded once: libedit calls back with nothing but its own handle. */
static struct edit_functions {
    __typeof__(el_init) *init;
    __typeof__(el_end) *end;
    __typeof__(el_set) *set;
    __typeof__(el_get) *get;
    __typeof__(el_gets) *gets;
    __typeof__(_el_fn_complete) *complete;
} libedit;

struct keyboard {
    EditLine *editor; /* NULL: the terminal's own lines */
    locale_t locale;  /* of what is typed; that of the program stays "C" */
    char *prompt;     /* libedit takes it for one that it may write to, and does not */
    struct buffer typed;
};

static struct keyboard *keyboard_of(EditLine *editor)
{
    void *keyboard = NULL;
    libedit.get(editor, EL_CLIENTDATA, &keyboard);
    return keyboard;
}

static char *prompt_of(EditLine *editor)
{
    return keyboard_of(editor)->prompt;
}

/* One character for libedit, which by itself would read on after a signal. */
static int read_character(EditLine *editor, wchar_t *character)
{
    (void)editor;
    mbstate_t state = {0};
    for (;;) {
        char byte;
        if (!interrupt_wait(STDIN_FILENO))
            return -1;
        ssize_t got = read(STDIN_FILENO, &byte, 1);
        if (got <= 0)
            return (int)got;
        size_t length = mbrtowc(character, &byte, 1, &state);
        if (length != (size_t)-1 && length != (size_t)-2)
            return 1;
        /* What is no character of the locale is dropped. */
        if (length == (size_t)-1)
            memset(&state, 0, sizeof state);
    }
}

static unsigned char complete(EditLine *editor, int character)
{
    return libedit.complete(editor, character);
}

static bool is_able(void)
{
    const char *terminal = getenv("TERM");
    return terminal != NULL && *terminal != '\0' && strcmp(terminal, "dumb") != 0;
}

/* What libedit takes for characters that can be typed is decided here too. */
static void make_editor(struct keyboard *keyboard)
{
    EditLine *editor = libedit.init("mailer", stdin, stderr, stderr);
    if (editor == NULL)
        return;
    libedit.set(editor, EL_CLIENTDATA, keyboard);
    libedit.set(editor, EL_PROMPT, prompt_of);
    libedit.set(editor, EL_SIGNAL, 0);
    libedit.set(editor, EL_EDITOR, "emacs");
    libedit.set(editor, EL_GETCFN, read_character);
    libedit.set(editor, EL_ADDFN, "mailer-complete", "completes the name of a file", complete);
    keyboard->editor = editor;
}

/* Takes the locale of what is typed. @return the one before, for uselocale(). */
static locale_t enter_locale(const struct keyboard *keyboard)
{
    return uselocale(keyboard->locale);
}

static void open_editor(struct keyboard *keyboard)
{
    static const struct library_symbol symbols[] = {
        {"el_init", offsetof(struct edit_functions, init)},
        {"el_end", offsetof(struct edit_functions, end)},
        {"el_set", offsetof(struct edit_functions, set)},
        {"el_get", offsetof(struct edit_functions, get)},
        {"el_gets", offsetof(struct edit_functions, gets)},
        {"_el_fn_complete", offsetof(struct edit_functions, complete)},
    };
    if (!is_able() || library_load("libedit.so.2", symbols, sizeof symbols / sizeof *symbols,
                                   &libedit, NULL) != 0)
        return;
    keyboard->locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    locale_t before = enter_locale(keyboard);
    make_editor(keyboard);
    uselocale(before);
}

int keyboard_open(struct keyboard **keyboard, struct problem *problem)
{
    struct keyboard *made = calloc(1, sizeof *made);
    *keyboard = made;
    if (made == NULL)
        return problem_set_memory(problem);
    made->typed = buffer_empty(LINE_LIMIT);
    open_editor(made);
    return 0;
}

/* A line of libedit's, with its end; NULL for the end of the file, and after a signal. */
static const char *edit(struct keyboard *keyboard, bool names_files)
{
    int size = 0;
    locale_t before = enter_locale(keyboard);
    libedit.set(keyboard->editor, EL_BIND, "^I", names_files ? "mailer-complete" : "ed-insert",
                NULL);
    const char *line = libedit.gets(keyboard->editor, &size);
    uselocale(before);
    return line;
}

/* A line as the terminal gives it, into keyboard->typed. */
static enum keyboard_answer read_plain(struct keyboard *keyboard)
{
    fputs(keyboard->prompt, stderr);
    fflush(stderr);
    for (;;) {
        char byte;
        if (!interrupt_wait(STDIN_FILENO))
            return KEYBOARD_INTERRUPTED;
        if (read(STDIN_FILENO, &byte, 1) <= 0)
            return keyboard->typed.size > 0 ? KEYBOARD_LINE : KEYBOARD_END;
        if (byte == '\n')
            return KEYBOARD_LINE;
        buffer_append_char(&keyboard->typed, byte);
    }
}

static enum keyboard_answer read_edited(struct keyboard *keyboard, bool names_files)
{
    const char *line = edit(keyboard, names_files);
    if (interrupt_number() != 0)
        return KEYBOARD_INTERRUPTED;
    if (line == NULL)
        return KEYBOARD_END;
    buffer_append(&keyboard->typed, line, strcspn(line, "\r\n"));
    return KEYBOARD_LINE;
}

enum keyboard_answer keyboard_ask(struct keyboard *keyboard, const char *prompt, bool names_files,
                                  char **line, struct problem *problem)
{
    *line = NULL;
    keyboard->prompt = strdup(prompt);
    if (keyboard->prompt == NULL) {
        problem_set_memory(problem);
        return KEYBOARD_FAILED;
    }
    enum keyboard_answer answer =
        keyboard->editor != NULL ? read_edited(keyboard, names_files) : read_plain(keyboard);
    free(keyboard->prompt);
    keyboard->prompt = NULL;
    /* A terminal that has gone away ends the input, too, and not at the wish of anybody. */
    if (answer == KEYBOARD_END && !isatty(STDIN_FILENO))
        answer = KEYBOARD_INTERRUPTED;
    /* The cursor stands behind the prompt. */
    if (answer != KEYBOARD_LINE)
        fputc('\n', stderr);
    if (answer == KEYBOARD_LINE) {
        *line = buffer_take_string(&keyboard->typed);
        if (*line == NULL) {
            problem_set(problem, EXIT_CODE_DATA, "a line that was typed is too long");
            answer = KEYBOARD_FAILED;
        }
    }
    buffer_free(&keyboard->typed);
    return answer;
}

void keyboard_close(struct keyboard *keyboard)
{
    if (keyboard == NULL)
        return;
    if (keyboard->editor != NULL)
        libedit.end(keyboard->editor);
    if (keyboard->locale != (locale_t)0)
        freelocale(keyboard->locale);
    free(keyboard);
}
