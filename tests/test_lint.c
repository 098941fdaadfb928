/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/read_public.h"
#include "text.h"

#include <mailer/lint.h>

#include <stdlib.h>

/* What is found: the kinds, a letter each, and the texts. */
struct findings {
    char kinds[64];
    char texts[8192];
};

static void keep(void *context, const struct mailer_finding *finding)
{
    struct findings *findings = context;
    size_t count = strlen(findings->kinds);
    assert_true(count + 1 < sizeof findings->kinds);
    findings->kinds[count] = " tenumh"[finding->kind];
    assert_int_equal(finding->is_error, finding->kind == MAILER_FINDING_MISSING_PICTURE);
    assert_true(strlen(finding->text) > 20);
    assert_false(text_has_control(finding->text, strlen(finding->text)));
    strncat(findings->texts, finding->text, sizeof findings->texts - strlen(findings->texts) - 1);
}

/* Seals and looks through; words are among the texts, or NULL. */
static void expect(struct mailer_message *message, const char *kinds, const char *words)
{
    struct findings findings = {"", ""};
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mailer_message_seal(message, &error) != 0 ||
        mailer_message_lint(message, keep, &findings, &error) != 0)
        fail_msg("%s", error.text);
    mailer_message_free(message);
    if (strcmp(findings.kinds, kinds) != 0 ||
        (words != NULL && strstr(findings.texts, words) == NULL))
        fail_msg("\"%s\" and not \"%s\": %s", findings.kinds, kinds, findings.texts);
}

static void attach(struct mailer_message *message, const char *bytes, const char *name,
                   const char *type, const char *content_id)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    content.bytes = bytes;
    content.size = strlen(bytes);
    attachment.name = name;
    attachment.type = type;
    attachment.content_id = content_id;
    assert_int_equal(mailer_message_attach(message, &content, &attachment, NULL), 0);
}

static struct mailer_message *with_text(void)
{
    struct mailer_message *message = new_message();
    assert_int_equal(mailer_message_set_text(message, "Hello.\n", NULL), 0);
    return message;
}

static void a_plain_message_is_good(void **state)
{
    (void)state;
    struct mailer_message *message = with_text();
    attach(message, "a,b\n", "a.csv", NULL, NULL);
    attach(message, "PK\3\4 no zip really", "unknown.xyz", "application/octet-stream", NULL);
    expect(message, "", NULL);
}

static void attachments_are_looked_at(void **state)
{
    (void)state;
    struct mailer_message *message = with_text();
    attach(message, "", "empty.log", NULL, NULL);
    attach(message, "\x89PNG\r\n\x1a\n....", "photo.jpg", "image/png", NULL);
    attach(message, "x", "a.bin", "application/octet-stream", "cid@x");
    expect(message, "enu", "photo.jpg");
    message = new_message();
    attach(message, "x", "a.txt", NULL, NULL);
    expect(message, "t", "no text to read");
}

static void long_fields_are_told(void **state)
{
    (void)state;
    struct mailer_message *message = with_text();
    char subject[1200];
    for (size_t i = 0; i < sizeof subject; i++)
        subject[i] = i % 10 == 9 ? ' ' : 'x';
    subject[sizeof subject - 2] = 'x';
    subject[sizeof subject - 1] = '\0';
    assert_int_equal(mailer_message_set_subject(message, subject, NULL), 0);
    expect(message, "h", "Subject");
}

/* A message that another program wrote. */
static struct mailer_message *existing(const char *text)
{
    struct mailer_message *message = NULL;
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mailer_error error = MAILER_ERROR_INIT;
    content.bytes = text;
    content.size = strlen(text);
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    if (mailer_message_read(message, &content, true, &error) != 0)
        fail_msg("%s", error.text);
    return message;
}

#define HEAD    "From: ann@example.org\r\nTo: bob@example.org\r\nMIME-Version: 1.0\r\n"
#define RELATED HEAD "Content-Type: multipart/related; boundary=b\r\n\r\n"
#define PICTURE                                                                                    \
    "\r\n--b\r\nContent-Type: image/png; name=\"a;b.png\"\r\nContent-ID: <p@x>\r\n\r\nxx\r\n"

static void messages_of_others_are_looked_at(void **state)
{
    (void)state;
    expect(existing(HEAD "\r\nHello.\r\n"), "", NULL);
    expect(existing(HEAD "Content-Type: text/html\r\n\r\n<p>Hello.\r\n"), "t", "no plain text");
    expect(existing(RELATED "--b\r\nContent-Type: text/html\r\n\r\n<img src=cid:p@x>" PICTURE
                            "--b--\r\n"),
           "t", NULL);
    expect(existing(RELATED "--b\r\nContent-Type: text/html\r\n\r\n<img src=cid:q@x>" PICTURE
                            "--b--\r\n"),
           "tmu", "a;b.png");
    expect(existing(RELATED "--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: "
                            "quoted-printable\r\n\r\n<img src=3D\"cid:p=40=\r\nx\">" PICTURE
                            "--b--\r\n"),
           "t", NULL);
    expect(existing(RELATED "--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: "
                            "base64\r\n\r\nPGltZyBzcmM9ImNpZDpw\r\nQHgiPg==" PICTURE "--b--\r\n"),
           "t", NULL);
    expect(existing(HEAD "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello.\r\n"
                         "--b\r\nContent-Type: image/png\r\nContent-Disposition: ATTACHMENT; "
                         "size=1;\r\n filename=a.jpg\r\n\r\nxx\r\n--b--\r\n"),
           "n", "a.jpg");
}

static void any_octets_are_looked_through_without_harm(void **state)
{
    (void)state;
    static const char *const pieces[] = {"\r\n",
                                         "\n",
                                         "--b",
                                         "Content-Type: text/html\r\n",
                                         "=3D",
                                         "=",
                                         "<img src=cid:x>",
                                         "Content-ID: <x",
                                         "\"",
                                         ";name=",
                                         "filename=\"\\",
                                         "Content-Disposition: attachment;",
                                         "Content-Transfer-Encoding: base64\r\n",
                                         "Content-Transfer-Encoding: quoted-printable\r\n",
                                         "\xff",
                                         " "};
    uint64_t seed = 5;
    for (int run = 0; run < 2000; run++) {
        char text[2048] = RELATED "--b\r\nContent-Type: text/html\r\n";
        for (int i = 0; i < 20; i++)
            strcat(text, pieces[harness_random(&seed) % (sizeof pieces / sizeof *pieces)]);
        struct mailer_message *message = existing(text);
        struct findings findings = {"", ""};
        if (mailer_message_seal(message, NULL) == 0)
            (void)mailer_message_lint(message, keep, &findings, NULL);
        mailer_message_free(message);
    }
}

/* Each blank looks at those behind it no more than once, or this takes many minutes. */
static void a_long_row_of_blanks_is_gone_through_once(void **state)
{
    (void)state;
    static const char head[] = HEAD "Content-Type: text/html\r\nContent-Transfer-Encoding: "
                                    "quoted-printable\r\n\r\n<p>x";
    enum { BLANKS = 1000 * 1000 };
    size_t used = sizeof head - 1;
    char *text = malloc(used + BLANKS + 1);
    assert_non_null(text);
    memcpy(text, head, used);
    memset(text + used, ' ', BLANKS);
    text[used + BLANKS] = '\0';
    expect(existing(text), "t", NULL);
    free(text);
}

static void an_open_message_is_wrong_use(void **state)
{
    (void)state;
    struct findings findings = {"", ""};
    struct mailer_message *message = with_text();
    assert_int_equal(mailer_message_lint(message, keep, &findings, NULL), MAILER_USAGE);
    mailer_message_free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_message_is_good),
        cmocka_unit_test(attachments_are_looked_at),
        cmocka_unit_test(long_fields_are_told),
        cmocka_unit_test(a_long_row_of_blanks_is_gone_through_once),
        cmocka_unit_test(messages_of_others_are_looked_at),
        cmocka_unit_test(any_octets_are_looked_through_without_harm),
        cmocka_unit_test(an_open_message_is_wrong_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
