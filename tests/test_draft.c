/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "compose/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A state folder of its own for each test. */
static char state_folder[64];

static int set_up(void **state)
{
    (void)state;
    strcpy(state_folder, "/tmp/test_draft.XXXXXX");
    assert_non_null(mkdtemp(state_folder));
    return setenv("XDG_STATE_HOME", state_folder, 1);
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", state_folder);
    return system(command);
}

static struct draft written(const char *to, const char *text)
{
    struct draft draft = draft_empty();
    struct problem problem = {0};
    draft.to = strdup(to);
    draft.subject = strdup("A\nsubject");
    buffer_append_string(&draft.text, text);
    assert_int_equal(draft_add_file(&draft, "/tmp/a file", &problem), 0);
    assert_int_equal(draft_add_file(&draft, "/tmp/b", &problem), 0);
    return draft;
}

static void a_draft_is_read_back_as_it_was_written(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\n", "To: nobody\n\n", "no end of line", "a\nb\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct problem problem = {0};
        struct draft draft = written("bob@example.org", texts[i]), again;
        assert_int_equal(draft_save(&draft, &problem), 0);
        assert_int_equal(draft_load(&again, draft.path, &problem), 0);
        assert_string_equal(again.to, "bob@example.org");
        assert_null(again.cc);
        assert_string_equal(again.subject, "A subject");
        assert_int_equal(again.text.size, strlen(texts[i]));
        if (again.text.size > 0)
            assert_memory_equal(again.text.bytes, texts[i], again.text.size);
        assert_int_equal(again.file_count, 2);
        assert_string_equal(again.files[0], "/tmp/a file");
        assert_string_equal(again.path, draft.path);
        draft_remove(&again);
        draft_free(&again);
        draft_free(&draft);
    }
    assert_null(draft_find());
}

static void nobody_else_may_read_it(void **state)
{
    (void)state;
    struct problem problem = {0};
    struct draft draft = written("bob@example.org", "x");
    mode_t mask = umask(0);
    char *folder = NULL;
    assert_int_equal(draft_folder(&folder, &problem), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(draft_save(&draft, &problem), 0);
    umask(mask);
    struct stat status;
    assert_int_equal(stat(draft.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    free(folder);
    draft_free(&draft);
}

static void a_draft_has_one_file_and_the_newest_is_found(void **state)
{
    (void)state;
    struct problem problem = {0};
    struct draft old = written("old@example.org", ""), young = written("new@example.org", "");
    assert_int_equal(draft_save(&old, &problem), 0);
    char *first = strdup(old.path);
    usleep(20 * 1000);
    assert_int_equal(draft_save(&young, &problem), 0);
    char *found = draft_find();
    assert_string_equal(found, young.path);
    free(found);
    usleep(20 * 1000);
    assert_int_equal(draft_save(&old, &problem), 0);
    assert_int_equal(access(first, F_OK), -1);
    found = draft_find();
    assert_string_equal(found, old.path);
    free(found);
    free(first);
    draft_free(&old);
    draft_free(&young);
}

static void what_is_no_draft_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } rows[] = {
        {"", 0},        {"To: bob", 7}, {"To: bob\n", 8},      {"Nonsense\n\n", 10},
        {"To:\n\n", 5}, {"\0", 1},      {"To: b\0b\n\nx", 10}, {"To: a\nFrom: b\n\n", 15},
    };
    char path[128];
    struct problem problem = {0};
    struct draft draft;
    snprintf(path, sizeof path, "%s/file", state_folder);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        FILE *file = fopen(path, "w");
        fwrite(rows[i].bytes, 1, rows[i].size, file);
        fclose(file);
        assert_int_equal(draft_load(&draft, path, &problem), EXIT_CODE_INPUT);
        assert_true(draft_is_empty(&draft));
    }
    char link[128];
    snprintf(link, sizeof link, "%s/link", state_folder);
    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(draft_load(&draft, link, &problem), EXIT_CODE_INPUT);
    assert_int_equal(draft_load(&draft, "/nowhere", &problem), EXIT_CODE_INPUT);
}

static void a_folder_that_cannot_be_had_is_told(void **state)
{
    (void)state;
    struct problem problem = {0};
    char *folder = NULL;
    setenv("XDG_STATE_HOME", "/proc/nowhere", 1);
    assert_int_equal(draft_folder(&folder, &problem), EXIT_CODE_CREATE);
    assert_null(folder);
    assert_null(draft_find());
    unsetenv("XDG_STATE_HOME");
    char *home = getenv("HOME") != NULL ? strdup(getenv("HOME")) : NULL;
    setenv("HOME", state_folder, 1);
    assert_int_equal(draft_folder(&folder, &problem), 0);
    assert_non_null(strstr(folder, "/.local/state/mailer/drafts"));
    free(folder);
    unsetenv("HOME");
    assert_int_equal(draft_folder(&folder, &problem), EXIT_CODE_CREATE);
    if (home != NULL)
        setenv("HOME", home, 1);
    free(home);
}

static void a_planted_link_is_not_followed(void **state)
{
    (void)state;
    struct problem problem = {0};
    char path[128], target[128], *folder = NULL;
    snprintf(path, sizeof path, "%s/mailer", state_folder);
    snprintf(target, sizeof target, "%s/elsewhere", state_folder);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(mkdir(target, 0700), 0);
    snprintf(path, sizeof path, "%s/mailer/drafts", state_folder);
    assert_int_equal(symlink(target, path), 0);
    assert_int_equal(draft_folder(&folder, &problem), EXIT_CODE_CREATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_draft_is_read_back_as_it_was_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_else_may_read_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_draft_has_one_file_and_the_newest_is_found, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_draft_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_had_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_planted_link_is_not_followed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
