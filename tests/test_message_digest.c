/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"

static const char gif[] = "GIF89a\1\0\1\0\0\0\0;";

struct content {
    const char *subject;
    const char *text;
    const char *html;
    const char *attached;
    const char *name;
    const char *picture; /* its name, which makes no Content-ID when it has a blank */
    const char *note;
};

static struct mailer_content of_bytes(const void *bytes, size_t size)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = bytes;
    content.size = size;
    return content;
}

static void fill(struct mailer_message *message, const struct content *given)
{
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    struct mailer_content content;
    if (given->subject != NULL)
        mailer_message_set_subject(message, given->subject, NULL);
    if (given->text != NULL)
        mailer_message_set_text(message, given->text, NULL);
    if (given->html != NULL) {
        content = of_bytes(given->html, strlen(given->html));
        mailer_message_set_body(message, "text/html", &content, NULL);
    }
    if (given->attached != NULL) {
        content = of_bytes(given->attached, strlen(given->attached));
        attachment.name = given->name;
        mailer_message_attach(message, &content, &attachment, NULL);
    }
    if (given->picture != NULL) {
        content = of_bytes(gif, sizeof gif - 1);
        attachment.name = given->picture;
        mailer_message_add_picture(message, &content, &attachment, NULL);
    }
    if (given->note != NULL)
        mailer_message_add_note(message, given->note, NULL);
}

static void take(const struct content *given, unsigned char digest[MAILER_DIGEST_SIZE])
{
    struct mailer_message *message = new_message();
    struct mailer_error error = MAILER_ERROR_INIT;
    fill(message, given);
    assert_int_equal(mailer_message_digest(message, digest, NULL), MAILER_USAGE);
    if (mailer_message_seal(message, &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(mailer_message_digest(message, digest, NULL), 0);
    mailer_message_free(message);
}

static const struct content contents[] = {
    {.text = ""},
    {.text = "x"},
    {.text = "x", .html = "<p>x"},
    {.html = "<p>x"},
    {.text = "x", .attached = "y", .name = "a.txt"},
    {.text = "x", .attached = "z", .name = "a.txt"},
    {.text = "x", .attached = "y", .name = "b.txt"},
    {.text = "x", .picture = "a b.gif"},
    {.html = "<img src=\"cid:a b.gif\">", .picture = "a b.gif"},
    {.html = "<img src=\"data:image/gif;base64,R0lGODlhAQABAAAAADs=\">", .picture = "a b.gif"},
    {.text = "x", .note = "A note."},
    {.html = "<p>x", .note = "A note."},
    {.text = "x", .html = "<p>x", .note = "Another one."},
};

enum { COUNT = sizeof contents / sizeof *contents };

static void the_same_content_has_the_same_digest_and_no_other_has(void **state)
{
    (void)state;
    unsigned char digests[COUNT][MAILER_DIGEST_SIZE], again[MAILER_DIGEST_SIZE];
    for (size_t i = 0; i < COUNT; i++) {
        take(&contents[i], digests[i]);
        struct content later = contents[i];
        later.subject = "Another day";
        take(&later, again);
        if (memcmp(again, digests[i], sizeof again) != 0)
            fail_msg("content %zu has two digests", i);
        for (size_t k = 0; k < i; k++)
            if (memcmp(digests[k], digests[i], sizeof again) == 0)
                fail_msg("contents %zu and %zu have one digest", k, i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_content_has_the_same_digest_and_no_other_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
