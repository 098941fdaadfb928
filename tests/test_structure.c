/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"

/* The structure as in "mixed(plain png)". */
static void append_structure(char *out, size_t room, const struct read_entity *entity)
{
    const char *slash = entity->type == NULL ? NULL : strchr(entity->type, '/');
    size_t used = strlen(out);
    snprintf(out + used, room - used, "%s%s", slash != NULL ? slash + 1 : "none",
             entity->count > 0 ? "(" : "");
    for (size_t i = 0; i < entity->count; i++) {
        append_structure(out, room, entity->children[i]);
        used = strlen(out);
        snprintf(out + used, room - used, "%s", i + 1 < entity->count ? " " : ")");
    }
}

static void assert_structure(struct mailer_message *message, const char *expected)
{
    struct read_entity *entity = sealed_and_read(message);
    char found[512] = "";
    append_structure(found, sizeof found, entity);
    assert_string_equal(found, expected);
    read_free(entity);
    mailer_message_free(message);
}

enum { TEXT = 1, HTML = 2, PICTURE = 4, ATTACHMENT = 8, CALENDAR = 16 };

static const char calendar[] =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
    "UID:1@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

static struct mailer_message *message_of(unsigned parts)
{
    struct mailer_message *message = new_message();
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    if (parts & TEXT)
        mailer_message_set_text(message, "x", NULL);
    content.bytes = "<p>x";
    content.size = 4;
    if (parts & HTML)
        mailer_message_set_body(message, "text/html", &content, NULL);
    attachment.type = "image/gif";
    if (parts & PICTURE)
        mailer_message_add_picture(message, &content, &attachment, NULL);
    attachment.type = "image/png";
    if (parts & ATTACHMENT)
        mailer_message_attach(message, &content, &attachment, NULL);
    content.bytes = calendar;
    content.size = sizeof calendar - 1;
    if (parts & CALENDAR)
        mailer_message_set_calendar(message, &content, NULL, NULL);
    return message;
}

static void each_level_is_there_only_where_it_is_needed(void **state)
{
    (void)state;
    static const struct {
        unsigned parts;
        const char *structure;
    } cases[] = {
        {0, "none"},
        {TEXT, "plain"},
        {HTML, "html"},
        {TEXT | HTML, "alternative(plain html)"},
        {HTML | PICTURE, "related(html gif)"},
        {TEXT | HTML | PICTURE, "alternative(plain related(html gif))"},
        {TEXT | PICTURE, "alternative(plain related(html gif))"},
        {PICTURE, "related(html gif)"},
        {ATTACHMENT, "mixed(png)"},
        {TEXT | ATTACHMENT, "mixed(plain png)"},
        {TEXT | HTML | PICTURE | ATTACHMENT, "mixed(alternative(plain related(html gif)) png)"},
        {CALENDAR, "mixed(calendar ics)"},
        {TEXT | CALENDAR, "mixed(alternative(plain calendar) ics)"},
        {TEXT | HTML | PICTURE | CALENDAR | ATTACHMENT,
         "mixed(alternative(plain related(html gif) calendar) png ics)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_structure(message_of(cases[i].parts), cases[i].structure);
}

static void attach(struct mailer_message *message, const char *type, const char *octets)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = octets;
    content.size = strlen(octets);
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    attachment.type = type;
    assert_int_equal(mailer_message_attach(message, &content, &attachment, NULL), 0);
}

static struct mailer_message *report_of(const char *first, const char *second)
{
    struct mailer_message *message = message_of(TEXT);
    assert_int_equal(mailer_message_set_report_type(message, "delivery-status", NULL), 0);
    if (first != NULL)
        attach(message, first, "Status: 5.1.1\r\n");
    if (second != NULL)
        attach(message, second, "Subject: x\r\n\r\n");
    return message;
}

static void a_report_has_two_or_three_parts(void **state)
{
    (void)state;
    assert_structure(report_of("message/delivery-status", NULL), "report(plain delivery-status)");
    assert_structure(report_of("message/delivery-status", "message/rfc822"),
                     "report(plain delivery-status rfc822)");
    assert_structure(report_of("message/delivery-status", "text/rfc822-headers"),
                     "report(plain delivery-status rfc822-headers)");
}

static void a_report_names_its_type_and_its_parts_are_no_attachments(void **state)
{
    (void)state;
    struct mailer_message *message = report_of("message/delivery-status", NULL);
    struct read_entity *entity = sealed_and_read(message);
    char *type = read_field(entity, "Content-Type");
    assert_non_null(strstr(type, "report-type=delivery-status"));
    free(type);
    assert_field(entity->children[1], "Content-Disposition", NULL);
    read_free(entity);
    mailer_message_free(message);
}

static void a_report_of_other_parts_is_refused(void **state)
{
    (void)state;
    static const char *const parts[][2] = {{NULL, NULL},
                                           {"text/plain", NULL},
                                           {"message/disposition-notification", NULL},
                                           {"message/delivery-status", "text/plain"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct mailer_message *message = report_of(parts[i][0], parts[i][1]);
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(mailer_message_seal(message, &error), MAILER_DATA);
        assert_non_null(strstr(error.text, "report"));
        mailer_message_free(message);
    }
    struct mailer_message *message = report_of("message/delivery-status", "message/rfc822");
    attach(message, "text/plain", "more");
    assert_int_equal(mailer_message_seal(message, NULL), MAILER_DATA);
    mailer_message_free(message);
}

static void the_type_of_a_report_is_a_word(void **state)
{
    (void)state;
    char longer[66];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    const char *const types[] = {"", "a b", "a;b", "a\r\nX: y", "delivery/status", longer};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct mailer_message *message = new_message();
        assert_int_equal(mailer_message_set_report_type(message, types[i], NULL), MAILER_DATA);
        mailer_message_free(message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_level_is_there_only_where_it_is_needed),
        cmocka_unit_test(a_report_has_two_or_three_parts),
        cmocka_unit_test(a_report_names_its_type_and_its_parts_are_no_attachments),
        cmocka_unit_test(a_report_of_other_parts_is_refused),
        cmocka_unit_test(the_type_of_a_report_is_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
