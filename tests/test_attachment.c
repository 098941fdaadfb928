/* SPDX-License-Identifier: ISC */
#include "attachment.h"
#include "content_source.h"
#include "harness/harness.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/mailer-test-XXXXXX";

static int make_files(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL || chdir(directory) != 0)
        return -1;
    static const char *const files[] = {"a.txt", "x=y.txt", "Subject: z"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        int descriptor = open(files[i], O_WRONLY | O_CREAT, 0600);
        if (descriptor < 0)
            return -1;
        close(descriptor);
    }
    return mkfifo("fifo", 0600) != 0 || mkdir("folder", 0700) != 0;
}

static int remove_files(void **state)
{
    (void)state;
    static const char *const files[] = {"a.txt", "x=y.txt", "Subject: z", "fifo"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(files[i]);
    return rmdir("folder") != 0 || chdir("/") != 0 || rmdir(directory) != 0;
}

static int read_argument(const char *argument, const char *name, struct attachment *attachment,
                         struct problem *problem)
{
    struct attachment_option option = {.argument = argument, .name = name, .type = "a/b"};
    *problem = (struct problem){0};
    return attachment_read(&option, false, attachment, problem);
}

static void arguments_name_files_and_standard_input(void **state)
{
    (void)state;
    static const struct {
        const char *argument;
        const char *option_name;
        const char *name;
        const char *file;
    } cases[] = {
        {"a.txt", NULL, NULL, "a.txt"},
        {"a.txt", "b.txt", "b.txt", "a.txt"},
        {"./a.txt", NULL, NULL, "./a.txt"},
        {"b.txt=a.txt", NULL, "b.txt", "a.txt"},
        {"b.txt=c=d", NULL, "b.txt", "c=d"},
        {"b.txt=-", NULL, "b.txt", "-"},
        {"-", "b.txt", "b.txt", "-"},
        {"x=y.txt", NULL, NULL, "x=y.txt"},
        {"Subject: z", NULL, NULL, "Subject: z"},
        {"n=fifo", NULL, "n", "fifo"},
        {"fifo", "n", "n", "fifo"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct attachment attachment;
        struct problem problem;
        assert_int_equal(
            read_argument(cases[i].argument, cases[i].option_name, &attachment, &problem), 0);
        assert_string_equal(attachment.file, cases[i].file);
        assert_string_equal(attachment.type, "a/b");
        assert_int_equal(content_source_is_input(attachment.file), strcmp(cases[i].file, "-") == 0);
        if (cases[i].name == NULL)
            assert_null(attachment.name);
        else
            assert_string_equal(attachment.name, cases[i].name);
        attachment_free(&attachment);
    }
}

static void what_cannot_be_meant_is_refused_with_a_hint(void **state)
{
    (void)state;
    static const struct {
        const char *argument;
        const char *name;
        int code;
        const char *hint;
    } cases[] = {
        {"missing", NULL, 66, "missing"},
        {"missing/x=y", NULL, 66, "missing"},
        {"=a.txt", NULL, 66, "=a.txt"},
        {"X-Header: value", NULL, 64, "did you mean -H?"},
        {"X-Header:\tvalue", NULL, 64, "did you mean -H?"},
        {"X-Header:value", NULL, 66, "X-Header"},
        {"-", NULL, 64, "-a NAME=-"},
        {"fifo", NULL, 66, "-a NAME=fifo"},
        {"folder", NULL, 66, "a directory"},
        {"folder", "n", 66, "a directory"},
        {"n=folder", NULL, 66, "--archive"},
        {"/dev/zero", NULL, 66, "a device"},
        {"n=", NULL, 64, "no file"},
        {"n=a.txt", "m", 64, "--name"},
        {"mis\x1Bsing", NULL, 66, "mis\\x1Bsing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct attachment attachment;
        struct problem problem;
        int result = read_argument(cases[i].argument, cases[i].name, &attachment, &problem);
        assert_int_equal(result, cases[i].code);
        assert_int_equal(problem.exit_code, cases[i].code);
        if (strstr(problem.text, cases[i].hint) == NULL)
            fail_msg("\"%s\" is not in: %s", cases[i].hint, problem.text);
        attachment_free(&attachment);
    }
}

static void files_and_pipes_are_opened_and_nothing_else(void **state)
{
    (void)state;
    struct content_source source;
    struct problem problem = {0};
    assert_int_equal(content_source_open(&source, "--text", "a.txt", &problem), 0);
    assert_string_equal(source.content.path, "a.txt");
    assert_int_equal(source.content.descriptor, -1);
    content_source_close(&source);

    int writer = open("fifo", O_RDWR);
    assert_true(writer >= 0);
    assert_int_equal(content_source_open(&source, "--text", "fifo", &problem), 0);
    assert_null(source.content.path);
    assert_true(source.content.descriptor >= 0);
    assert_int_equal(source.content.descriptor, source.opened);
    content_source_close(&source);
    close(writer);

    assert_int_equal(content_source_open(&source, "--text", "/dev/null", &problem), 0);
    assert_true(source.content.descriptor >= 0);
    content_source_close(&source);

    static const char *const others[] = {"folder", "/dev/zero", "missing", ""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(content_source_open(&source, "--text", others[i], &problem), 66);
        assert_int_equal(source.opened, -1);
        content_source_close(&source);
    }
}

static void standard_input_may_be_closed(void **state)
{
    (void)state;
    struct content_source source;
    struct problem problem = {0};
    int kept = dup(STDIN_FILENO);
    static const struct {
        const char *file;
        int flags;
        int code;
    } cases[] = {
        {"a.txt", O_RDONLY, 0},
        {"/dev/null", O_RDWR, 0},
        {"/dev/null", O_WRONLY, 66},
        {"folder", O_RDONLY, 66},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int descriptor = open(cases[i].file, cases[i].flags);
        assert_true(descriptor >= 0);
        assert_int_equal(dup2(descriptor, STDIN_FILENO), STDIN_FILENO);
        close(descriptor);
        assert_int_equal(content_source_open(&source, "", "-", &problem), cases[i].code);
        assert_int_equal(source.content.descriptor, cases[i].code == 0 ? 0 : -1);
        content_source_close(&source);
    }
    close(STDIN_FILENO);
    assert_int_equal(content_source_open(&source, "", "-", &problem), 66);
    if (kept >= 0) {
        dup2(kept, STDIN_FILENO);
        close(kept);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_name_files_and_standard_input),
        cmocka_unit_test(what_cannot_be_meant_is_refused_with_a_hint),
        cmocka_unit_test(files_and_pipes_are_opened_and_nothing_else),
        cmocka_unit_test(standard_input_may_be_closed),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
