/* SPDX-License-Identifier: ISC */
#include "content/blob.h"
#include "content/spool.h"
#include "harness/harness.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* Takes the place of the C library's pread(): one that is interrupted each other time, and reads
 * few octets. */
static int reads;
static bool reads_badly;

ssize_t pread(int descriptor, void *bytes, size_t size, off_t offset)
{
    if (reads_badly && reads++ % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    return syscall(SYS_pread64, descriptor, bytes, reads_badly && size > 2 ? 2 : size, offset);
}

/* A directory of its own for each test. */
struct place {
    char directory[48];
    char path[96];
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (place == NULL)
        return -1;
    strcpy(place->directory, "/tmp/mailer-test-blob-XXXXXX");
    if (mkdtemp(place->directory) == NULL)
        return -1;
    snprintf(place->path, sizeof place->path, "%s/file", place->directory);
    *state = place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    unlink(place->path);
    int result = rmdir(place->directory);
    free(place);
    return result;
}

static void write_file(const char *path, int flags, const char *bytes, size_t size)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | flags, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, bytes, size), size);
    assert_int_equal(close(descriptor), 0);
}

/* Sets the time of change, so that no test depends on how fine the clock of a file system is. */
static void set_time(const char *path, time_t seconds)
{
    const struct timespec times[2] = {{seconds, 0}, {seconds, 0}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void assert_refused(const char *path, enum mailer_error_class error_class, int system_code,
                           const char *words)
{
    for (int keep_open = 0; keep_open < 2; keep_open++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        struct mime_blob *blob = (struct mime_blob *)&error;
        assert_int_equal(mime_blob_from_file(&blob, path, keep_open, NULL, &error), error_class);
        assert_null(blob);
        assert_int_equal(error.error_class, error_class);
        assert_int_equal(error.stage, MAILER_STAGE_MESSAGE);
        assert_int_equal(error.system_code, system_code);
        assert_non_null(strstr(error.text, path));
        if (strstr(error.text, words) == NULL)
            fail_msg("\"%s\" lacks \"%s\"", error.text, words);
    }
}

static void assert_reads(const struct mime_blob *blob, const char *bytes, size_t size)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mime_blob_size(blob), size);
    for (size_t offset = 0; offset <= size + 1; offset++) {
        for (size_t wanted = 0; wanted <= size + 1; wanted++) {
            char *room = malloc(wanted > 0 ? wanted : 1);
            assert_non_null(room);
            size_t left = offset < size ? size - offset : 0;
            size_t expected = wanted < left ? wanted : left;
            size_t got = 99;
            assert_int_equal(mime_blob_read(blob, offset, room, wanted, &got, &error), 0);
            assert_int_equal(got, expected);
            if (expected > 0)
                assert_memory_equal(room, bytes + offset, expected);
            free(room);
        }
    }
    assert_int_equal(mime_blob_verify(blob, &error), 0);
}

static void memory_is_copied_and_read_at_any_offset(void **state)
{
    (void)state;
    struct mime_blob *blob = NULL;
    char *bytes = harness_exact("one\0two", 7);
    assert_int_equal(mime_blob_from_memory(&blob, bytes, 7, NULL), 0);
    memset(bytes, 'x', 7);
    free(bytes);
    assert_reads(blob, "one\0two", 7);
    mime_blob_release(blob);
    assert_int_equal(mime_blob_from_memory(&blob, NULL, 0, NULL), 0);
    assert_reads(blob, "", 0);
    mime_blob_release(blob);
    mime_blob_release(NULL);
}

static void a_blob_lives_as_long_as_its_last_owner(void **state)
{
    (void)state;
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_memory(&blob, "abc", 3, NULL), 0);
    assert_ptr_equal(mime_blob_share(blob), blob);
    mime_blob_release(blob);
    assert_reads(blob, "abc", 3);
    mime_blob_release(blob);
}

static void a_file_is_read_at_any_offset(void **state)
{
    struct place *place = *state;
    write_file(place->path, 0, "some text", 9);
    for (int keep_open = 0; keep_open < 2; keep_open++) {
        struct mime_blob *blob = NULL;
        assert_int_equal(mime_blob_from_file(&blob, place->path, keep_open, NULL, NULL), 0);
        assert_reads(blob, "some text", 9);
        mime_blob_release(blob);
    }
}

static void reads_that_are_interrupted_or_short_are_carried_on(void **state)
{
    struct place *place = *state;
    write_file(place->path, 0, "some text", 9);
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_file(&blob, place->path, true, NULL, NULL), 0);
    reads = 0;
    reads_badly = true;
    assert_reads(blob, "some text", 9);
    reads_badly = false;
    assert_true(reads > 9 * 9);
    mime_blob_release(blob);
}

static void an_empty_file_is_a_blob_of_nothing(void **state)
{
    struct place *place = *state;
    write_file(place->path, 0, "", 0);
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_file(&blob, place->path, false, NULL, NULL), 0);
    assert_reads(blob, "", 0);
    mime_blob_release(blob);
}

static void symbolic_links_are_followed(void **state)
{
    struct place *place = *state;
    char link_path[160];
    snprintf(link_path, sizeof link_path, "%s/link", place->directory);
    write_file(place->path, 0, "linked", 6);
    assert_int_equal(symlink("file", link_path), 0);
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_file(&blob, link_path, false, NULL, NULL), 0);
    assert_reads(blob, "linked", 6);
    mime_blob_release(blob);
    unlink(link_path);
}

static void what_is_appended_is_not_read(void **state)
{
    struct place *place = *state;
    for (int keep_open = 0; keep_open < 2; keep_open++) {
        write_file(place->path, O_TRUNC, "log 1\n", 6);
        set_time(place->path, 1000);
        struct mime_blob *blob = NULL;
        assert_int_equal(mime_blob_from_file(&blob, place->path, keep_open, NULL, NULL), 0);
        write_file(place->path, O_APPEND, "log 2\n", 6);
        assert_reads(blob, "log 1\n", 6);
        mime_blob_release(blob);
    }
}

static void assert_changed(const struct mime_blob *blob, const char *words)
{
    char room[16];
    size_t got = 99;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mime_blob_read(blob, 0, room, sizeof room, &got, &error), MAILER_SOURCE);
    assert_int_equal(got, 0);
    assert_int_equal(error.stage, MAILER_STAGE_MESSAGE);
    if (strstr(error.text, words) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", error.text, words);
    struct mailer_error again = MAILER_ERROR_INIT;
    assert_int_equal(mime_blob_verify(blob, &again), MAILER_SOURCE);
    assert_string_equal(error.text, again.text);
}

static void a_file_that_became_shorter_is_refused(void **state)
{
    struct place *place = *state;
    for (int keep_open = 0; keep_open < 2; keep_open++) {
        write_file(place->path, O_TRUNC, "123456", 6);
        set_time(place->path, 1000);
        struct mime_blob *blob = NULL;
        assert_int_equal(mime_blob_from_file(&blob, place->path, keep_open, NULL, NULL), 0);
        assert_int_equal(truncate(place->path, 5), 0);
        set_time(place->path, 1000);
        assert_changed(blob, "became shorter");
        mime_blob_release(blob);
    }
}

static void a_file_that_was_written_over_is_refused(void **state)
{
    struct place *place = *state;
    for (int keep_open = 0; keep_open < 2; keep_open++) {
        write_file(place->path, O_TRUNC, "123456", 6);
        set_time(place->path, 1000);
        struct mime_blob *blob = NULL;
        assert_int_equal(mime_blob_from_file(&blob, place->path, keep_open, NULL, NULL), 0);
        write_file(place->path, 0, "abc", 3);
        assert_changed(blob, "was changed");
        mime_blob_release(blob);
    }
}

static void a_file_that_was_replaced_is_refused_or_still_read_as_it_was(void **state)
{
    struct place *place = *state;
    char other[160];
    snprintf(other, sizeof other, "%s/other", place->directory);
    for (int keep_open = 0; keep_open < 2; keep_open++) {
        write_file(place->path, O_TRUNC, "123456", 6);
        set_time(place->path, 1000);
        struct mime_blob *blob = NULL;
        assert_int_equal(mime_blob_from_file(&blob, place->path, keep_open, NULL, NULL), 0);
        write_file(other, 0, "abcdef", 6);
        set_time(other, 1000);
        assert_int_equal(rename(other, place->path), 0);
        if (keep_open)
            assert_reads(blob, "123456", 6);
        else
            assert_changed(blob, "replaced");
        mime_blob_release(blob);
    }
}

static void a_file_that_became_a_pipe_is_refused_without_waiting(void **state)
{
    struct place *place = *state;
    write_file(place->path, 0, "123456", 6);
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_file(&blob, place->path, false, NULL, NULL), 0);
    assert_int_equal(unlink(place->path), 0);
    assert_int_equal(mkfifo(place->path, 0600), 0);
    assert_changed(blob, "replaced");
    mime_blob_release(blob);
}

static void a_file_that_vanished_is_refused_or_still_read(void **state)
{
    struct place *place = *state;
    for (int keep_open = 0; keep_open < 2; keep_open++) {
        write_file(place->path, 0, "123456", 6);
        struct mime_blob *blob = NULL;
        assert_int_equal(mime_blob_from_file(&blob, place->path, keep_open, NULL, NULL), 0);
        assert_int_equal(unlink(place->path), 0);
        if (keep_open)
            assert_reads(blob, "123456", 6);
        else
            assert_changed(blob, "No such file");
        mime_blob_release(blob);
    }
}

static void a_new_name_or_mode_is_no_change(void **state)
{
    struct place *place = *state;
    write_file(place->path, 0, "123456", 6);
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_file(&blob, place->path, true, NULL, NULL), 0);
    assert_int_equal(chmod(place->path, 0400), 0);
    char other[160];
    snprintf(other, sizeof other, "%s/other", place->directory);
    assert_int_equal(rename(place->path, other), 0);
    assert_reads(blob, "123456", 6);
    mime_blob_release(blob);
    unlink(other);
}

static void what_is_no_file_is_refused_at_once(void **state)
{
    struct place *place = *state;
    assert_refused(place->path, MAILER_SOURCE, ENOENT, "is its name right?");
    assert_refused(place->directory, MAILER_SOURCE, 0, "is a directory");
    assert_refused("/dev/zero", MAILER_SOURCE, 0, "is a device");
    assert_refused("/dev/null", MAILER_SOURCE, 0, "is a device");
    assert_int_equal(mkfifo(place->path, 0600), 0);
    assert_refused(place->path, MAILER_SOURCE, 0, "is a pipe, not a file: pass a descriptor");
    assert_int_equal(unlink(place->path), 0);
    assert_int_equal(symlink(place->path, place->path), 0);
    assert_refused(place->path, MAILER_SOURCE, ELOOP, "circle");
    assert_int_equal(unlink(place->path), 0);

    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", place->path);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_refused(place->path, MAILER_SOURCE, ENXIO, "socket");
    close(listener);
}

/* Runs a check as a user without rights, in a process of its own. */
static void a_file_that_may_not_be_read_is_refused(void **state)
{
    struct place *place = *state;
    write_file(place->path, 0, "secret", 6);
    assert_int_equal(chmod(place->path, 0), 0);
    assert_int_equal(chmod(place->directory, 0755), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(2);
        struct mailer_error error = MAILER_ERROR_INIT;
        struct mime_blob *blob = NULL;
        int result = mime_blob_from_file(&blob, place->path, false, NULL, &error);
        bool right = result == MAILER_SOURCE && error.system_code == EACCES &&
                     strstr(error.text, "must be readable") != NULL;
        _exit(right ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void names_in_errors_are_printable_and_leave_room_for_the_reason(void **state)
{
    (void)state;
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_file(&blob, "/nowhere/a\x1B[2J\n", false, NULL, &error),
                     MAILER_SOURCE);
    assert_non_null(strstr(error.text, "/nowhere/a\\x1B[2J\\x0A"));
    char path[4000];
    memset(path, '\x01', sizeof path);
    strcpy(path + sizeof path - 6, "a.png");
    error = (struct mailer_error)MAILER_ERROR_INIT;
    assert_int_equal(mime_blob_from_file(&blob, path, false, NULL, &error), MAILER_SOURCE);
    assert_non_null(strstr(error.text, "File name too long"));
    memset(path, 'n', sizeof path - 6);
    error = (struct mailer_error)MAILER_ERROR_INIT;
    assert_int_equal(mime_blob_from_file(&blob, path, false, NULL, &error), MAILER_SOURCE);
    assert_non_null(strstr(error.text, "na.png: File name too long"));
}

static void a_file_without_a_size_is_read_at_once(void **state)
{
    (void)state;
    if (access("/proc/self/status", R_OK) != 0)
        skip();
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_file(&blob, "/proc/self/status", false, NULL, NULL), 0);
    assert_true(mime_blob_size(blob) > 100);
    char room[5];
    size_t got = 0;
    assert_int_equal(mime_blob_read(blob, 0, room, sizeof room, &got, NULL), 0);
    assert_memory_equal(room, "Name:", 5);
    assert_int_equal(mime_blob_verify(blob, NULL), 0);
    mime_blob_release(blob);
}

static void offsets_past_4_gib_are_right(void **state)
{
    struct place *place = *state;
    const uint64_t size = UINT64_C(5) << 30;
    write_file(place->path, 0, "", 0);
    assert_int_equal(truncate(place->path, (off_t)size), 0);
    int descriptor = open(place->path, O_WRONLY);
    assert_int_equal(pwrite(descriptor, "far", 3, (off_t)(size - 3)), 3);
    close(descriptor);
    for (int keep_open = 0; keep_open < 2; keep_open++) {
        struct mime_blob *blob = NULL;
        assert_int_equal(mime_blob_from_file(&blob, place->path, keep_open, NULL, NULL), 0);
        assert_true(mime_blob_size(blob) == size);
        char room[8];
        size_t got = 0;
        assert_int_equal(mime_blob_read(blob, size - 5, room, sizeof room, &got, NULL), 0);
        assert_int_equal(got, 5);
        assert_memory_equal(room, "\0\0far", 5);
        assert_int_equal(mime_blob_read(blob, UINT64_MAX, room, sizeof room, &got, NULL), 0);
        assert_int_equal(got, 0);
        mime_blob_release(blob);
    }
}

enum { MANY = 10000 };

static void ten_thousand_files_need_no_descriptors(void **state)
{
    struct place *place = *state;
    struct rlimit was;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &(struct rlimit){64, was.rlim_max}), 0);
    write_file(place->path, 0, "many", 4);
    struct mime_blob **blobs = calloc(MANY, sizeof(struct mime_blob *));
    assert_non_null(blobs);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(mime_blob_from_file(&blobs[i], place->path, false, NULL, NULL), 0);
    for (int i = 0; i < MANY; i++) {
        char room[4];
        size_t got = 0;
        assert_int_equal(mime_blob_read(blobs[i], 0, room, sizeof room, &got, NULL), 0);
        assert_int_equal(got, 4);
        mime_blob_release(blobs[i]);
    }
    int result = 0;
    int opened = 0;
    struct mailer_error error = MAILER_ERROR_INIT;
    while (result == 0 && opened < 64)
        result = mime_blob_from_file(&blobs[opened++], place->path, true, NULL, &error);
    assert_int_equal(result, MAILER_SYSTEM);
    assert_int_equal(error.system_code, EMFILE);
    assert_null(blobs[opened - 1]);
    for (int i = 0; i < opened; i++)
        mime_blob_release(blobs[i]);
    free(blobs);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
}

static void *read_many_times(void *argument)
{
    struct mime_blob *blob = argument;
    uint64_t random = (uint64_t)(uintptr_t)&random;
    for (int i = 0; i < 2000; i++) {
        uint32_t words[4];
        size_t got = 0;
        uint32_t at = harness_random(&random) % 1000;
        struct mime_blob *own = mime_blob_share(blob);
        int result = mime_blob_read(own, at * sizeof *words, words, sizeof words, &got, NULL);
        mime_blob_release(own);
        if (result != 0 || got != sizeof words || words[0] != at || words[3] != at + 3)
            return argument;
    }
    return NULL;
}

static void several_threads_read_one_blob(void **state)
{
    struct place *place = *state;
    uint32_t words[1004];
    for (uint32_t i = 0; i < 1004; i++)
        words[i] = i;
    write_file(place->path, 0, (const char *)words, sizeof words);
    for (int keep_open = 0; keep_open < 2; keep_open++) {
        struct mime_blob *blob = NULL;
        assert_int_equal(mime_blob_from_file(&blob, place->path, keep_open, NULL, NULL), 0);
        pthread_t threads[4];
        for (int i = 0; i < 4; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, read_many_times, blob), 0);
        for (int i = 0; i < 4; i++) {
            void *failed = blob;
            assert_int_equal(pthread_join(threads[i], &failed), 0);
            assert_null(failed);
        }
        mime_blob_release(blob);
    }
}

static void input_from_a_descriptor_is_kept(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "piped", 5), 5);
    close(ends[1]);
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_descriptor(&blob, ends[0], "standard input", NULL, NULL), 0);
    assert_reads(blob, "piped", 5);
    mime_blob_release(blob);
    close(ends[0]);
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mime_blob_from_descriptor(&blob, -1, "standard input", NULL, &error),
                     MAILER_SOURCE);
    assert_null(blob);
    assert_non_null(strstr(error.text, "standard input"));
}

static void long_input_from_a_descriptor_is_kept_in_a_file(void **state)
{
    struct place *place = *state;
    const size_t size = 600001;
    uint32_t *words = calloc(size / 4 + 1, 4);
    assert_non_null(words);
    for (uint32_t i = 0; i <= size / 4; i++)
        words[i] = i;
    write_file(place->path, 0, (const char *)words, size);
    int descriptor = open(place->path, O_RDONLY);
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_descriptor(&blob, descriptor, "input", place->directory, NULL),
                     0);
    close(descriptor);
    assert_int_equal(truncate(place->path, 0), 0);
    assert_int_equal(mime_blob_size(blob), size);
    char *room = malloc(size);
    size_t got = 0;
    assert_int_equal(mime_blob_read(blob, 0, room, size, &got, NULL), 0);
    assert_int_equal(got, size);
    assert_memory_equal(room, words, size);
    assert_int_equal(mime_blob_verify(blob, NULL), 0);
    mime_blob_release(blob);
    free(room);
    free(words);
}

static void a_slice_reads_as_a_stretch_of_the_whole(void **state)
{
    (void)state;
    struct mime_blob *whole = NULL, *slice = NULL, *inner = NULL;
    assert_int_equal(mime_blob_from_memory(&whole, "0123456789", 10, NULL), 0);
    assert_int_equal(mime_blob_slice(&slice, whole, 2, 6, NULL), 0);
    assert_int_equal(mime_blob_slice(&inner, slice, 1, 3, NULL), 0);
    mime_blob_release(whole);
    assert_reads(slice, "234567", 6);
    mime_blob_release(slice);
    assert_reads(inner, "345", 3);
    char room[8];
    size_t got = 0;
    assert_int_equal(mime_blob_read(inner, 2, room, sizeof room, &got, NULL), 0);
    assert_int_equal(got, 1);
    assert_int_equal(mime_blob_verify(inner, NULL), 0);
    mime_blob_release(inner);
}

static void one_file_is_known_under_two_names(void **state)
{
    struct place *place = *state;
    char link[512];
    write_file(place->path, 0, "octets", 6);
    snprintf(link, sizeof link, "%s/link", place->directory);
    assert_int_equal(symlink(place->path, link), 0);
    struct mime_blob *one = NULL, *other = NULL, *memory = NULL;
    assert_int_equal(mime_blob_from_file(&one, place->path, true, NULL, NULL), 0);
    assert_int_equal(mime_blob_from_file(&other, link, false, NULL, NULL), 0);
    assert_int_equal(mime_blob_from_memory(&memory, "octets", 6, NULL), 0);
    assert_true(mime_blob_is_same_file(one, other));
    assert_false(mime_blob_is_same_file(one, memory));
    assert_false(mime_blob_is_same_file(memory, memory));
    mime_blob_release(one);
    mime_blob_release(other);
    mime_blob_release(memory);
    unlink(link);
}

static void a_spool_that_was_written_becomes_a_blob(void **state)
{
    (void)state;
    struct mime_spool_writer writer = mime_spool_start("made", NULL);
    assert_int_equal(mime_spool_append(&writer, "made text", 9, NULL), 0);
    struct mime_spool spool;
    assert_int_equal(mime_spool_finish(&writer, &spool, NULL), 0);
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_spool(&blob, &spool, "made", NULL), 0);
    assert_reads(blob, "made text", 9);
    assert_string_equal(mime_blob_name(blob).text, "made");
    mime_blob_release(blob);
}

int main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_copied_and_read_at_any_offset),
        cmocka_unit_test(a_blob_lives_as_long_as_its_last_owner),
        IN_PLACE(a_file_is_read_at_any_offset),
        IN_PLACE(reads_that_are_interrupted_or_short_are_carried_on),
        IN_PLACE(an_empty_file_is_a_blob_of_nothing),
        IN_PLACE(symbolic_links_are_followed),
        IN_PLACE(what_is_appended_is_not_read),
        IN_PLACE(a_file_that_became_shorter_is_refused),
        IN_PLACE(a_file_that_was_written_over_is_refused),
        IN_PLACE(a_file_that_was_replaced_is_refused_or_still_read_as_it_was),
        IN_PLACE(a_file_that_became_a_pipe_is_refused_without_waiting),
        IN_PLACE(a_file_that_vanished_is_refused_or_still_read),
        IN_PLACE(a_new_name_or_mode_is_no_change),
        IN_PLACE(what_is_no_file_is_refused_at_once),
        IN_PLACE(a_file_that_may_not_be_read_is_refused),
        cmocka_unit_test(names_in_errors_are_printable_and_leave_room_for_the_reason),
        cmocka_unit_test(a_file_without_a_size_is_read_at_once),
        IN_PLACE(offsets_past_4_gib_are_right),
        IN_PLACE(ten_thousand_files_need_no_descriptors),
        IN_PLACE(several_threads_read_one_blob),
        cmocka_unit_test(input_from_a_descriptor_is_kept),
        IN_PLACE(long_input_from_a_descriptor_is_kept_in_a_file),
        cmocka_unit_test(a_slice_reads_as_a_stretch_of_the_whole),
        IN_PLACE(one_file_is_known_under_two_names),
        cmocka_unit_test(a_spool_that_was_written_becomes_a_blob),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
