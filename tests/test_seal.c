/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"

static void a_message_without_from_cannot_be_sealed(void **state)
{
    (void)state;
    struct mailer_message *message = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    assert_int_equal(mailer_message_seal(message, &error), MAILER_DATA);
    assert_string_equal(error.text, "From is missing: say who sends it");
    assert_null(mailer_message_id(message));
    mailer_message_free(message);
}

static void a_message_is_empty_without_text_and_without_attachments(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *html;
        bool attaches;
        bool empty;
    } cases[] = {
        {NULL, NULL, false, true}, {"", NULL, false, true},   {"\n", NULL, false, false},
        {"", "", false, true},     {"", "x", false, false},   {"", NULL, true, false},
        {NULL, NULL, true, false}, {"x", NULL, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_message *message = new_message();
        struct mailer_content content = MAILER_CONTENT_INIT;
        if (cases[i].text != NULL)
            mailer_message_set_text(message, cases[i].text, NULL);
        content.bytes = cases[i].html;
        content.size = cases[i].html != NULL ? strlen(cases[i].html) : 0;
        if (cases[i].html != NULL)
            mailer_message_set_body(message, "text/html", &content, NULL);
        content.bytes = "";
        content.size = 0;
        if (cases[i].attaches)
            mailer_message_attach(message, &content, NULL, NULL);
        assert_false(mailer_message_is_empty(message));
        assert_int_equal(mailer_message_seal(message, NULL), 0);
        assert_true(mailer_message_is_empty(message) == cases[i].empty);
        mailer_message_free(message);
    }
}

static void before_it_nothing_is_told_and_after_it_nothing_changes(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    uint64_t size = 0;
    assert_null(mailer_message_id(message));
    assert_null(mailer_message_envelope_sender(message));
    assert_int_equal(mailer_message_recipient_count(message), 0);
    assert_null(mailer_message_recipient(message, 0));
    assert_int_equal(mailer_message_size(message, MAILER_WIRE_7BIT, &size, NULL), MAILER_USAGE);
    assert_int_equal(mailer_message_write(message, MAILER_WIRE_7BIT, 1, NULL), MAILER_USAGE);
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    assert_int_equal(mailer_message_seal(message, NULL), MAILER_USAGE);
    assert_int_equal(mailer_message_set_subject(message, "x", NULL), MAILER_USAGE);
    assert_int_equal(mailer_message_set_text(message, "x", NULL), MAILER_USAGE);
    assert_int_equal(mailer_message_attach_file(message, "/etc/passwd", NULL, NULL), MAILER_USAGE);
    assert_int_equal(mailer_message_set_message_id_domain(message, "x", NULL), MAILER_USAGE);
    assert_int_equal(mailer_message_set_temporary_directory(message, "/", NULL), MAILER_USAGE);
    assert_int_equal(mailer_message_set_envelope_sender(message, "", NULL), MAILER_USAGE);
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mailer_message_add_to(message, "x@y.test", &error), MAILER_USAGE);
    assert_non_null(strstr(error.text, "build a new one"));
    size_t one_size = 0;
    size_t other_size = 0;
    char *one = written_message(message, MAILER_WIRE_7BIT, &one_size);
    char *other = written_message(message, MAILER_WIRE_7BIT, &other_size);
    assert_string_equal(one, other);
    free(one);
    free(other);
    mailer_message_free(message);
}

static void each_recipient_is_in_the_envelope_once_in_the_order_given(void **state)
{
    (void)state;
    static const char *const expected[] = {"b@X.test", "a@x.test", "B@x.test",     "\"c d\"@x.test",
                                           "\"u@X\"",  "\"u@x\"",  "hidden@x.test"};
    struct mailer_message *message = NULL;
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    mailer_message_set_from(message, "me@x.test", NULL);
    mailer_message_add_bcc(message, "hidden@x.test, Hidden <b@x.TEST>", NULL);
    mailer_message_add_cc(message, "B@x.test, \"c d\"@x.test, a@X.TEST", NULL);
    mailer_message_add_to(message, "Bob <b@X.test>, nobody:;, a@x.test", NULL);
    mailer_message_add_to(message, "b@x.test", NULL);
    mailer_message_add_cc(message, "\"u@X\", \"u@x\"", NULL);
    struct read_entity *entity = sealed_and_read(message);
    assert_int_equal(mailer_message_recipient_count(message), 7);
    for (size_t i = 0; i < 7; i++)
        assert_string_equal(mailer_message_recipient(message, i), expected[i]);
    assert_null(mailer_message_recipient(message, 7));
    assert_null(mailer_message_recipient(message, SIZE_MAX));
    assert_field(entity, "To", "Bob <b@X.test>, nobody:;, a@x.test, b@x.test");
    assert_null(strstr(entity->header, "hidden@x.test"));
    assert_null(strstr(entity->header, "Hidden"));
    read_free(entity);
    mailer_message_free(message);
}

static void a_hundred_thousand_recipients_are_sorted_out(void **state)
{
    (void)state;
    struct mailer_message *message = NULL;
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    mailer_message_set_from(message, "me@x.test", NULL);
    for (size_t i = 0; i < 100000; i++) {
        char address[40];
        snprintf(address, sizeof address, "user%zu@x.test", i % 50000);
        assert_int_equal(mailer_message_add_bcc(message, address, NULL), 0);
    }
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    assert_int_equal(mailer_message_recipient_count(message), 50000);
    assert_string_equal(mailer_message_recipient(message, 49999), "user49999@x.test");
    mailer_message_free(message);
}

static void the_envelope_sender_is_the_author_unless_it_is_given(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{NULL, "ann@example.org"},
                                           {"", ""},
                                           {"<>", ""},
                                           {"bounce@example.org", "bounce@example.org"},
                                           {"<bounce@example.org>", "bounce@example.org"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_message *message = new_message();
        if (cases[i][0] != NULL)
            assert_int_equal(mailer_message_set_envelope_sender(message, cases[i][0], NULL), 0);
        assert_int_equal(mailer_message_seal(message, NULL), 0);
        assert_string_equal(mailer_message_envelope_sender(message), cases[i][1]);
        mailer_message_free(message);
    }
}

static void date_and_message_id_are_made_or_taken(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    struct read_entity *entity = sealed_and_read(message);
    const char *id = mailer_message_id(message);
    assert_field(entity, "Message-ID", id);
    assert_non_null(strstr(id, "@example.org>"));
    char *date = read_decoded(entity, "Date");
    assert_non_null(date);
    assert_int_equal(strlen(date), strlen("Sat, 21 Nov 2026 23:11:05 +0100"));
    free(date);
    read_free(entity);
    mailer_message_free(message);

    message = new_message();
    mailer_message_add_header(message, "date", "Sat, 21 Nov 2026 23:11:05 +0100", NULL);
    mailer_message_add_header(message, "message-id", "<mine@here>", NULL);
    entity = sealed_and_read(message);
    assert_string_equal(mailer_message_id(message), "<mine@here>");
    assert_field(entity, "Message-ID", "<mine@here>");
    assert_field(entity, "Date", "Sat, 21 Nov 2026 23:11:05 +0100");
    read_free(entity);
    mailer_message_free(message);
}

static void the_domain_of_the_message_id_leaks_no_host_name(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"ann@example.org", NULL, "@example.org>"},
        {"ann", NULL, "@localhost>"},
        {"\"ann@home\"", NULL, "@localhost>"},
        {"ann@b\xC3\xBC"
         "cher.test",
         NULL, "@xn--bcher-kva.test>"},
        {"ann@[127.0.0.1]", NULL, "@[127.0.0.1]>"},
        {"ann@example.org", "id.example.net", "@id.example.net>"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_message *message = NULL;
        assert_int_equal(mailer_message_new(&message, NULL), 0);
        mailer_message_set_from(message, cases[i][0], NULL);
        if (cases[i][1] != NULL)
            assert_int_equal(mailer_message_set_message_id_domain(message, cases[i][1], NULL), 0);
        assert_int_equal(mailer_message_seal(message, NULL), 0);
        assert_string_equal(strchr(mailer_message_id(message), '@'), cases[i][2]);
        mailer_message_free(message);
    }
}

/* Whichever parts there are, there is no level too many (RFC 2046 5.1.3, 5.1.4). */
static void the_tree_has_just_the_levels_it_needs(void **state)
{
    (void)state;
    static const char *const types[] = {NULL,
                                        "text/plain",
                                        "text/html",
                                        "multipart/alternative",
                                        "multipart/mixed",
                                        "multipart/mixed",
                                        "multipart/mixed",
                                        "multipart/mixed"};
    static const char *const first[] = {
        NULL,        NULL,         NULL,        "text/plain",
        "image/png", "text/plain", "text/html", "multipart/alternative"};
    for (size_t parts = 0; parts < 8; parts++) {
        struct mailer_message *message = new_message();
        struct mailer_content content = MAILER_CONTENT_INIT;
        struct mailer_attachment picture = MAILER_ATTACHMENT_INIT;
        picture.type = "image/png";
        if (parts & 1)
            assert_int_equal(mailer_message_set_text(message, "x", NULL), 0);
        if (parts & 2)
            assert_int_equal(mailer_message_set_body(message, "text/html", &content, NULL), 0);
        if (parts & 4)
            assert_int_equal(mailer_message_attach(message, &content, &picture, NULL), 0);
        struct read_entity *entity = sealed_and_read(message);
        if (types[parts] == NULL)
            assert_null(entity->type);
        else
            assert_string_equal(entity->type, types[parts]);
        if (first[parts] == NULL)
            assert_int_equal(entity->count, 0);
        else
            assert_string_equal(entity->children[0]->type, first[parts]);
        read_free(entity);
        mailer_message_free(message);
    }
}

static void what_cannot_be_laid_out_is_known_when_it_is_sealed(void **state)
{
    (void)state;
    char value[1200];
    memset(value, 'x', sizeof value);
    value[sizeof value - 1] = '\0';
    struct mailer_message *message = new_message();
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mailer_message_add_header(message, "X-Key", value, NULL), 0);
    assert_int_equal(mailer_message_seal(message, &error), MAILER_DATA);
    assert_non_null(strstr(error.text, "X-Key"));
    mailer_message_free(message);
}

static void utf8_addresses_anywhere_need_eight_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < 7; i++) {
        static const char address[] = "j\xC3\xB6rg@example.org";
        struct mailer_message *message = NULL;
        assert_int_equal(mailer_message_new(&message, NULL), 0);
        mailer_message_set_from(message, i == 0 ? address : "ann@example.org", NULL);
        mailer_message_set_envelope_sender(message, i == 1 ? address : "", NULL);
        mailer_message_add_to(message, i == 2 ? address : "bob@example.org", NULL);
        mailer_message_add_bcc(message, i == 3 ? address : "bob@example.org", NULL);
        mailer_message_add_reply_to(message, i == 4 ? address : "bob@example.org", NULL);
        mailer_message_add_header(message, "Sender", i == 5 ? address : "bob@example.org", NULL);
        mailer_message_set_subject(message, "Gr\xC3\xBC\xC3\x9F", NULL);
        assert_int_equal(mailer_message_seal(message, NULL), 0);
        uint64_t size = 0;
        struct mailer_error error = MAILER_ERROR_INIT;
        int result = mailer_message_size(message, MAILER_WIRE_7BIT, &size, &error);
        assert_int_equal(result, i < 6 ? MAILER_UNSUPPORTED : 0);
        assert_int_equal(mailer_message_write(message, MAILER_WIRE_7BIT, -1, NULL),
                         i < 6 ? MAILER_UNSUPPORTED : MAILER_SYSTEM);
        assert_int_equal(mailer_message_size(message, MAILER_WIRE_8BIT, &size, NULL), 0);
        mailer_message_free(message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_without_from_cannot_be_sealed),
        cmocka_unit_test(a_message_is_empty_without_text_and_without_attachments),
        cmocka_unit_test(before_it_nothing_is_told_and_after_it_nothing_changes),
        cmocka_unit_test(each_recipient_is_in_the_envelope_once_in_the_order_given),
        cmocka_unit_test(a_hundred_thousand_recipients_are_sorted_out),
        cmocka_unit_test(the_envelope_sender_is_the_author_unless_it_is_given),
        cmocka_unit_test(date_and_message_id_are_made_or_taken),
        cmocka_unit_test(the_domain_of_the_message_id_leaks_no_host_name),
        cmocka_unit_test(the_tree_has_just_the_levels_it_needs),
        cmocka_unit_test(what_cannot_be_laid_out_is_known_when_it_is_sealed),
        cmocka_unit_test(utf8_addresses_anywhere_need_eight_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
