/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "send_log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void assert_line(const struct send_log_entry *entry, const char *expected)
{
    struct buffer line = buffer_empty(16 * 1024);
    send_log_format(&line, entry);
    buffer_append_char(&line, '\0');
    assert_false(line.failed);
    assert_string_equal(line.bytes, expected);
    buffer_free(&line);
}

static void a_line_tells_what_became_of_a_message(void **state)
{
    (void)state;
    struct send_log_entry entry = {.moment = 1893456000,
                                   .recipients = 3,
                                   .accepted = 3,
                                   .size = 1234,
                                   .host = "mail.example.org",
                                   .queue_id = "4F1C2A",
                                   .message_id = "<a@b>"};
    assert_line(&entry, "2030-01-01T00:00:00Z sent exit=0 recipients=3 accepted=3 bytes=1234 "
                        "host=mail.example.org queue=4F1C2A id=<a@b>\n");
    entry = (struct send_log_entry){.exit_code = 67, .recipients = 1, .host = "", .error = "no"};
    assert_line(&entry,
                "1970-01-01T00:00:00Z failed exit=67 recipients=1 accepted=0 bytes=0 error=no\n");
    static const struct {
        int code;
        const char *word;
    } rows[] = {{79, " partly "}, {75, " later "}, {80, " unknown "}, {70, " failed "}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer line = buffer_empty(4096);
        entry.exit_code = rows[i].code;
        send_log_format(&line, &entry);
        buffer_append_char(&line, '\0');
        assert_non_null(strstr(line.bytes, rows[i].word));
        buffer_free(&line);
    }
}

static void nothing_in_a_value_ends_it_or_the_line(void **state)
{
    (void)state;
    struct send_log_entry entry = {.host = "a b", .error = "x\n1970 sent \"q\" \\ \x1b[2J \xff"};
    assert_line(&entry, "1970-01-01T00:00:00Z sent exit=0 recipients=0 accepted=0 bytes=0 "
                        "host=\"a b\" error=\"x\\\\x0A1970 sent \\\"q\\\" \\\\ \\\\x1B[2J "
                        "\\\\xFF\"\n");
    char *huge = malloc(100001);
    memset(huge, '"', 100000);
    huge[100000] = '\0';
    entry =
        (struct send_log_entry){.host = huge, .queue_id = huge, .message_id = huge, .error = huge};
    struct buffer line = buffer_empty(32 * 1024);
    send_log_format(&line, &entry);
    assert_false(line.failed);
    assert_true(line.size < 20000);
    assert_int_equal(line.bytes[line.size - 1], '\n');
    buffer_free(&line);
    free(huge);
}

static void lines_are_added_to_a_file_for_its_owner(void **state)
{
    (void)state;
    char folder[] = "/tmp/test_send_log.XXXXXX", file[64];
    assert_non_null(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/log", folder);
    mode_t mask = umask(0);
    struct problem problem = {0};
    struct send_log_entry entry = {.host = "x"};
    for (size_t i = 0; i < 2; i++) {
        int descriptor = -1;
        assert_int_equal(send_log_open(&descriptor, file, &problem), 0);
        assert_int_equal(send_log_write(descriptor, file, &entry, &problem), 0);
        assert_true(fcntl(descriptor, F_GETFL) & O_APPEND);
        close(descriptor);
    }
    umask(mask);
    struct stat status;
    assert_int_equal(stat(file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    struct buffer line = buffer_empty(4096);
    send_log_format(&line, &entry);
    assert_int_equal((size_t)status.st_size, 2 * line.size);
    buffer_free(&line);
    unlink(file);
    rmdir(folder);
}

static void a_file_that_cannot_be_made_is_told(void **state)
{
    (void)state;
    struct problem problem = {0};
    int descriptor = -1;
    assert_int_equal(send_log_open(&descriptor, "/nowhere/log", &problem), EXIT_CODE_CREATE);
    assert_non_null(strstr(problem.text, "--log /nowhere/log"));
    assert_int_equal(send_log_open(&descriptor, "/dev/full", &problem), 0);
    struct send_log_entry entry = {0};
    assert_int_equal(send_log_write(descriptor, "/dev/full", &entry, &problem), EXIT_CODE_IO);
    close(descriptor);
}

static void an_entry_is_filled_from_the_message(void **state)
{
    (void)state;
    struct mailer_message *message = NULL;
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    struct send_log_entry entry = {0};
    mailer_message_new(&message, NULL);
    mailer_message_set_from(message, "ann@example.org", NULL);
    mailer_message_add_to(message, "bob@example.org, eve@example.org", NULL);
    mailer_message_set_text(message, "Hello.", NULL);
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    send_log_take(&entry, message, NULL, &recipient);
    assert_int_equal(entry.recipients, 2);
    assert_int_equal(entry.accepted, 0);
    assert_null(entry.host);
    assert_true(entry.size > 100);
    assert_true(entry.moment > 0);
    assert_string_equal(entry.message_id, mailer_message_id(message));
    mailer_message_free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_tells_what_became_of_a_message),
        cmocka_unit_test(nothing_in_a_value_ends_it_or_the_line),
        cmocka_unit_test(lines_are_added_to_a_file_for_its_owner),
        cmocka_unit_test(a_file_that_cannot_be_made_is_told),
        cmocka_unit_test(an_entry_is_filled_from_the_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
