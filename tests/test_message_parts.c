/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"

static const char png[] = "\x89PNG\r\n\x1A\n picture";

static struct mailer_content picture_content(void)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = png;
    content.size = sizeof png - 1;
    return content;
}

static int add_picture(struct mailer_message *message, const char *name, const char *content_id,
                       struct mailer_error *error)
{
    struct mailer_content content = picture_content();
    struct mailer_attachment picture = MAILER_ATTACHMENT_INIT;
    picture.name = name;
    picture.content_id = content_id;
    return mailer_message_add_picture(message, &content, &picture, error);
}

/* The Content-ID of the nth picture of a text that shows some. */
static void assert_content_id(struct mailer_message *message, size_t index, const char *expected)
{
    struct read_entity *entity = sealed_and_read(message);
    assert_string_equal(entity->type, "multipart/alternative");
    struct read_entity *related = entity->children[1];
    assert_string_equal(related->type, "multipart/related");
    char *content_id = read_field(related->children[index + 1], "Content-ID");
    assert_non_null(content_id);
    if (strncmp(content_id, expected, strlen(expected)) != 0)
        fail_msg("%s", content_id);
    free(content_id);
    read_free(entity);
    mailer_message_free(message);
}

static void a_picture_is_called_by_its_name(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    mailer_message_set_text(message, "Look:\n", NULL);
    assert_int_equal(add_picture(message, "plot.png", NULL, NULL), 0);
    assert_content_id(message, 0, "<plot.png>");
}

static void a_given_content_id_is_kept(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    mailer_message_set_text(message, "Look:\n", NULL);
    assert_int_equal(add_picture(message, "plot.png", "one@example.org", NULL), 0);
    assert_content_id(message, 0, "<one@example.org>");
}

static void names_that_cannot_be_one_make_one(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    mailer_message_set_text(message, "Look:\n", NULL);
    assert_int_equal(add_picture(message, "\xC3\x9C Q3.png", NULL, NULL), 0);
    assert_content_id(message, 0, "<Q3.png@");
    message = new_message();
    mailer_message_set_text(message, "Look:\n", NULL);
    assert_int_equal(add_picture(message, NULL, NULL, NULL), 0);
    assert_content_id(message, 0, "<picture@");
}

static void the_same_name_twice_makes_two_content_ids(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    mailer_message_set_text(message, "Look:\n", NULL);
    assert_int_equal(add_picture(message, "plot.png", NULL, NULL), 0);
    assert_int_equal(add_picture(message, "plot.png", NULL, NULL), 0);
    assert_content_id(message, 1, "<plot.png@");
}

static void the_same_content_id_twice_is_refused(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(add_picture(message, "a.png", "x", NULL), 0);
    assert_int_equal(add_picture(message, "b.png", "x", &error), MAILER_DATA);
    assert_non_null(strstr(error.text, "Content-ID x is given twice"));
    mailer_message_free(message);
}

static void what_is_no_picture_is_refused(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    struct mailer_content text = MAILER_CONTENT_INIT;
    text.bytes = "text";
    text.size = 4;
    struct mailer_attachment picture = MAILER_ATTACHMENT_INIT;
    picture.name = "plot.png";
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mailer_message_add_picture(message, &text, &picture, &error), MAILER_DATA);
    assert_non_null(strstr(error.text, "plot.png is text/plain, not a picture"));
    mailer_message_free(message);
}

static void a_struct_that_was_not_initialised_is_wrong_use(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    struct mailer_content content = picture_content();
    struct mailer_attachment zeros = {0};
    assert_int_equal(mailer_message_attach(message, &content, &zeros, NULL), MAILER_USAGE);
    mailer_message_free(message);
    message = new_message();
    assert_int_equal(mailer_message_attach_archive(message, ".", &zeros, NULL), MAILER_USAGE);
    mailer_message_free(message);
}

static void the_types_of_attachments_are_told_in_their_order(void **state)
{
    (void)state;
    struct mailer_message *message = NULL;
    struct mailer_content content = picture_content();
    struct mailer_attachment named = MAILER_ATTACHMENT_INIT;
    mailer_message_new(&message, NULL);
    mailer_message_set_from(message, "ann@example.org", NULL);
    mailer_message_set_text(message, "Hello.", NULL);
    assert_int_equal(add_picture(message, "shown.png", NULL, NULL), 0);
    named.name = "cpu.png";
    assert_int_equal(mailer_message_attach(message, &content, &named, NULL), 0);
    named.name = "table";
    named.type = "text/csv; header=present";
    content.bytes = "a,b\n";
    content.size = 4;
    assert_int_equal(mailer_message_attach(message, &content, &named, NULL), 0);
    assert_null(mailer_message_attachment_type(message, 0));
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    assert_string_equal(mailer_message_attachment_type(message, 0), "image/png");
    assert_string_equal(mailer_message_attachment_type(message, 1), "text/csv");
    assert_null(mailer_message_attachment_type(message, 2));
    assert_null(mailer_message_attachment_type(message, SIZE_MAX));
    mailer_message_free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_called_by_its_name),
        cmocka_unit_test(a_given_content_id_is_kept),
        cmocka_unit_test(names_that_cannot_be_one_make_one),
        cmocka_unit_test(the_types_of_attachments_are_told_in_their_order),
        cmocka_unit_test(the_same_name_twice_makes_two_content_ids),
        cmocka_unit_test(the_same_content_id_twice_is_refused),
        cmocka_unit_test(what_is_no_picture_is_refused),
        cmocka_unit_test(a_struct_that_was_not_initialised_is_wrong_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
