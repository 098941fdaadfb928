/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "missing_file.h"

#include <stdio.h>
#include <stdlib.h>

static int look(const char *argument, unsigned choice, char **note, struct problem *problem,
                char told[256])
{
    struct attachment_option attachment = {.argument = argument};
    struct send_options options = send_options_empty();
    options.attachments = &attachment;
    options.attachment_count = 1;
    options.on_missing_attachment = choice;
    memset(told, 0, 256);
    FILE *out = fmemopen(told, 255, "w");
    int result = missing_file_note(&options, problem);
    missing_file_tell(&options, out, result);
    fclose(out);
    *note = attachment.note;
    return result;
}

static void what_is_missing_is_noted_when_that_is_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *argument;
        const char *note;
    } cases[] = {
        {"/etc/passwd", NULL},
        {"x=/etc/passwd", NULL},
        {"x=/dev/null", NULL},
        {"/none/a.pdf", "Not attached: /none/a.pdf: No such file or directory"},
        {"x=/none/a.pdf", "Not attached: /none/a.pdf: No such file or directory"},
        {"/etc", "Not attached: /etc: it is a directory, not a file; --archive sends such as "
                 ".tar.zst"},
    };
    char *note, told[256];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problem problem = {0};
        assert_int_equal(look(cases[i].argument, MISSING_NOTE, &note, &problem, told), 0);
        assert_true((note == NULL) == (cases[i].note == NULL));
        assert_true((note == NULL) == (*told == '\0'));
        if (note != NULL)
            assert_string_equal(note, cases[i].note);
        if (note != NULL)
            assert_memory_equal(told, "mailer: the message goes without -a /", 37);
        free(note);
        assert_int_equal(look(cases[i].argument, MISSING_FAIL, &note, &problem, told), 0);
        assert_null(note);
    }
}

static void wrong_words_stay_wrong(void **state)
{
    (void)state;
    char *note, told[256];
    struct problem problem = {0};
    assert_int_equal(look("Subject: x", MISSING_NOTE, &note, &problem, told), EXIT_CODE_USAGE);
    assert_int_equal(problem.exit_code, EXIT_CODE_USAGE);
    assert_null(note);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_noted_when_that_is_asked_for),
        cmocka_unit_test(wrong_words_stay_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
