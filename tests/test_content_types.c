/* SPDX-License-Identifier: ISC */
/* The files of tests/content, each with its name, with none, and with a wrong one. */
#include "content/detect.h"
#include "harness/harness.h"

#include <dirent.h>
#include <stdio.h>

struct sample {
    char path[512];
    char name[64];
    char type[MIME_TYPE_SIZE];
    char bare_type[MIME_TYPE_SIZE]; /* without a name */
};

/* Reads the next line of the list. */
static bool next_sample(FILE *list, struct sample *sample)
{
    char line[512];
    while (fgets(line, sizeof line, list) != NULL) {
        if (line[0] == '#')
            continue;
        int count = sscanf(line, "%63s %127s %127s", sample->name, sample->type, sample->bare_type);
        assert_true(count >= 2);
        if (count == 2)
            memcpy(sample->bare_type, sample->type, sizeof sample->type);
        snprintf(sample->path, sizeof sample->path, "%s/files/%s", MAILER_TEST_CONTENT,
                 sample->name);
        return true;
    }
    return false;
}

static FILE *open_list(void)
{
    FILE *list = fopen(MAILER_TEST_CONTENT "/types.txt", "r");
    assert_non_null(list);
    return list;
}

static void assert_type(struct mime_detector *detector, const struct mime_blob *blob,
                        const struct sample *sample, const char *name, const char *expected)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    char type[MIME_TYPE_SIZE];
    assert_int_equal(mime_detect(detector, blob, name, type, &error), 0);
    if (strcmp(type, expected) != 0)
        fail_msg("%s named %s is %s, not %s", sample->name, name != NULL ? name : "(nothing)", type,
                 expected);
}

static void check_sample(struct mime_detector *detector, const struct sample *sample)
{
    static const char *const wrong[] = {"wrong.png", "wrong.pdf", "wrong.heic",   "wrong.ics",
                                        "wrong.GIF", "wrong.wav", "wrong.unknown"};
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mime_blob *blob = NULL;
    if (mime_blob_from_file(&blob, sample->path, true, NULL, &error) != 0)
        fail_msg("%s", error.text);
    assert_type(detector, blob, sample, sample->name, sample->type);
    assert_type(detector, blob, sample, NULL, sample->bare_type);
    assert_type(detector, blob, sample, "bare", sample->bare_type);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_type(detector, blob, sample, wrong[i], sample->bare_type);
    mime_blob_release(blob);
}

static void each_file_has_its_type_whatever_it_is_called(void **state)
{
    (void)state;
    struct mime_detector *detector = NULL;
    assert_int_equal(mime_detector_new(&detector, NULL), 0);
    FILE *list = open_list();
    struct sample sample;
    size_t count = 0;
    for (; next_sample(list, &sample); count++)
        check_sample(detector, &sample);
    fclose(list);
    mime_detector_free(detector);
    assert_true(count > 100);
}

static void text_stays_text_when_it_is_called_so(void **state)
{
    (void)state;
    struct mime_detector *detector = NULL;
    assert_int_equal(mime_detector_new(&detector, NULL), 0);
    FILE *list = open_list();
    struct sample sample;
    while (next_sample(list, &sample)) {
        struct mime_blob *blob = NULL;
        char type[MIME_TYPE_SIZE];
        assert_int_equal(mime_blob_from_file(&blob, sample.path, true, NULL, NULL), 0);
        assert_int_equal(mime_detect(detector, blob, "a.txt", type, NULL), 0);
        if (strcmp(type, "text/plain") != 0 && strcmp(type, sample.bare_type) != 0)
            fail_msg("%s named a.txt is %s", sample.name, type);
        mime_blob_release(blob);
    }
    fclose(list);
    mime_detector_free(detector);
}

static void no_file_is_left_out_of_the_list(void **state)
{
    (void)state;
    DIR *folder = opendir(MAILER_TEST_CONTENT "/files");
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        FILE *list = open_list();
        struct sample sample;
        bool found = entry->d_name[0] == '.';
        while (!found && next_sample(list, &sample))
            found = strcmp(sample.name, entry->d_name) == 0;
        fclose(list);
        if (!found)
            fail_msg("%s is not in the list", entry->d_name);
    }
    closedir(folder);
}

/* Each beginning of each file, in a block of just its size: nothing is read past it, and no cut
 * makes of text what only a reader of active content would want. */
static void a_file_may_end_anywhere(void **state)
{
    (void)state;
    struct mime_detector *detector = NULL;
    assert_int_equal(setenv("MAGIC", "/nowhere/magic", 1), 0);
    assert_int_equal(mime_detector_new(&detector, NULL), 0);
    FILE *list = open_list();
    struct sample sample;
    while (next_sample(list, &sample)) {
        static char bytes[4096];
        FILE *file = fopen(sample.path, "rb");
        assert_non_null(file);
        size_t size = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        for (size_t cut = 0; cut < size; cut += 1 + cut / 64) {
            struct mime_blob *blob = NULL;
            char type[MIME_TYPE_SIZE];
            assert_int_equal(mime_blob_from_memory(&blob, bytes, cut, NULL), 0);
            assert_int_equal(mime_detect(detector, blob, sample.name, type, NULL), 0);
            assert_non_null(strchr(type, '/'));
            mime_blob_release(blob);
        }
    }
    fclose(list);
    mime_detector_free(detector);
    assert_int_equal(unsetenv("MAGIC"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_file_has_its_type_whatever_it_is_called),
        cmocka_unit_test(text_stays_text_when_it_is_called_so),
        cmocka_unit_test(no_file_is_left_out_of_the_list),
        cmocka_unit_test(a_file_may_end_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
