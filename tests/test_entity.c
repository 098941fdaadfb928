/* SPDX-License-Identifier: ISC */
#include "reader/entity.h"

#include "buffer.h"

#include "harness/harness.h"

#include <stdio.h>

static int read_entities(struct mime_entity_list *list, const char *bytes, size_t size,
                         bool keep_header, struct mailer_error *error)
{
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_memory(&blob, bytes, size, NULL), 0);
    int result = mime_entity_read(list, blob, keep_header, error);
    mime_blob_release(blob);
    return result;
}

/* Each entity as its kind (a letter), its parent, and its body in brackets. */
static char *outline(const char *text)
{
    static char out[4096];
    struct mime_entity_list list;
    size_t used = 0;
    assert_int_equal(read_entities(&list, text, strlen(text), false, NULL), 0);
    for (size_t i = 0; i < list.count; i++) {
        const struct mime_entity *entity = &list.entities[i];
        used += (size_t)snprintf(out + used, sizeof out - used, "%s%c", i > 0 ? " " : "",
                                 "loMRf"[entity->kind]);
        if (entity->parent != SIZE_MAX)
            used += (size_t)snprintf(out + used, sizeof out - used, "%zu", entity->parent);
        if (entity->kind == MIME_ENTITY_MULTIPART || entity->kind == MIME_ENTITY_MESSAGE)
            continue;
        int size = (int)(entity->body_end.offset - entity->body.offset);
        assert_int_equal(size, entity->scan.size);
        used += (size_t)snprintf(out + used, sizeof out - used, "[%.*s]", size,
                                 text + entity->body.offset);
    }
    mime_entity_free(&list);
    return out;
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\n"

static void structures_are_found(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "l[]"},
        {"\n", "l[]"},
        {"text only", "l[text only]"},
        {" A: b\n\nx", "l[ A: b\n\nx]"},
        {"A: b\n", "l[]"},
        {"A: b\nno field\n\nx", "l[no field\n\nx]"},
        {"From x y:1\n>From z: 1 a\nA: b\n\nx\n", "l[x\n]"},
        {"\xEF\xBB\xBF"
         "A: b\n\nx\n",
         "l[x\n]"},
        {MIXED "\n--b\n\none\n--b\r\nA: b\r\n\r\ntwo\r\n--b--\n", "M l0[one] l0[two]"},
        {MIXED "\npre\n--b \t\n\none\n\n--b-- \npost", "M f0[pre\n] l0[one\n] f0[post]"},
        {MIXED "--b\n\none\n--b--\n", "M l0[one]"},
        {MIXED "\n--b\n--b\nA: b\n--b\n\n--b--", "M l0[] l0[] l0[]"},
        {MIXED "\n--b\n\nnever closed", "M l0[never closed]"},
        {MIXED "\n--bx\n--b x\n --b\nx--b\n", "o[--bx\n--b x\n --b\nx--b\n]"},
        {MIXED "\n", "o[]"},
        {MIXED "\n--b\n"
               "Content-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--b\n\ny\n--b--\n",
         "M M0 l1[x] l0[y]"},
        {MIXED "\n--b\n"
               "Content-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n\n--b--\n",
         "M M0 l1[x] f1[\n]"},
        /* Of two multiparts with one boundary, the inner one has what comes behind its header, */
        {MIXED "\n--b\n" MIXED "\n--b\n\nx\n--b--\n--b\n\ny\n--b--\n", "M M0 l1[x] l0[y]"},
        /* whether or not an empty line ends that. */
        {MIXED "\n--b\n" MIXED "--b\n\nx\n--b--\n--b\n\ny\n--b--\n", "M M0 l1[x] l0[y]"},
        {MIXED "\n--b\nContent-Type: message/rfc822\n\nA: b\n\nx\n--b--\n", "M R0 l1[x]"},
        {MIXED "\n--b\nContent-Type: message/rfc822\n--b--\n", "M R0 l1[]"},
        {MIXED "\n--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQQ==\n"
               "--b--\n",
         "M o0[QQ==]"},
        {MIXED "\n--b\nContent-Type: message/delivery-status\n\nA: b\n--b--\n", "M o0[A: b]"},
        {MIXED "\n--b\nContent-Type: multipart/signed; boundary=c\n\n--c\n\nx\n--c--\n--b--\n",
         "M o0[--c\n\nx\n--c--]"},
        {"Content-Type: multipart/digest; boundary=b\n\n--b\n\nA: b\n\nx\n--b--\n", "M R0 l1[x]"},
        {"Content-Type: multipart/mixed\n\n--b\n", "o[--b\n]"},
        {"Content-Type: message/rfc822\n\nFrom x y:1\nA: b\n\nx", "R l0[x]"},
        {"Content-Type: message/rfc822\n\nFrom \xFC\nA: b\n\nx", "R l0[From \xFC\nA: b\n\nx]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(outline(cases[i][0]), cases[i][1]);
}

static void places_count_line_ends_as_cr_lf(void **state)
{
    (void)state;
    static const char text[] = MIXED "A: b\r\n\n--b\nContent-Transfer-Encoding: 8bit\n\nx\n\r\ny\n"
                                     "--b--\n";
    struct mime_entity_list list;
    assert_int_equal(read_entities(&list, text, sizeof text - 1, false, NULL), 0);
    assert_int_equal(list.end.offset, sizeof text - 1);
    size_t feeds = 0;
    for (size_t i = 0; i < sizeof text - 1; i++)
        feeds += text[i] == '\n' && text[i - 1] != '\r';
    assert_int_equal(list.end.lines, list.end.offset + feeds);
    const struct mime_entity *leaf = &list.entities[1];
    assert_memory_equal(text + leaf->encoding.offset, "Content-Transfer", 16);
    assert_memory_equal(text + leaf->encoding_end.offset, "\nx", 2);
    assert_memory_equal(text + leaf->body_end.offset, "\n--b--", 6);
    assert_memory_equal(text + leaf->behind.offset, "--b--", 5);
    assert_int_equal(leaf->body_end.lines - leaf->body.lines, strlen("x\r\n\r\ny"));
    mime_entity_free(&list);
}

static void what_must_be_told_is_told(void **state)
{
    (void)state;
    static const char text[] =
        "Content-Type: multipart/mixed; boundary=b\r\nMIME-Version: 1.0\r\n\r\n--b\r\n"
        "Content-Transfer-Encoding: binary\r\n\r\nx\r\n--b\r\n"
        "Content-Type: image/png\r\n\r\n\rx\r\n--b\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n";
    struct buffer message = buffer_empty(100000);
    buffer_append_string(&message, text);
    for (size_t i = 0; i < 1200; i++)
        buffer_append_char(&message, 'A');
    struct mime_entity_list list;
    assert_int_equal(read_entities(&list, message.bytes, message.size, false, NULL), 0);
    assert_int_equal(list.count, 4);
    assert_true(list.entities[0].has_version && list.entities[0].has_type);
    assert_false(list.entities[0].has_encoding);
    assert_true(list.entities[1].exact && list.entities[1].declared == MIME_DECLARED_BINARY);
    assert_true(list.entities[2].exact);
    assert_true(list.entities[3].encoded_is_fit);
    assert_int_equal(list.entities[3].encoded_size, 1200 + 2 * 16);
    assert_false(list.ends_in_line_end);
    mime_entity_free(&list);
    buffer_free(&message);
}

static void headers_that_do_not_fit_are_mended(void **state)
{
    (void)state;
    static const char text[] = "Subject: \xC3\xBC\nContent-Transfer-Encoding: 8bit\nA : b\n\n\xC3";
    struct mime_entity_list list;
    assert_int_equal(read_entities(&list, text, sizeof text - 1, true, NULL), 0);
    assert_true(list.entities[0].header_is_8bit);
    assert_string_equal(list.entities[0].mended, "Subject: =?utf-8?B?w7w=?=\r\nA: b\r\n");
    mime_entity_free(&list);
    assert_int_equal(read_entities(&list, text, sizeof text - 1, false, NULL), 0);
    assert_false(list.entities[0].header_is_8bit);
    assert_null(list.entities[0].mended);
    mime_entity_free(&list);
}

static void a_mended_header_is_no_longer_than_one_that_is_read(void **state)
{
    (void)state;
    static const size_t sizes[] = {100 * 1000, 400 * 1000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct buffer text = buffer_empty(500 * 1000);
        buffer_append_string(&text, "To:");
        while (text.size < sizes[i])
            buffer_append_string(&text, " \xFC,\n");
        buffer_append_string(&text, "\n");
        struct mime_entity_list list;
        assert_int_equal(read_entities(&list, text.bytes, text.size, true, NULL), 0);
        assert_true(list.entities[0].header_is_8bit);
        assert_true((list.entities[0].mended != NULL) == (i == 0));
        mime_entity_free(&list);
        buffer_free(&text);
    }
}

static void quoted_printable_never_makes_a_boundary(void **state)
{
    (void)state;
    /* The soft line break falls in front of the boundary, which then stands in a line of its own.
     */
    char text[400] = MIXED "\n--b\n\n\xC3\xBC";
    for (size_t length = 40; length < 90; length++) {
        char *end = text + strlen(MIXED "\n--b\n\n\xC3\xBC");
        memset(end, 'x', length);
        strcpy(end + length, "--b\n--b--\n");
        struct mime_entity_list list;
        assert_int_equal(read_entities(&list, text, strlen(text), false, NULL), 0);
        assert_int_equal(list.count, 2);
        bool is_possible = list.entities[1].encoded_size != UINT64_MAX;
        assert_int_equal(is_possible, length != 69);
        mime_entity_free(&list);
    }
}

static void limits_hold(void **state)
{
    (void)state;
    struct buffer message = buffer_empty(16 * 1024 * 1024);
    buffer_append_string(&message, MIXED "\n");
    for (size_t i = 0; i < MIME_ENTITY_LIMIT + 1000; i++)
        buffer_append_string(&message, "--b\n\nx\n");
    struct mime_entity_list list;
    assert_int_equal(read_entities(&list, message.bytes, message.size, false, NULL), 0);
    assert_int_equal(list.count, MIME_ENTITY_LIMIT);
    assert_int_equal(list.entities[list.count - 1].kind, MIME_ENTITY_OPAQUE);
    assert_int_equal(list.entities[list.count - 1].body_end.offset, message.size);
    mime_entity_free(&list);

    message.size = 0;
    for (size_t i = 0; i < 2 * MIME_ENTITY_DEPTH; i++)
        buffer_append_format(&message, "Content-Type: multipart/mixed; boundary=b%zu\n\n--b%zu\n",
                             i, i);
    assert_int_equal(read_entities(&list, message.bytes, message.size, false, NULL), 0);
    assert_int_equal(list.count, MIME_ENTITY_DEPTH + 1);
    assert_int_equal(list.entities[MIME_ENTITY_DEPTH].kind, MIME_ENTITY_OPAQUE);
    mime_entity_free(&list);

    message.size = 0;
    while (message.size < MIME_ENTITY_HEADER_LIMIT)
        buffer_append_string(&message, "X-Field: of a header that does not end\n");
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(read_entities(&list, message.bytes, message.size, false, &error), MAILER_DATA);
    mime_entity_free(&list);
    buffer_free(&message);
}

static void what_is_no_message_is_refused(void **state)
{
    (void)state;
    struct mime_entity_list list;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(read_entities(&list,
                                   "\xFF\xFE"
                                   "A\0",
                                   4, false, &error),
                     MAILER_DATA);
    assert_non_null(strstr(error.text, "UTF-16"));
    mime_entity_free(&list);
    error = (struct mailer_error)MAILER_ERROR_INIT;
    static const char nul[] = MIXED "\n--b\nX-Part: a\0b\n\nx";
    assert_int_equal(read_entities(&list, nul, sizeof nul - 1, false, &error), MAILER_DATA);
    assert_non_null(strstr(error.text, "X-Part"));
    mime_entity_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(structures_are_found),
        cmocka_unit_test(places_count_line_ends_as_cr_lf),
        cmocka_unit_test(what_must_be_told_is_told),
        cmocka_unit_test(headers_that_do_not_fit_are_mended),
        cmocka_unit_test(a_mended_header_is_no_longer_than_one_that_is_read),
        cmocka_unit_test(quoted_printable_never_makes_a_boundary),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(what_is_no_message_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
