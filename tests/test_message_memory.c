/* SPDX-License-Identifier: ISC */
/*
 * Building messages with little memory: the n-th allocation fails, for every n. This program is
 * linked so that the library's allocations come by here.
 */
#include "harness/failing_memory.h"
#include "harness/harness.h"

#include <mailer/message.h>

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char png[] = "\x89PNG\r\n\x1A\n picture";
static char folder[] = "/tmp/test-message-memory-XXXXXX";

static void path_in_folder(char path[static 256], const char *name)
{
    snprintf(path, 256, "%s/%s", folder, name);
}

static void write_file(const char *name, const char *bytes, size_t size)
{
    char path[256];
    path_in_folder(path, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static struct mailer_content of_string(const char *text)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = text;
    content.size = strlen(text);
    return content;
}

static void add_picture(struct mailer_message *message, const char *name)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = png;
    content.size = sizeof png - 1;
    struct mailer_attachment picture = MAILER_ATTACHMENT_INIT;
    picture.name = name;
    picture.type = "image/png";
    mailer_message_add_picture(message, &content, &picture, NULL);
}

static void attach(struct mailer_message *message, const char *type, const char *text)
{
    struct mailer_content content = of_string(text);
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    attachment.type = type;
    attachment.name = "\xC3\x9C.txt";
    mailer_message_attach(message, &content, &attachment, NULL);
}

static void set_people(struct mailer_message *message)
{
    mailer_message_set_from(message, "\xC3\x84nne <ann@example.org>", NULL);
    mailer_message_add_to(message,
                          "Team: bob@example.org, bob@b\xC3\xBC"
                          "cher.example;",
                          NULL);
}

/* ---- Messages ---- */

static void fill_with_html(struct mailer_message *message)
{
    char archive[256];
    path_in_folder(archive, "directory");
    struct mailer_text_options options = MAILER_TEXT_OPTIONS_INIT;
    options.output_charset = "iso-8859-1";
    options.flowed = options.text_from_html = true;
    options.picture_directory = folder;
    struct mailer_content html =
        of_string("<h1>\xC3\x9C</h1><table><tr><td>1<td><a href='https://x.test/'>2</a></table>"
                  "<img src=plot.png><img src='data:image/gif;base64,R0lGODlh'>"
                  "<img src='data:image/gif;base64,R0lGODlh'><img src='cid:one.png'>");
    struct mailer_content calendar = of_string(
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    set_people(message);
    mailer_message_set_text_options(message, &options, NULL);
    mailer_message_set_body(message, "text/html; charset=utf-8", &html, NULL);
    mailer_message_set_calendar(message, &calendar, NULL, NULL);
    add_picture(message, "one.png");
    add_picture(message, "two \xC3\xBC.png");
    attach(message, "text/plain", "Gr\xFC\xDF\x65\n");
    mailer_message_attach_archive(message, archive, NULL, NULL);
}

static void fill_with_a_gallery(struct mailer_message *message)
{
    set_people(message);
    mailer_message_add_mailto(
        message, "mailto:c@x.test?subject=%C3%BC&body=a%0d%0ab&cc=d@x.test&in-reply-to=%3Ca@b%3E",
        NULL);
    mailer_message_add_reply_to(message, "r@x.test", NULL);
    mailer_message_set_priority(message, MAILER_PRIORITY_HIGH, NULL);
    mailer_message_add_unsubscribe(message, "https://x.test/", NULL);
    mailer_message_add_unsubscribe(message, "mailto:x@x.test", NULL);
    mailer_message_add_header(message, "Resent-From", "carl@x.test", NULL);
    static const char *const fields[][2] = {
        {"Keywords", "a, b"},
        {"List-ID", "Reports <r.x.test>"},
        {"References", "<a@b> (x) <c@d>"},
        {"Date", "Sat, 21 Nov 2026 23:11:05 EST"},
        {"Content-Language", "de, en"},
        {"List-Post", "<mailto:l@x.test>"},
        {"Disposition-Notification-To", "\xC3\x84nne <a@x.test>"},
        {"X-Report", "gr\xC3\xBC\xC3\x9F"},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        mailer_message_add_header(message, fields[i][0], fields[i][1], NULL);
    add_picture(message, "one.png");
}

static void fill_with_a_report(struct mailer_message *message)
{
    set_people(message);
    mailer_message_set_text(message, "It failed.\n", NULL);
    mailer_message_set_thread(message, "nightly", NULL);
    mailer_message_add_note(message, "One.", NULL);
    mailer_message_leave_out_picture(message, "one.png", NULL);
    mailer_message_set_report_type(message, "delivery-status", NULL);
    attach(message, "message/delivery-status", "Reporting-MTA: dns; x.test\n");
    attach(message, "message/rfc822", "From: a@b.test\n\nGr\xC3\xBC\xC3\x9F\x65\n");
}

static void fill_with_an_existing_one(struct mailer_message *message)
{
    struct mailer_content content =
        of_string("Resent-From: old@x.test\nFrom: a@x.test\nTo: b@x.test\nTo: c@x.test\n"
                  "Bcc: d@x.test\nContent-Type: multipart/mixed; boundary=x\n\n"
                  "--x\n\nGr\xC3\xBC\xC3\x9F\x65\n--x--\n");
    mailer_message_read(message, &content, true, NULL);
    mailer_message_add_reply_to(message, "r@x.test", NULL);
    mailer_message_set_subject(message, "\xC3\xBC", NULL);
    mailer_message_add_header(message, "Resent-From", "carl@x.test", NULL);
    add_picture(message, "one.png");
    attach(message, NULL, "x\n");
}

typedef void fill(struct mailer_message *message);

/* Builds a message with the n-th allocation failing. Gives how many there were. */
static size_t build(fill *fill_message, size_t fails_at, bool fails_on)
{
    struct mailer_message *message = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    memory.allocations = memory.live = 0;
    memory.fails_at = fails_at;
    memory.fails_on = fails_on;
    memory.armed = true;
    int result = mailer_message_new(&message, &error);
    if (result == 0) {
        fill_message(message);
        result = mailer_message_seal(message, &error);
    }
    uint64_t size = 0;
    for (int wire = MAILER_WIRE_7BIT; result == 0 && wire <= MAILER_WIRE_BINARY; wire++)
        result = mailer_message_size(message, (enum mailer_wire)wire, &size, &error);
    mailer_message_free(message);
    memory.armed = false;
    assert_int_equal(memory.live, 0);
    if (result != (fails_at == 0 ? 0 : MAILER_MEMORY))
        fail_msg("allocation %zu: %d %s", fails_at, result, error.text);
    return memory.allocations;
}

static void assert_each_allocation_may_fail(fill *fill_message)
{
    size_t total = build(fill_message, 0, false);
    for (size_t n = 1; n <= total; n++) {
        build(fill_message, n, false);
        build(fill_message, n, true);
    }
}

static void every_allocation_of_html_may_fail(void **state)
{
    (void)state;
    assert_each_allocation_may_fail(fill_with_html);
}

static void every_allocation_of_a_gallery_may_fail(void **state)
{
    (void)state;
    assert_each_allocation_may_fail(fill_with_a_gallery);
}

static void every_allocation_of_a_report_may_fail(void **state)
{
    (void)state;
    assert_each_allocation_may_fail(fill_with_a_report);
}

static void every_allocation_of_an_existing_message_may_fail(void **state)
{
    (void)state;
    assert_each_allocation_may_fail(fill_with_an_existing_one);
}

static int make_folder(void **state)
{
    (void)state;
    char directory[256];
    assert_non_null(mkdtemp(folder));
    path_in_folder(directory, "directory");
    assert_int_equal(mkdir(directory, 0700), 0);
    write_file("plot.png", png, sizeof png - 1);
    write_file("directory/file", "x", 1);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"directory/file", "plot.png", "directory", ""};
    char path[256];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        path_in_folder(path, names[i]);
        assert_int_equal(remove(path), 0);
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_of_html_may_fail),
        cmocka_unit_test(every_allocation_of_a_gallery_may_fail),
        cmocka_unit_test(every_allocation_of_a_report_may_fail),
        cmocka_unit_test(every_allocation_of_an_existing_message_may_fail),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
