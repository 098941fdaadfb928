/* SPDX-License-Identifier: ISC */
#include "harness/read_plan.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file of many lines that is read while it is changed. */
enum { LINES = 40000, LINE = 10, FILE_SIZE = LINES * LINE };

struct file {
    char path[48];
    struct mime_document document;
};

static void fill(const char *path, const char *line, size_t lines)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = 0; i < lines; i++)
        assert_true(fputs(line, file) >= 0);
    assert_int_equal(fclose(file), 0);
    /* Long ago, so that every change is seen however coarse the clock of the file system is. */
    const struct timespec times[2] = {{1000000, 0}, {1000000, 0}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void make_file(struct file *file, const char *type, enum mime_form form, bool keep_open)
{
    *file = (struct file){.path = "/tmp/mailer-test-cursor-XXXXXX"};
    int descriptor = mkstemp(file->path);
    assert_true(descriptor >= 0);
    close(descriptor);
    fill(file->path, "One line.\n", LINES);
    struct mime_blob *blob = NULL;
    const struct mime_leaf leaf = {.type = type, .form = form};
    assert_int_equal(mime_blob_from_file(&blob, file->path, keep_open, NULL, NULL), 0);
    assert_int_equal(mime_part_new_leaf(&file->document.root, blob, &leaf, NULL), 0);
    mime_blob_release(blob);
}

static void remove_file(struct file *file)
{
    unlink(file->path);
    mime_document_free(&file->document);
}

static void shrink(const char *path)
{
    assert_int_equal(truncate(path, FILE_SIZE / 2), 0);
}

static void grow(const char *path)
{
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    assert_true(fputs("More.\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void rewrite(const char *path)
{
    fill(path, "Two lines\n", LINES);
    const struct timespec times[2] = {{2000000, 0}, {2000000, 0}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void replace(const char *path)
{
    char other[64];
    snprintf(other, sizeof other, "%s.new", path);
    fill(other, "Another.\n", LINES);
    assert_int_equal(rename(other, path), 0);
}

static void vanish(const char *path)
{
    assert_int_equal(unlink(path), 0);
}

/* Longer, and with other lines where the old ones were: only the size of the output tells. */
static void rewrite_and_grow(const char *path)
{
    fill(path, "\n\n\n\n\n\n\n\n\n\n", LINES + 1);
}

/* Reads; after the first octets the file is changed. @return the outcome. */
static int read_with(const struct file *file, enum mailer_wire width, size_t room,
                     void (*change)(const char *path), struct mailer_error *error, uint64_t *total)
{
    static struct mime_scratch scratch;
    struct mime_plan *plan = plan_for(&file->document, width);
    struct mime_cursor cursor = mime_cursor_start(plan);
    char *out = malloc(room);
    assert_non_null(out);
    int result = 0;
    *total = 0;
    for (size_t reads = 0; result == 0 && !mime_cursor_is_at_end(&cursor); reads++) {
        size_t got = 0;
        result = mime_cursor_read(&cursor, &scratch, out, room, &got, error);
        if (result == 0)
            *total += got;
        assert_true(*total <= plan->size);
        if (reads == 3)
            change(file->path);
    }
    if (result == 0)
        assert_int_equal(*total, plan->size);
    else
        assert_false(mime_cursor_is_at_end(&cursor));
    free(out);
    mime_plan_free(plan);
    return result;
}

static const struct {
    const char *type;
    enum mime_form form;
} kinds[] = {{"text/plain", MIME_FORM_TEXT},
             {"text/csv", MIME_FORM_EXACT},
             {"image/png", MIME_FORM_EXACT},
             {"message/rfc822", MIME_FORM_MESSAGE}};

static void assert_change(void (*change)(const char *path), bool kept_open_too, const char *words)
{
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        for (int i = 0; i < 12; i++) {
            bool keep_open = i % 2 == 1;
            if (keep_open && !kept_open_too)
                continue;
            struct file file;
            struct mailer_error error = MAILER_ERROR_INIT;
            uint64_t total = 0;
            make_file(&file, kinds[kind].type, kinds[kind].form, keep_open);
            int result = read_with(&file, (enum mailer_wire)(i / 2 % 3), i < 6 ? 1000 : 50000,
                                   change, &error, &total);
            assert_int_equal(result, words == NULL ? 0 : MAILER_SOURCE);
            if (words != NULL &&
                (strstr(error.text, words) == NULL || strstr(error.text, file.path) == NULL))
                fail_msg("%s", error.text);
            remove_file(&file);
        }
    }
}

static void a_file_that_shrinks_is_told(void **state)
{
    (void)state;
    assert_change(shrink, true, "became shorter while it was sent: send it again, or send a copy");
}

static void a_file_that_grows_is_sent_as_it_was(void **state)
{
    (void)state;
    assert_change(grow, true, NULL);
}

static void a_file_that_is_rewritten_is_told(void **state)
{
    (void)state;
    assert_change(rewrite, true, "was changed while it was sent");
}

static void a_file_that_is_replaced_is_told_or_sent_as_it_was(void **state)
{
    (void)state;
    assert_change(replace, false, "was replaced by another one");
}

static void a_file_that_vanishes_is_told_or_sent_as_it_was(void **state)
{
    (void)state;
    assert_change(vanish, false, "cannot open the file");
    struct file file;
    uint64_t total = 0;
    make_file(&file, "image/png", MIME_FORM_EXACT, true);
    assert_int_equal(read_with(&file, MAILER_WIRE_7BIT, 1000, vanish, NULL, &total), 0);
    remove_file(&file);
}

static void never_more_octets_come_than_were_planned(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        struct file file;
        struct mailer_error error = MAILER_ERROR_INIT;
        uint64_t total = 0;
        make_file(&file, "text/plain", MIME_FORM_TEXT, i % 2 == 1);
        int result =
            read_with(&file, (enum mailer_wire)(i / 2), 1000, rewrite_and_grow, &error, &total);
        assert_int_equal(result, MAILER_SOURCE);
        assert_non_null(strstr(error.text, "was changed while it was sent"));
        remove_file(&file);
    }
}

static void an_error_stays_one(void **state)
{
    (void)state;
    static struct mime_scratch scratch;
    struct file file;
    make_file(&file, "image/png", MIME_FORM_EXACT, true);
    struct mime_plan *plan = plan_for(&file.document, MAILER_WIRE_7BIT);
    struct mime_cursor cursor = mime_cursor_start(plan);
    shrink(file.path);
    for (size_t i = 0; i < 3; i++) {
        char out[4000];
        size_t got = 0;
        assert_int_equal(mime_cursor_read(&cursor, &scratch, out, sizeof out, &got, NULL),
                         MAILER_SOURCE);
    }
    mime_plan_free(plan);
    remove_file(&file);
}

static void ten_thousand_files_need_few_descriptors(void **state)
{
    (void)state;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    const struct rlimit few = {64, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    struct file file;
    make_file(&file, "image/png", MIME_FORM_EXACT, false);
    fill(file.path, "One line.\n", 10);
    mime_part_free(file.document.root);
    assert_int_equal(mime_part_new_multipart(&file.document.root, "mixed", NULL), 0);
    for (size_t i = 0; i < 10000; i++) {
        struct mime_blob *blob = NULL;
        struct mime_part *part = NULL;
        const struct mime_leaf leaf = {.type = "image/png", .form = MIME_FORM_EXACT};
        assert_int_equal(mime_blob_from_file(&blob, file.path, i < 16, NULL, NULL), 0);
        assert_int_equal(mime_part_new_leaf(&part, blob, &leaf, NULL), 0);
        mime_blob_release(blob);
        assert_int_equal(mime_part_insert(file.document.root, i, part, NULL), 0);
    }
    struct mime_plan *plan = plan_for(&file.document, MAILER_WIRE_7BIT);
    struct rendering rendering = render_plan(plan, 1 << 16, NULL);
    assert_int_equal(rendering.size, plan->size);
    size_t found = 0;
    rendering.bytes[rendering.size] = '\0';
    for (char *at = (char *)rendering.bytes; (at = strstr(at, "\r\n\r\nT25l")) != NULL; at++)
        found++;
    assert_int_equal(found, 10000);
    free(rendering.bytes);
    mime_plan_free(plan);
    remove_file(&file);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

/* A file of holes, read from a place far behind 4 GiB on: no octet in front of it is read. */
static void five_gigabytes_are_read_in_constant_memory(void **state)
{
    (void)state;
    static struct mime_scratch scratch;
    const uint64_t size = UINT64_C(5000000000);
    struct file file;
    make_file(&file, "image/png", MIME_FORM_EXACT, true);
    mime_part_free(file.document.root);
    assert_int_equal(truncate(file.path, (off_t)size), 0);
    struct mime_blob *blob = NULL;
    const struct mime_leaf leaf = {.type = "image/png", .form = MIME_FORM_EXACT};
    assert_int_equal(mime_blob_from_file(&blob, file.path, true, NULL, NULL), 0);
    assert_int_equal(mime_part_new_leaf(&file.document.root, blob, &leaf, NULL), 0);
    mime_blob_release(blob);
    struct mime_plan *plan = plan_for(&file.document, MAILER_WIRE_7BIT);
    struct rusage before;
    struct rusage after;
    getrusage(RUSAGE_SELF, &before);
    struct mime_cursor cursor = mime_cursor_start(plan);
    char out[64 * 1024];
    size_t got = 0;
    assert_int_equal(mime_cursor_read(&cursor, &scratch, out, sizeof out, &got, NULL), 0);
    /* Goes on where a cursor would be after most of the lines. */
    uint64_t lines = size / 57 - 200000;
    cursor.consumed = lines * 57;
    cursor.produced = lines * 78;
    cursor.codec = mime_codec_start(MIME_CODEC_BASE64);
    cursor.carry_taken = cursor.carry_size;
    uint64_t total = plan->segments[0].size + cursor.produced;
    while (!mime_cursor_is_at_end(&cursor)) {
        assert_int_equal(mime_cursor_read(&cursor, &scratch, out, sizeof out, &got, NULL), 0);
        total += got;
    }
    getrusage(RUSAGE_SELF, &after);
    assert_int_equal(total, plan->size);
    assert_true(after.ru_maxrss - before.ru_maxrss < 2048);
    mime_plan_free(plan);
    remove_file(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_shrinks_is_told),
        cmocka_unit_test(a_file_that_grows_is_sent_as_it_was),
        cmocka_unit_test(a_file_that_is_rewritten_is_told),
        cmocka_unit_test(a_file_that_is_replaced_is_told_or_sent_as_it_was),
        cmocka_unit_test(a_file_that_vanishes_is_told_or_sent_as_it_was),
        cmocka_unit_test(never_more_octets_come_than_were_planned),
        cmocka_unit_test(an_error_stays_one),
        cmocka_unit_test(ten_thousand_files_need_few_descriptors),
        cmocka_unit_test(five_gigabytes_are_read_in_constant_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
