/* SPDX-License-Identifier: ISC */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "content/spool.h"
#include "harness/harness.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

/* Takes the place of the C library's open(): a file system that has no files without a name. */
static bool no_unnamed_files;

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (no_unnamed_files && (flags & O_TMPFILE) == O_TMPFILE) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static char *pattern(size_t size)
{
    char *bytes = malloc(size > 0 ? size : 1);
    assert_non_null(bytes);
    uint64_t random = 7;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)harness_random(&random);
    return bytes;
}

/* A file without a name that holds size octets, to be read. */
static int source_of(const char *bytes, size_t size)
{
    char path[] = "/tmp/mailer-test-spool-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    unlink(path);
    assert_int_equal(write(descriptor, bytes, size), size);
    assert_int_equal(lseek(descriptor, 0, SEEK_SET), 0);
    return descriptor;
}

static void assert_holds(const struct mime_spool *spool, const char *bytes, size_t size)
{
    assert_int_equal(spool->size, size);
    if (spool->descriptor < 0) {
        assert_true(size <= MIME_SPOOL_MEMORY_LIMIT);
        assert_memory_equal(spool->bytes, bytes, size);
        return;
    }
    assert_true(size > MIME_SPOOL_MEMORY_LIMIT);
    assert_null(spool->bytes);
    char *room = malloc(size + 1);
    assert_non_null(room);
    assert_int_equal(pread(spool->descriptor, room, size + 1, 0), size);
    assert_memory_equal(room, bytes, size);
    free(room);
    struct stat status;
    assert_int_equal(fstat(spool->descriptor, &status), 0);
    assert_int_equal(status.st_nlink, 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(fcntl(spool->descriptor, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

static void drop(struct mime_spool *spool)
{
    free(spool->bytes);
    if (spool->descriptor >= 0)
        close(spool->descriptor);
}

static void assert_spools_sizes(void)
{
    static const size_t sizes[] = {0,
                                   1,
                                   4095,
                                   4096,
                                   4097,
                                   16384,
                                   MIME_SPOOL_MEMORY_LIMIT - 1,
                                   MIME_SPOOL_MEMORY_LIMIT,
                                   MIME_SPOOL_MEMORY_LIMIT + 1,
                                   MIME_SPOOL_MEMORY_LIMIT + 2,
                                   2 * MIME_SPOOL_MEMORY_LIMIT + 1,
                                   2 * MIME_SPOOL_MEMORY_LIMIT + 2,
                                   2 * MIME_SPOOL_MEMORY_LIMIT + 3};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *bytes = pattern(sizes[i]);
        int source = source_of(bytes, sizes[i]);
        struct mime_spool spool;
        assert_int_equal(mime_spool_read(&spool, source, "source", NULL, NULL), 0);
        assert_holds(&spool, bytes, sizes[i]);
        drop(&spool);
        close(source);
        free(bytes);
    }
}

static void input_up_to_the_limit_stays_in_memory(void **state)
{
    (void)state;
    assert_spools_sizes();
}

static void a_file_system_without_unnamed_files_does_as_well(void **state)
{
    (void)state;
    no_unnamed_files = true;
    assert_spools_sizes();
    no_unnamed_files = false;
}

static void reading_begins_where_the_descriptor_stands(void **state)
{
    (void)state;
    int source = source_of("header body", 11);
    assert_int_equal(lseek(source, 7, SEEK_SET), 7);
    struct mime_spool spool;
    assert_int_equal(mime_spool_read(&spool, source, "source", NULL, NULL), 0);
    assert_holds(&spool, "body", 4);
    drop(&spool);
    close(source);
}

struct writer {
    int descriptor;
    const char *bytes;
    size_t size;
};

static void *write_slowly(void *argument)
{
    struct writer *writer = argument;
    uint64_t random = 11;
    for (size_t done = 0; done < writer->size;) {
        size_t size = 1 + harness_random(&random) % 9000;
        if (size > writer->size - done)
            size = writer->size - done;
        ssize_t count = write(writer->descriptor, writer->bytes + done, size);
        if (count > 0)
            done += (size_t)count;
        if (size % 16 == 0)
            nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
    close(writer->descriptor);
    return NULL;
}

static void ignore_signal(int number)
{
    (void)number;
}

/* Reads from a writer that dawdles, while a timer interrupts whatever waits. */
static void assert_spools_trickle(int ends[2], size_t size)
{
    struct sigaction action = {.sa_handler = ignore_signal};
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    sigset_t alarms;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    char *bytes = pattern(size);
    struct writer writer = {ends[1], bytes, size};
    pthread_t thread;
    pthread_sigmask(SIG_BLOCK, &alarms, NULL);
    assert_int_equal(pthread_create(&thread, NULL, write_slowly, &writer), 0);
    pthread_sigmask(SIG_UNBLOCK, &alarms, NULL);
    const struct itimerval often = {{0, 2000}, {0, 2000}};
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    struct mime_spool spool;
    int result = mime_spool_read(&spool, ends[0], "pipe", NULL, NULL);
    const struct itimerval never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &never, NULL);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(result, 0);
    assert_holds(&spool, bytes, size);
    drop(&spool);
    close(ends[0]);
    free(bytes);
}

static void a_pipe_that_trickles_is_read_to_its_end(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_spools_trickle(ends, 700000);
}

static void a_pipe_that_does_not_block_is_waited_for(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    assert_spools_trickle(ends, 300000);
}

static void a_socket_is_read_to_its_end(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_spools_trickle(ends, 100000);
}

static void what_cannot_be_read_is_a_source_error(void **state)
{
    (void)state;
    static const char name[] = "standard\ninput";
    int directory = open("/tmp", O_RDONLY);
    int write_only = open("/dev/null", O_WRONLY);
    const int descriptors[] = {-1, directory, write_only};
    const int codes[] = {EBADF, EISDIR, EBADF};
    for (size_t i = 0; i < 3; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        struct mime_spool spool;
        assert_int_equal(mime_spool_read(&spool, descriptors[i], name, NULL, &error),
                         MAILER_SOURCE);
        assert_int_equal(error.stage, MAILER_STAGE_MESSAGE);
        assert_int_equal(error.system_code, codes[i]);
        assert_non_null(strstr(error.text, "standard\\x0Ainput"));
        assert_null(spool.bytes);
        assert_int_equal(spool.descriptor, -1);
    }
    close(directory);
    close(write_only);
}

static void a_full_disk_is_a_system_error_that_names_the_directory(void **state)
{
    (void)state;
    char *bytes = pattern(2 * MIME_SPOOL_MEMORY_LIMIT);
    int source = source_of(bytes, 2 * MIME_SPOOL_MEMORY_LIMIT);
    struct rlimit was;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){300000, was.rlim_max}), 0);
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mime_spool spool;
    int result = mime_spool_read(&spool, source, "source", "/tmp", &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    assert_int_equal(result, MAILER_SYSTEM);
    assert_int_equal(error.system_code, EFBIG);
    assert_non_null(strstr(error.text, "in the directory /tmp"));
    assert_int_equal(spool.descriptor, -1);
    close(source);
    free(bytes);
}

static void a_directory_that_is_missing_is_a_system_error_that_names_it(void **state)
{
    (void)state;
    char *bytes = pattern(MIME_SPOOL_MEMORY_LIMIT + 1);
    int source = source_of(bytes, MIME_SPOOL_MEMORY_LIMIT + 1);
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mime_spool spool;
    assert_int_equal(mime_spool_read(&spool, source, "source", "/nowhere/at/all", &error),
                     MAILER_SYSTEM);
    assert_int_equal(error.system_code, ENOENT);
    assert_non_null(strstr(error.text, "/nowhere/at/all"));
    close(source);
    free(bytes);
}

static int count_descriptors(void)
{
    int count = 0;
    for (int descriptor = 0; descriptor < 256; descriptor++)
        count += fcntl(descriptor, F_GETFD) >= 0;
    return count;
}

static void no_descriptor_is_lost(void **state)
{
    int before = count_descriptors();
    assert_spools_sizes();
    a_full_disk_is_a_system_error_that_names_the_directory(state);
    assert_int_equal(count_descriptors(), before);
}

static void what_is_written_in_pieces_is_kept_as_what_is_read(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, MIME_SPOOL_MEMORY_LIMIT, MIME_SPOOL_MEMORY_LIMIT + 1,
                                   3 * MIME_SPOOL_MEMORY_LIMIT + 5};
    static const size_t pieces[] = {997, 4 * MIME_SPOOL_MEMORY_LIMIT};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) {
            char *bytes = pattern(sizes[i]);
            struct mime_spool_writer writer = mime_spool_start("text", NULL);
            for (size_t at = 0; at < sizes[i]; at += pieces[k]) {
                size_t size = sizes[i] - at < pieces[k] ? sizes[i] - at : pieces[k];
                assert_int_equal(mime_spool_append(&writer, bytes + at, size, NULL), 0);
            }
            struct mime_spool spool;
            assert_int_equal(mime_spool_finish(&writer, &spool, NULL), 0);
            assert_holds(&spool, bytes, sizes[i]);
            drop(&spool);
            free(bytes);
        }
}

static void what_is_written_and_abandoned_leaves_nothing(void **state)
{
    (void)state;
    int before = dup(0);
    close(before);
    char *bytes = pattern(2 * MIME_SPOOL_MEMORY_LIMIT);
    struct mime_spool_writer writer = mime_spool_start("text", NULL);
    assert_int_equal(mime_spool_append(&writer, bytes, 2 * MIME_SPOOL_MEMORY_LIMIT, NULL), 0);
    mime_spool_abandon(&writer);
    free(bytes);
    int after = dup(0);
    close(after);
    assert_int_equal(after, before);
}

static void what_cannot_be_written_is_told_by_its_name(void **state)
{
    (void)state;
    char *bytes = pattern(2 * MIME_SPOOL_MEMORY_LIMIT);
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mime_spool_writer writer = mime_spool_start("the report", "/nowhere");
    assert_int_equal(mime_spool_append(&writer, bytes, 2 * MIME_SPOOL_MEMORY_LIMIT, &error),
                     MAILER_SYSTEM);
    assert_non_null(strstr(error.text, "cannot keep the report in the directory /nowhere"));
    mime_spool_abandon(&writer);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(input_up_to_the_limit_stays_in_memory),
        cmocka_unit_test(a_file_system_without_unnamed_files_does_as_well),
        cmocka_unit_test(reading_begins_where_the_descriptor_stands),
        cmocka_unit_test(a_pipe_that_trickles_is_read_to_its_end),
        cmocka_unit_test(a_pipe_that_does_not_block_is_waited_for),
        cmocka_unit_test(a_socket_is_read_to_its_end),
        cmocka_unit_test(what_cannot_be_read_is_a_source_error),
        cmocka_unit_test(a_full_disk_is_a_system_error_that_names_the_directory),
        cmocka_unit_test(a_directory_that_is_missing_is_a_system_error_that_names_it),
        cmocka_unit_test(no_descriptor_is_lost),
        cmocka_unit_test(what_is_written_in_pieces_is_kept_as_what_is_read),
        cmocka_unit_test(what_is_written_and_abandoned_leaves_nothing),
        cmocka_unit_test(what_cannot_be_written_is_told_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
