/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"

#include <fcntl.h>
#include <sys/resource.h>

typedef int call(struct mailer_message *message, const char *value, struct mailer_error *error);

/* A call fails with words of advice, and the error sticks to the message. */
static void assert_fails(call *function, const char *value, int error_class, const char *words)
{
    struct mailer_message *message = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    int result = function(message, value, &error);
    if (result != error_class || strstr(error.text, words) == NULL)
        fail_msg("\"%s\": %d, %s", value, result, error.text);
    assert_int_equal(error.error_class, error_class);
    struct mailer_error again = MAILER_ERROR_INIT;
    assert_int_equal(mailer_message_set_subject(message, "x", &again), error_class);
    assert_string_equal(again.text, error.text);
    assert_int_equal(mailer_message_seal(message, NULL), error_class);
    mailer_message_free(message);
}

static int set_from_twice(struct mailer_message *message, const char *value,
                          struct mailer_error *error)
{
    mailer_message_set_from(message, value, error);
    return mailer_message_set_from(message, value, error);
}

static int set_subject_twice(struct mailer_message *message, const char *value,
                             struct mailer_error *error)
{
    mailer_message_set_subject(message, value, error);
    return mailer_message_add_header(message, "subject", value, error);
}

static int add_date_twice(struct mailer_message *message, const char *value,
                          struct mailer_error *error)
{
    mailer_message_add_header(message, "Date", value, error);
    return mailer_message_add_header(message, "DATE", value, error);
}

static int add_header(struct mailer_message *message, const char *name, struct mailer_error *error)
{
    return mailer_message_add_header(message, name, "x", error);
}

static int add_message_id(struct mailer_message *message, const char *value,
                          struct mailer_error *error)
{
    return mailer_message_add_header(message, "Message-Id", value, error);
}

static int add_sender(struct mailer_message *message, const char *value, struct mailer_error *error)
{
    return mailer_message_add_header(message, "Sender", value, error);
}

static int attach_named(struct mailer_message *message, const char *name,
                        struct mailer_error *error)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    attachment.name = name;
    return mailer_message_attach(message, &content, &attachment, error);
}

static int attach_typed(struct mailer_message *message, const char *type,
                        struct mailer_error *error)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    attachment.type = type;
    return mailer_message_attach(message, &content, &attachment, error);
}

static int attach_with_id(struct mailer_message *message, const char *content_id,
                          struct mailer_error *error)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    attachment.content_id = content_id;
    return mailer_message_attach(message, &content, &attachment, error);
}

static int attach_path(struct mailer_message *message, const char *path, struct mailer_error *error)
{
    return mailer_message_attach_file(message, path, NULL, error);
}

static int set_body_typed(struct mailer_message *message, const char *type,
                          struct mailer_error *error)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    return mailer_message_set_body(message, type, &content, error);
}

static int set_text_twice(struct mailer_message *message, const char *text,
                          struct mailer_error *error)
{
    mailer_message_set_text(message, text, error);
    return mailer_message_set_text(message, text, error);
}

/* A struct of zeros, which names descriptor 0. */
static int attach_zeros(struct mailer_message *message, const char *bytes,
                        struct mailer_error *error)
{
    struct mailer_content content = {.bytes = bytes, .size = 1};
    return mailer_message_attach(message, &content, NULL, error);
}

static int attach_with_zeros(struct mailer_message *message, const char *name,
                             struct mailer_error *error)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mailer_attachment attachment = {.name = name};
    return mailer_message_attach(message, &content, &attachment, error);
}

static int attach_two_sources(struct mailer_message *message, const char *path,
                              struct mailer_error *error)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.path = path;
    content.descriptor = 0;
    return mailer_message_attach(message, &content, NULL, error);
}

static int attach_nothing_of_a_size(struct mailer_message *message, const char *unused,
                                    struct mailer_error *error)
{
    (void)unused;
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.size = 1;
    return mailer_message_attach(message, &content, NULL, error);
}

static void what_is_unfit_is_refused_with_advice(void **state)
{
    (void)state;
    static const struct {
        call *function;
        const char *value;
        int error_class;
        const char *words;
    } cases[] = {
        {mailer_message_set_from, "ann@", MAILER_DATA, "From: "},
        {mailer_message_set_from, "a@b.test, c@d.test", MAILER_DATA, "From has one address"},
        {mailer_message_set_from, "nobody:;", MAILER_DATA, "From has one address"},
        {set_from_twice, "a@b.test", MAILER_DATA, "once is enough"},
        {mailer_message_set_envelope_sender, "a@b.test, c@d.test", MAILER_DATA, "one sender"},
        {mailer_message_set_envelope_sender, "nobody:;", MAILER_DATA, "one sender"},
        {mailer_message_set_envelope_sender, "a b", MAILER_DATA, "the envelope's sender: "},
        {mailer_message_set_envelope_sender, "a@b.test\r\nRCPT TO:<c@d>", MAILER_DATA, "sender"},
        {mailer_message_add_to, "", MAILER_DATA, "To: "},
        {mailer_message_add_cc, "x@", MAILER_DATA, "Cc: "},
        {mailer_message_add_bcc, "a@b\nc", MAILER_DATA, "Bcc: "},
        {mailer_message_add_reply_to, "@", MAILER_DATA, "Reply-To: "},
        {mailer_message_set_subject, "a\r\nBcc: b@c", MAILER_DATA, "take it out"},
        {mailer_message_set_subject, "\xFF", MAILER_DATA, "convert it"},
        {set_subject_twice, "x", MAILER_DATA, "once is enough"},
        {add_date_twice, "1 Jan 2026 0:00 UT", MAILER_DATA, "once is enough"},
        {add_header, "MIME-version", MAILER_DATA, "leave it out"},
        {add_header, "Content-Type", MAILER_DATA, "leave it out"},
        {add_header, "content-x", MAILER_DATA, "leave it out"},
        {add_header, "Resent-Bcc", MAILER_DATA, "use Bcc"},
        {add_header, "X: y", MAILER_DATA, "may have no space"},
        {add_message_id, "a@b.test", MAILER_DATA, "one looks like <a1b2@example.org>"},
        {add_message_id, "<a b@b.test>", MAILER_DATA, "one looks like"},
        {add_message_id, "<@b>", MAILER_DATA, "one looks like"},
        {add_message_id, "<a@>", MAILER_DATA, "one looks like"},
        {add_message_id, "", MAILER_DATA, "one looks like"},
        {add_message_id, "<", MAILER_DATA, "one looks like"},
        {add_message_id, "<a@b><c@d>", MAILER_DATA, "one looks like"},
        {add_sender, "nobody:;", MAILER_DATA, "Sender: a group"},
        {add_sender, "a@b.test, c@d.test", MAILER_DATA, "Sender: one address"},
        {add_sender, "@", MAILER_DATA, "Sender: "},
        {attach_named, "", MAILER_DATA, "give another one"},
        {attach_named, "..", MAILER_DATA, "give another one"},
        {attach_named, "a/.", MAILER_DATA, "give another one"},
        {attach_named, "a/", MAILER_DATA, "give another one"},
        {attach_named, "C:\\", MAILER_DATA, "give another one"},
        {attach_typed, "png", MAILER_DATA, "one looks like image/png"},
        {attach_typed, "multipart/mixed", MAILER_DATA, "application/octet-stream"},
        {attach_with_id, "<a@b>", MAILER_DATA, "make it of letters"},
        {attach_with_id, "", MAILER_DATA, "make it of letters"},
        {attach_with_id, "a\r\nb", MAILER_DATA, "make it of letters"},
        {attach_with_id, "\xC3\xBC", MAILER_DATA, "make it of letters"},
        {attach_path, "/nonexistent/file", MAILER_SOURCE, "is its name right?"},
        {attach_path, "/tmp", MAILER_SOURCE, "pass its files"},
        {set_body_typed, "image/png", MAILER_DATA, "attach it instead"},
        {set_body_typed, "text", MAILER_DATA, "attach it instead"},
        {set_body_typed, "text/", MAILER_DATA, "one looks like"},
        {mailer_message_set_text, "Gr\xFC\xDF", MAILER_DATA, "say which charset"},
        {set_text_twice, "x", MAILER_USAGE, "set it once"},
        {attach_zeros, "x", MAILER_USAGE, "MAILER_CONTENT_INIT"},
        {attach_with_zeros, "x", MAILER_USAGE, "MAILER_ATTACHMENT_INIT"},
        {attach_two_sources, "x", MAILER_USAGE, "set one"},
        {attach_nothing_of_a_size, "x", MAILER_USAGE, "set one"},
        {mailer_message_set_message_id_domain, "", MAILER_DATA, "such as example.org"},
        {mailer_message_set_message_id_domain, "a b", MAILER_DATA, "such as example.org"},
        {mailer_message_set_message_id_domain, "a>\r\nX: y", MAILER_DATA, "such as example.org"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_fails(cases[i].function, cases[i].value, cases[i].error_class, cases[i].words);
}

static void the_first_error_sticks_and_nothing_crashes_without_a_struct(void **state)
{
    (void)state;
    struct mailer_message *message = NULL;
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    assert_int_equal(mailer_message_set_from(message, "@", NULL), MAILER_DATA);
    assert_int_equal(mailer_message_add_to(message, "b@c.test", NULL), MAILER_DATA);
    assert_int_equal(mailer_message_attach_file(message, "/nonexistent", NULL, NULL), MAILER_DATA);
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mailer_message_seal(message, &error), MAILER_DATA);
    assert_memory_equal(error.text, "From: ", 6);
    mailer_message_free(message);
    mailer_message_free(NULL);
}

static void fields_by_name_go_where_their_functions_put_them(void **state)
{
    (void)state;
    static const char *const fields[][2] = {{"from", "Ann <a@b.test>"},
                                            {"TO", "b@b.test"},
                                            {"To", "c@b.test"},
                                            {"cc", "d@b.test"},
                                            {"bcc", "e@b.test"},
                                            {"reply-to", "f@b.test"},
                                            {"subject", "Gr\xC3\xBC\xC3\x9F"},
                                            {"Sender", "\"J\xC3\xB6rg, M\" <g@b.test>"},
                                            {"X-Report", "a  \xE6\x9D\xB1  b"},
                                            {"X-Report-2", "2"}};
    struct mailer_message *message = NULL;
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        assert_int_equal(mailer_message_add_header(message, fields[i][0], fields[i][1], NULL), 0);
    struct read_entity *entity = sealed_and_read(message);
    assert_field(entity, "From", "Ann <a@b.test>");
    assert_field(entity, "To", "b@b.test, c@b.test");
    assert_field(entity, "Cc", "d@b.test");
    assert_field(entity, "Bcc", NULL);
    assert_field(entity, "Reply-To", "f@b.test");
    assert_field(entity, "Subject", "Gr\xC3\xBC\xC3\x9F");
    assert_field(entity, "Sender", "J\xC3\xB6rg, M <g@b.test>");
    assert_field(entity, "X-Report", "a  \xE6\x9D\xB1  b");
    assert_field(entity, "X-Report-2", "2");
    assert_int_equal(mailer_message_recipient_count(message), 4);
    read_free(entity);
    mailer_message_free(message);
}

static void a_subject_of_ten_thousand_letters_is_sent(void **state)
{
    (void)state;
    char subject[10001];
    memset(subject, 'x', 10000);
    subject[10000] = '\0';
    struct mailer_message *message = new_message();
    assert_int_equal(mailer_message_set_subject(message, subject, NULL), 0);
    struct read_entity *entity = sealed_and_read(message);
    assert_field(entity, "Subject", subject);
    read_free(entity);
    mailer_message_free(message);
}

static void content_comes_from_memory_files_and_descriptors(void **state)
{
    (void)state;
    char path[] = "/tmp/mailer-test-message-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, "a,b\n1,2\n", 8), 8);
    assert_int_equal(lseek(descriptor, 4, SEEK_SET), 4);
    struct mailer_message *message = new_message();
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    assert_int_equal(mailer_message_set_temporary_directory(message, NULL, NULL), 0);
    assert_int_equal(mailer_message_set_text(message, "Hi\n", NULL), 0);
    assert_int_equal(mailer_message_attach_file(message, path, NULL, NULL), 0);
    content.descriptor = descriptor;
    attachment.name = "C:\\data\\rest.csv";
    assert_int_equal(mailer_message_attach(message, &content, &attachment, NULL), 0);
    assert_true(fcntl(descriptor, F_GETFD) >= 0);
    content = (struct mailer_content)MAILER_CONTENT_INIT;
    char bytes[] = "\x89PNG\r\n\x1A\n";
    content.bytes = bytes;
    content.size = 8;
    attachment.name = "../../etc/logo.txt";
    attachment.content_id = "logo@example";
    assert_int_equal(mailer_message_attach(message, &content, &attachment, NULL), 0);
    memset(bytes, 0, sizeof bytes);
    content = (struct mailer_content)MAILER_CONTENT_INIT;
    assert_int_equal(mailer_message_attach(message, &content, NULL, NULL), 0);
    struct read_entity *entity = sealed_and_read(message);
    assert_string_equal(entity->type, "multipart/mixed");
    assert_int_equal(entity->count, 5);
    assert_octets(entity->children[0], "Hi\r\n");
    assert_octets(entity->children[1], "a,b\n1,2\n");
    assert_string_equal(entity->children[1]->file_name, path + 5);
    assert_octets(entity->children[2], "1,2\n");
    assert_string_equal(entity->children[2]->file_name, "rest.csv");
    assert_string_equal(entity->children[2]->type, "text/csv");
    assert_octets(entity->children[3], "\x89PNG\r\n\x1A\n");
    assert_string_equal(entity->children[3]->file_name, "logo.txt");
    assert_string_equal(entity->children[3]->type, "image/png");
    assert_field(entity->children[3], "Content-ID", "<logo@example>");
    assert_octets(entity->children[4], "");
    assert_null(entity->children[4]->file_name);
    for (size_t i = 1; i < 5; i++)
        assert_string_equal(entity->children[i]->disposition, "attachment");
    read_free(entity);
    mailer_message_free(message);
    close(descriptor);
    unlink(path);
}

static void both_bodies_become_alternatives_plain_first(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    struct mailer_content html = MAILER_CONTENT_INIT;
    html.bytes = "<p>Hi";
    html.size = 5;
    assert_int_equal(mailer_message_set_body(message, "Text/HTML ; charset=utf-8", &html, NULL), 0);
    assert_int_equal(mailer_message_set_text(message, "Hi", NULL), 0);
    struct read_entity *entity = sealed_and_read(message);
    assert_string_equal(entity->type, "multipart/alternative");
    assert_int_equal(entity->count, 2);
    assert_string_equal(entity->children[0]->type, "text/plain");
    assert_string_equal(entity->children[1]->type, "text/html");
    assert_string_equal(entity->children[1]->charset, "us-ascii");
    assert_octets(entity->children[1], "<p>Hi");
    read_free(entity);
    mailer_message_free(message);
}

static void ten_thousand_attachments_need_few_descriptors(void **state)
{
    (void)state;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    const struct rlimit few = {64, before.rlim_max};
    char path[] = "/tmp/mailer-test-message-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, "octets", 6), 6);
    close(descriptor);
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    attachment.type = "image/png";
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    struct mailer_message *message = new_message();
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(mailer_message_attach_file(message, path, &attachment, NULL), 0);
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    size_t size = 0;
    char *bytes = written_message(message, MAILER_WIRE_8BIT, &size);
    size_t found = 0;
    for (char *at = bytes; (at = strstr(at, "b2N0ZXRz\r\n")) != NULL; at++)
        found++;
    assert_int_equal(found, 10000);
    free(bytes);
    mailer_message_free(message);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_unfit_is_refused_with_advice),
        cmocka_unit_test(the_first_error_sticks_and_nothing_crashes_without_a_struct),
        cmocka_unit_test(fields_by_name_go_where_their_functions_put_them),
        cmocka_unit_test(a_subject_of_ten_thousand_letters_is_sent),
        cmocka_unit_test(content_comes_from_memory_files_and_descriptors),
        cmocka_unit_test(both_bodies_become_alternatives_plain_first),
        cmocka_unit_test(ten_thousand_attachments_need_few_descriptors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
