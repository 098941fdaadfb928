/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>

static struct mailer_message *big_message(size_t size)
{
    struct mailer_message *message = new_message();
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    char *bytes = malloc(size);
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(i * 7 % 251);
    content.bytes = bytes;
    content.size = size;
    attachment.type = "application/octet-stream";
    assert_int_equal(mailer_message_set_text(message, "Gr\xC3\xBC\xC3\x9F\n", NULL), 0);
    assert_int_equal(mailer_message_attach(message, &content, &attachment, NULL), 0);
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    free(bytes);
    return message;
}

static void every_wire_is_written_whole_in_the_size_told(void **state)
{
    (void)state;
    struct mailer_message *message = big_message(1000000);
    for (int wire = MAILER_WIRE_7BIT; wire <= MAILER_WIRE_BINARY; wire++) {
        size_t size = 0;
        char *bytes = written_message(message, (enum mailer_wire)wire, &size);
        struct read_entity *entity = read_entity((uint8_t *)bytes, size);
        assert_null(entity->problem);
        assert_octets(entity->children[0], "Gr\xC3\xBC\xC3\x9F\r\n");
        assert_int_equal(entity->children[1]->size, 1000000);
        for (size_t i = 0; i < 1000000; i++)
            if (entity->children[1]->octets[i] != i * 7 % 251)
                fail_msg("octet %zu is another", i);
        if (wire == MAILER_WIRE_BINARY)
            assert_true(size < 1001000);
        else
            assert_true(size > 1300000);
        read_free(entity);
        free(bytes);
    }
    mailer_message_free(message);
}

struct reader {
    int descriptor;
    size_t size;
};

static void *read_slowly(void *context)
{
    struct reader *reader = context;
    char bytes[777];
    ssize_t got;
    while ((got = read(reader->descriptor, bytes, sizeof bytes)) > 0)
        reader->size += (size_t)got;
    return NULL;
}

static void a_pipe_that_is_full_is_waited_for(void **state)
{
    (void)state;
    struct mailer_message *message = big_message(300000);
    uint64_t size = 0;
    assert_int_equal(mailer_message_size(message, MAILER_WIRE_8BIT, &size, NULL), 0);
    for (int blocks = 0; blocks < 2; blocks++) {
        int ends[2];
        pthread_t thread;
        assert_int_equal(pipe(ends), 0);
        if (!blocks)
            assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
        struct reader reader = {ends[0], 0};
        assert_int_equal(pthread_create(&thread, NULL, read_slowly, &reader), 0);
        assert_int_equal(mailer_message_write(message, MAILER_WIRE_8BIT, ends[1], NULL), 0);
        assert_int_equal(close(ends[1]), 0);
        pthread_join(thread, NULL);
        assert_int_equal(reader.size, size);
        close(ends[0]);
    }
    mailer_message_free(message);
}

static void what_cannot_be_written_is_told(void **state)
{
    (void)state;
    struct mailer_message *message = big_message(100);
    struct mailer_error error = MAILER_ERROR_INIT;
    int full = open("/dev/full", O_WRONLY);
    assert_true(full >= 0);
    assert_int_equal(mailer_message_write(message, MAILER_WIRE_7BIT, full, &error), MAILER_SYSTEM);
    assert_int_equal(error.system_code, ENOSPC);
    close(full);
    signal(SIGPIPE, SIG_IGN);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    error = (struct mailer_error)MAILER_ERROR_INIT;
    assert_int_equal(mailer_message_write(message, MAILER_WIRE_7BIT, ends[1], &error),
                     MAILER_SYSTEM);
    assert_int_equal(error.system_code, EPIPE);
    close(ends[1]);
    mailer_message_free(message);
}

static void a_file_that_vanished_is_a_broken_source(void **state)
{
    (void)state;
    char path[] = "/tmp/mailer-test-render-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, "octets", 6), 6);
    struct mailer_message *message = new_message();
    assert_int_equal(mailer_message_attach_file(message, path, NULL, NULL), 0);
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    assert_int_equal(ftruncate(descriptor, 3), 0);
    struct mailer_error error = MAILER_ERROR_INIT;
    int null = open("/dev/null", O_WRONLY);
    assert_int_equal(mailer_message_write(message, MAILER_WIRE_7BIT, null, &error), MAILER_SOURCE);
    assert_non_null(strstr(error.text, path));
    close(null);
    close(descriptor);
    unlink(path);
    mailer_message_free(message);
}

static void *write_many_times(void *context)
{
    const struct mailer_message *message = context;
    int null = open("/dev/null", O_WRONLY);
    intptr_t failures = null < 0;
    for (int i = 0; i < 30; i++)
        failures += mailer_message_write(message, (enum mailer_wire)(i % 3), null, NULL) != 0;
    close(null);
    return (void *)failures;
}

static void several_threads_may_write_one_message(void **state)
{
    (void)state;
    struct mailer_message *message = big_message(100000);
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_many_times, message), 0);
    for (size_t i = 0; i < 4; i++) {
        void *failures = NULL;
        pthread_join(threads[i], &failures);
        assert_null(failures);
    }
    mailer_message_free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_wire_is_written_whole_in_the_size_told),
        cmocka_unit_test(a_pipe_that_is_full_is_waited_for),
        cmocka_unit_test(what_cannot_be_written_is_told),
        cmocka_unit_test(a_file_that_vanished_is_a_broken_source),
        cmocka_unit_test(several_threads_may_write_one_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
