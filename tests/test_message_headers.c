/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"

static void assert_data_error(struct mailer_message *message, int result,
                              const struct mailer_error *error, const char *words)
{
    if (result != MAILER_DATA || strstr(error->text, words) == NULL)
        fail_msg("%d, %s", result, error->text);
    mailer_message_free(message);
}

static void a_priority_is_told_in_each_way_that_readers_know(void **state)
{
    (void)state;
    static const struct {
        enum mailer_priority priority;
        const char *importance, *words, *number;
    } cases[] = {{MAILER_PRIORITY_NORMAL, "normal", "normal", "3"},
                 {MAILER_PRIORITY_HIGH, "high", "urgent", "1"},
                 {MAILER_PRIORITY_LOW, "low", "non-urgent", "5"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_message *message = new_message();
        assert_int_equal(mailer_message_set_priority(message, cases[i].priority, NULL), 0);
        struct read_entity *entity = sealed_and_read(message);
        assert_field(entity, "Importance", cases[i].importance);
        assert_field(entity, "Priority", cases[i].words);
        assert_field(entity, "X-Priority", cases[i].number);
        read_free(entity);
        mailer_message_free(message);
    }
}

static void a_priority_that_is_none_is_wrong_use(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    assert_int_equal(mailer_message_set_priority(message, (enum mailer_priority)7, NULL),
                     MAILER_USAGE);
    mailer_message_free(message);
}

static void ways_to_unsubscribe_stand_in_one_field(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    assert_int_equal(mailer_message_add_unsubscribe(message, "mailto:off@example.org", NULL), 0);
    assert_int_equal(mailer_message_add_unsubscribe(message, "https://example.org/off", NULL), 0);
    struct read_entity *entity = sealed_and_read(message);
    assert_field(entity, "List-Unsubscribe", "<mailto:off@example.org>, <https://example.org/off>");
    assert_field(entity, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    read_free(entity);
    mailer_message_free(message);
}

static void without_https_there_is_no_single_click(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    assert_int_equal(mailer_message_add_unsubscribe(message, "MAILTO:off@example.org", NULL), 0);
    struct read_entity *entity = sealed_and_read(message);
    assert_field(entity, "List-Unsubscribe-Post", NULL);
    read_free(entity);
    mailer_message_free(message);
}

static void what_cannot_stand_between_angle_brackets_is_no_url(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "",          "https://",       "http://example.org/", "https://a.example/>", "https://a b/",
        "ftp://a/",  "https://a/,b",   "https://a/\r\nX: y",  "https://\xC3\xA4/",   "mailto:",
        "off@a.org", "https://a/\"b\""};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct mailer_message *message = new_message();
        struct mailer_error error = MAILER_ERROR_INIT;
        int result = mailer_message_add_unsubscribe(message, urls[i], &error);
        assert_data_error(message, result, &error, "give an https: or mailto: URL");
    }
}

static void very_many_urls_are_refused(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    struct mailer_error error = MAILER_ERROR_INIT;
    int result = 0;
    for (int i = 0; i < 2000 && result == 0; i++)
        result = mailer_message_add_unsubscribe(message, "mailto:off@example.org", &error);
    assert_data_error(message, result, &error, "give fewer");
}

static char *references_of(const char *thread, const char *domain)
{
    struct mailer_message *message = new_message();
    assert_int_equal(mailer_message_set_thread(message, thread, NULL), 0);
    if (domain != NULL)
        assert_int_equal(mailer_message_set_message_id_domain(message, domain, NULL), 0);
    struct read_entity *entity = sealed_and_read(message);
    char *references = read_decoded(entity, "References");
    assert_non_null(references);
    assert_field(entity, "In-Reply-To", references);
    assert_string_not_equal(references, mailer_message_id(message));
    read_free(entity);
    mailer_message_free(message);
    return references;
}

static void messages_of_a_thread_refer_to_the_same_message(void **state)
{
    (void)state;
    char *one = references_of("nightly", NULL);
    char *same = references_of("nightly", NULL);
    char *other = references_of("weekly", NULL);
    char *domain = references_of("nightly", "example.net");
    assert_string_equal(one, same);
    assert_string_not_equal(one, other);
    assert_non_null(strstr(one, "@example.org>"));
    assert_non_null(strstr(domain, "@example.net>"));
    free(one);
    free(same);
    free(other);
    free(domain);
}

static void a_thread_has_one_name_and_no_other_references(void **state)
{
    (void)state;
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_message *message = new_message();
    mailer_message_set_thread(message, "a", NULL);
    assert_data_error(message, mailer_message_set_thread(message, "a", &error), &error, "twice");
    message = new_message();
    error = (struct mailer_error)MAILER_ERROR_INIT;
    assert_data_error(message, mailer_message_set_thread(message, "", &error), &error, "no name");
    message = new_message();
    error = (struct mailer_error)MAILER_ERROR_INIT;
    mailer_message_set_thread(message, "a", NULL);
    mailer_message_add_header(message, "References", "<x@example.org>", NULL);
    assert_data_error(message, mailer_message_seal(message, &error), &error, "exclude");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_priority_is_told_in_each_way_that_readers_know),
        cmocka_unit_test(a_priority_that_is_none_is_wrong_use),
        cmocka_unit_test(ways_to_unsubscribe_stand_in_one_field),
        cmocka_unit_test(without_https_there_is_no_single_click),
        cmocka_unit_test(what_cannot_stand_between_angle_brackets_is_no_url),
        cmocka_unit_test(very_many_urls_are_refused),
        cmocka_unit_test(messages_of_a_thread_refer_to_the_same_message),
        cmocka_unit_test(a_thread_has_one_name_and_no_other_references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
