/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"

static struct mailer_content of_string(const char *text)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = text;
    content.size = strlen(text);
    return content;
}

static void set(struct mailer_message *message, const char *type, const char *text)
{
    struct mailer_content content = of_string(text);
    assert_int_equal(mailer_message_set_body(message, type, &content, NULL), 0);
}

/* What the message is on a wire, to be freed. */
static char *written(const struct mailer_message *message)
{
    FILE *file = tmpfile();
    assert_int_equal(mailer_message_write(message, MAILER_WIRE_8BIT, fileno(file), NULL), 0);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = calloc((size_t)size + 1, 1);
    assert_int_equal(fread(text, 1, (size_t)size, file), size);
    fclose(file);
    return text;
}

static void assert_holds(struct mailer_message *message, const char *expected)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mailer_message_seal(message, &error) != 0)
        fail_msg("%s", error.text);
    char *text = written(message);
    if (strstr(text, expected) == NULL)
        fail_msg("no \"%s\" in: %s", expected, text);
    free(text);
    mailer_message_free(message);
}

static void notes_stand_below_the_text(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"Hello.\n", "\r\n\r\nHello.\r\n\r\nOne.\r\nTw\xC3\xB6.\r\n"},
        {"Hello.", "\r\n\r\nHello.\r\n\r\nOne.\r\nTw\xC3\xB6.\r\n"},
        {"", "\r\n\r\nOne.\r\nTw\xC3\xB6.\r\n"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct mailer_message *message = new_message();
        set(message, "text/plain", texts[i][0]);
        assert_int_equal(mailer_message_add_note(message, "One.", NULL), 0);
        assert_int_equal(mailer_message_add_note(message, "Tw\xC3\xB6.", NULL), 0);
        assert_holds(message, texts[i][1]);
    }
}

static void the_type_of_the_text_stays(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    set(message, "text/markdown; variant=GFM", "# x\n");
    mailer_message_add_note(message, "One.", NULL);
    assert_holds(message, "text/markdown; variant=GFM; charset=us-ascii");
}

static void html_gets_a_paragraph_and_its_text_a_line(void **state)
{
    (void)state;
    for (int wants_text = 0; wants_text < 2; wants_text++) {
        struct mailer_message *message = new_message();
        struct mailer_text_options options = MAILER_TEXT_OPTIONS_INIT;
        options.text_from_html = wants_text;
        mailer_message_set_text_options(message, &options, NULL);
        set(message, "text/html", "<html><body><p>Hello.</body></html>");
        mailer_message_add_note(message, "a < b", NULL);
        assert_holds(message, wants_text ? "\r\n\r\nHello.\r\n\r\na < b\r\n" : "<p>a &lt; b</p>");
    }
}

static void a_charset_that_lacks_its_characters_gives_way(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    struct mailer_text_options options = MAILER_TEXT_OPTIONS_INIT;
    options.output_charset = "iso-8859-1";
    mailer_message_set_text_options(message, &options, NULL);
    set(message, "text/plain",
        "Gr\xC3\xBC\xC3\x9F"
        "e.\n");
    mailer_message_add_note(message, "\xD0\x96", NULL);
    assert_holds(message, "Gr\xC3\xBC\xC3\x9F"
                          "e.\r\n\r\n\xD0\x96\r\n");
}

static void html_keeps_the_names_of_pictures_that_are_left_out(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    struct mailer_text_options options = MAILER_TEXT_OPTIONS_INIT;
    options.picture_directory = "/none";
    mailer_message_set_text_options(message, &options, NULL);
    set(message, "text/html", "<img src=a.png><img src=cid:b>");
    mailer_message_leave_out_picture(message, "a.png", NULL);
    mailer_message_leave_out_picture(message, "b", NULL);
    assert_holds(message, "<img src=a.png><img src=cid:b>");
}

static void what_is_no_line_is_refused(void **state)
{
    (void)state;
    static const char *const notes[] = {"", "a\nb", "\xFF"};
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        struct mailer_message *message = new_message();
        assert_int_equal(mailer_message_add_note(message, notes[i], NULL), MAILER_DATA);
        mailer_message_free(message);
    }
}

static void a_message_that_was_read_gets_none(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    struct mailer_content content = of_string("From: a@x.test\n\nx\n");
    assert_int_equal(mailer_message_add_note(message, "One.", NULL), 0);
    assert_int_equal(mailer_message_read(message, &content, false, NULL), 0);
    assert_int_equal(mailer_message_seal(message, NULL), MAILER_USAGE);
    mailer_message_free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_stand_below_the_text),
        cmocka_unit_test(the_type_of_the_text_stays),
        cmocka_unit_test(html_gets_a_paragraph_and_its_text_a_line),
        cmocka_unit_test(a_charset_that_lacks_its_characters_gives_way),
        cmocka_unit_test(html_keeps_the_names_of_pictures_that_are_left_out),
        cmocka_unit_test(what_is_no_line_is_refused),
        cmocka_unit_test(a_message_that_was_read_gets_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
