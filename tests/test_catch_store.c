/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "catch_store.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct place {
    char folder[64];
    struct catch_store store;
    struct catch_file *file;
};

static void open_place(struct place *place)
{
    snprintf(place->folder, sizeof place->folder, "/tmp/test-catch-store-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    assert_int_equal(rmdir(place->folder), 0);
    assert_int_equal(catch_store_open(&place->store, place->folder, NULL), 0);
    place->file = malloc(sizeof *place->file);
    assert_non_null(place->file);
    catch_file_init(place->file, &place->store);
}

/* Counts what is in the folder; removes it too when asked. */
static size_t count_files(const struct place *place, bool removed)
{
    DIR *folder = opendir(place->folder);
    assert_non_null(folder);
    size_t count = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        char path[400];
        snprintf(path, sizeof path, "%s/%s", place->folder, entry->d_name);
        if (removed)
            unlink(path);
    }
    closedir(folder);
    return count;
}

static void close_place(struct place *place)
{
    count_files(place, true);
    catch_store_close(&place->store);
    assert_int_equal(rmdir(place->folder), 0);
    free(place->file);
}

static char *read_whole(const struct place *place, const char *name, const char *suffix,
                        size_t *size)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%.*s%s", place->folder, (int)(strlen(name) - 4), name, suffix);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    struct stat status;
    assert_int_equal(fstat(fileno(file), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    char *bytes = calloc(1, (size_t)status.st_size + 1);
    assert_non_null(bytes);
    *size = fread(bytes, 1, (size_t)status.st_size, file);
    assert_int_equal(*size, status.st_size);
    fclose(file);
    return bytes;
}

static void a_message_is_kept_octet_for_octet_with_its_envelope(void **state)
{
    (void)state;
    struct place place;
    open_place(&place);
    struct stat status;
    assert_int_equal(stat(place.folder, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    struct catch_envelope envelope = {.hello = "h\"\x01\xFF",
                                      .sender = "\"a\\\"b\"@c",
                                      .recipients = buffer_empty(100),
                                      .recipient_count = 2,
                                      .body = CATCH_BODY_BINARYMIME,
                                      .international = true,
                                      .chunked = true,
                                      .size = 5};
    buffer_append(&envelope.recipients, "d@e\0j\xC3\xBC@f", 10);
    char name[CATCH_NAME_SIZE];
    assert_int_equal(catch_file_begin(place.file), CATCH_KEPT);
    assert_int_equal(catch_file_write(place.file, "a\0\r", 3), CATCH_KEPT);
    assert_int_equal(catch_file_write(place.file, "\nb", 2), CATCH_KEPT);
    assert_int_equal(count_files(&place, false), 1);
    assert_int_equal(catch_file_commit(place.file, &envelope, name), CATCH_KEPT);
    assert_int_equal(count_files(&place, false), 2);
    size_t size = 0;
    char *message = read_whole(&place, name, ".eml", &size);
    assert_int_equal(size, 5);
    assert_memory_equal(message, "a\0\r\nb", 5);
    free(message);
    char *json = read_whole(&place, name, ".json", &size);
    assert_string_equal(json, "{\n  \"helo\": \"h\\\"\\u0001\\ufffd\",\n"
                              "  \"sender\": \"\\\"a\\\\\\\"b\\\"@c\",\n"
                              "  \"recipients\": [\n    \"d@e\",\n    \"j\xC3\xBC@f\"\n  ],\n"
                              "  \"body\": \"BINARYMIME\",\n  \"smtputf8\": true,\n"
                              "  \"by\": \"BDAT\",\n  \"size\": 5\n}\n");
    free(json);
    buffer_free(&envelope.recipients);
    close_place(&place);
}

static void pieces_of_any_size_come_together(void **state)
{
    (void)state;
    struct place place;
    open_place(&place);
    enum { SIZE = 1 << 20 };
    char *bytes = malloc(SIZE);
    assert_non_null(bytes);
    uint64_t random = 1;
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (char)harness_random(&random);
    assert_int_equal(catch_file_begin(place.file), CATCH_KEPT);
    for (size_t at = 0; at < SIZE;) {
        size_t part = harness_random(&random) % (harness_random(&random) % 4 == 0 ? 150000 : 3000);
        part = part > SIZE - at ? SIZE - at : part;
        assert_int_equal(catch_file_write(place.file, bytes + at, part), CATCH_KEPT);
        at += part;
    }
    struct catch_envelope envelope = {.size = SIZE};
    char name[CATCH_NAME_SIZE];
    assert_int_equal(catch_file_commit(place.file, &envelope, name), CATCH_KEPT);
    size_t size = 0;
    char *message = read_whole(&place, name, ".eml", &size);
    assert_int_equal(size, SIZE);
    assert_memory_equal(message, bytes, SIZE);
    free(message);
    free(bytes);
    close_place(&place);
}

static void names_sort_in_the_order_of_arrival(void **state)
{
    (void)state;
    struct place place;
    open_place(&place);
    char before[CATCH_NAME_SIZE] = "";
    for (int i = 0; i < 20; i++) {
        char name[CATCH_NAME_SIZE];
        struct catch_envelope envelope = {.size = 0};
        assert_int_equal(catch_file_begin(place.file), CATCH_KEPT);
        assert_int_equal(catch_file_commit(place.file, &envelope, name), CATCH_KEPT);
        assert_true(strcmp(before, name) < 0);
        memcpy(before, name, sizeof name);
    }
    assert_int_equal(count_files(&place, false), 40);
    close_place(&place);
}

static void an_abandoned_message_leaves_nothing(void **state)
{
    (void)state;
    struct place place;
    open_place(&place);
    catch_file_abandon(place.file);
    assert_int_equal(catch_file_begin(place.file), CATCH_KEPT);
    assert_int_equal(catch_file_write(place.file, "abc", 3), CATCH_KEPT);
    catch_file_abandon(place.file);
    catch_file_abandon(place.file);
    assert_int_equal(count_files(&place, false), 0);
    close_place(&place);
}

/* In a process of its own, as the limit cannot be lifted again. Gives what went wrong, or 0. */
static int fill(struct place *place, rlim_t limit)
{
    static const char block[100000];
    struct catch_envelope envelope = {.size = sizeof block};
    char name[CATCH_NAME_SIZE];
    const struct rlimit limits = {limit, limit};
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limits) != 0 || catch_file_begin(place->file) != CATCH_KEPT)
        return 1;
    enum catch_outcome outcome = catch_file_write(place->file, block, sizeof block);
    if (outcome == CATCH_KEPT)
        outcome = catch_file_commit(place->file, &envelope, name);
    return outcome == CATCH_FULL ? 0 : 2;
}

static void where_no_room_is_left_nothing_stays(void **state)
{
    (void)state;
    static const rlim_t limits[] = {0, 50, 65536, 99999};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct place place;
        open_place(&place);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            _exit(fill(&place, limits[i]));
        int status = -1;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        assert_int_equal(count_files(&place, false), 0);
        close_place(&place);
    }
}

static void a_folder_that_vanished_is_told(void **state)
{
    (void)state;
    struct place place;
    open_place(&place);
    assert_int_equal(rmdir(place.folder), 0);
    assert_int_equal(catch_file_begin(place.file), CATCH_BROKEN);
    assert_int_equal(mkdir(place.folder, 0700), 0);
    close_place(&place);
}

static void what_is_no_folder_is_refused(void **state)
{
    (void)state;
    struct catch_store store;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(catch_store_open(&store, "/dev/null", &error), MAILER_SYSTEM);
    assert_non_null(strstr(error.text, "/dev/null"));
    assert_int_equal(catch_store_open(&store, "/dev/null/x", NULL), MAILER_SYSTEM);
}

static void without_a_folder_nothing_is_written(void **state)
{
    (void)state;
    struct catch_store store;
    assert_int_equal(catch_store_open(&store, NULL, NULL), 0);
    struct catch_file *file = malloc(sizeof *file);
    assert_non_null(file);
    catch_file_init(file, &store);
    struct catch_envelope envelope = {.size = 3};
    char name[CATCH_NAME_SIZE];
    assert_int_equal(catch_file_begin(file), CATCH_KEPT);
    assert_int_equal(catch_file_write(file, "abc", 3), CATCH_KEPT);
    assert_int_equal(catch_file_commit(file, &envelope, name), CATCH_KEPT);
    assert_string_equal(name, "discarded");
    catch_file_abandon(file);
    free(file);
    catch_store_close(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_kept_octet_for_octet_with_its_envelope),
        cmocka_unit_test(pieces_of_any_size_come_together),
        cmocka_unit_test(names_sort_in_the_order_of_arrival),
        cmocka_unit_test(an_abandoned_message_leaves_nothing),
        cmocka_unit_test(where_no_room_is_left_nothing_stays),
        cmocka_unit_test(a_folder_that_vanished_is_told),
        cmocka_unit_test(what_is_no_folder_is_refused),
        cmocka_unit_test(without_a_folder_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
