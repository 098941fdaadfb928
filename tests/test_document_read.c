/* SPDX-License-Identifier: ISC */
/* What holds for messages of other writers on every wire: cases, and random trees of ours (150,
 * or as many as the environment variable MAILER_TEST_ROUNDS says), written, read and laid out anew.
 */
#include "tree/document_read.h"

#include "harness/harness.h"
#include "harness/random_tree.h"
#include "harness/read_again.h"
#include "harness/read_message.h"

static size_t rounds = 150;

/* A message laid out on a wire, as a string to be freed; or NULL and the error. */
static char *laid_out(const char *text, enum mailer_wire width, struct mailer_error *error)
{
    struct mime_document document;
    if (!again_read(&document, text, strlen(text), error))
        return NULL;
    struct again_octets octets =
        again_render(&document, (struct mime_wire){width, false}, 300, error);
    mime_document_free(&document);
    if (octets.bytes != NULL)
        octets.bytes[octets.size] = '\0';
    return octets.bytes;
}

static void assert_laid_out(const char *text, enum mailer_wire width, const char *expected)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    char *got = laid_out(text, width, &error);
    if (got == NULL)
        fail_msg("%s", error.text);
    assert_string_equal(got, expected);
    free(got);
}

static void what_fits_stays_as_it_is(void **state)
{
    (void)state;
    static const char message[] =
        "received: a\r\n\tb\r\nSUBJECT:x\r\nsubject:  y\r\n\r\nFrom me\r\n"
        "--=_x\r\n.\r\ntail \r\n";
    for (int width = MAILER_WIRE_7BIT; width <= MAILER_WIRE_BINARY; width++)
        assert_laid_out(message, (enum mailer_wire)width, message);
    assert_laid_out("A:b\n\nx", MAILER_WIRE_7BIT, "A:b\r\n\r\nx\r\n");
    assert_laid_out("From x y:1\nA : b\n \n\nx", MAILER_WIRE_7BIT, "A: b\r\n\r\nx\r\n");
    assert_laid_out("A: b", MAILER_WIRE_7BIT, "A: b\r\n\r\n");
    assert_laid_out("just text", MAILER_WIRE_7BIT, "\r\njust text\r\n");
}

static void text_without_a_type_gets_one(void **state)
{
    (void)state;
    assert_laid_out("A: b\n\n\xC3\xBC", MAILER_WIRE_8BIT,
                    "A: b\r\nContent-Type: text/plain; charset=utf-8\r\n"
                    "Content-Transfer-Encoding: 8bit\r\nMIME-Version: 1.0\r\n\r\n\xC3\xBC\r\n");
    assert_laid_out("A: b\n\n\xC3\xBC", MAILER_WIRE_7BIT,
                    "A: b\r\nContent-Type: text/plain; charset=utf-8\r\n"
                    "Content-Transfer-Encoding: quoted-printable\r\nMIME-Version: 1.0\r\n\r\n"
                    "=C3=BC\r\n");
    assert_laid_out("A: b\n\nan \xFC", MAILER_WIRE_7BIT,
                    "A: b\r\nContent-Type: text/plain; charset=unknown-8bit\r\n"
                    "Content-Transfer-Encoding: quoted-printable\r\nMIME-Version: 1.0\r\n\r\n"
                    "an =FC\r\n");
}

static void a_charset_that_is_given_is_told(void **state)
{
    (void)state;
    struct mime_blob *blob = NULL;
    struct mime_document document = {0};
    assert_int_equal(mime_blob_from_memory(&blob, "\n\xFC", 2, NULL), 0);
    assert_int_equal(mime_document_read(&document, blob, "iso-8859-1", NULL), 0);
    struct again_octets octets =
        again_render(&document, (struct mime_wire){MAILER_WIRE_8BIT, false}, 200, NULL);
    octets.bytes[octets.size] = '\0';
    assert_non_null(strstr(octets.bytes, "charset=iso-8859-1\r\n"));
    free(octets.bytes);
    mime_document_free(&document);
    mime_blob_release(blob);
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n"

static void encodings_are_made_true(void **state)
{
    (void)state;
    assert_laid_out(MIXED "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\nX: y\r\n\r\n"
                          "--b\r\nContent-transfer-encoding: 8bit\r\n\r\n\xC3\xBC\r\n--b--\r\n",
                    MAILER_WIRE_7BIT,
                    MIXED "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 7bit\r\nX: y\r\n\r\n"
                          "--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=BC\r\n"
                          "--b--\r\n");
    assert_laid_out(MIXED "MIME-Version: 1.0\r\n\r\n--b\r\nA: b\r\n\r\n\xC3\xBC\r\n--b--\r\n",
                    MAILER_WIRE_8BIT,
                    MIXED "MIME-Version: 1.0\r\n\r\n--b\r\n"
                          "A: b\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xC3\xBC\r\n--b--\r\n");
    assert_laid_out("MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\nx\r\n",
                    MAILER_WIRE_8BIT,
                    "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\nx\r\n");
    /* What nobody reads is left out rather than changed. */
    assert_laid_out(MIXED "MIME-Version: 1.0\r\n\r\npre \xFC\r\n--b\r\n\r\nx\r\n--b--\r\n\xFC",
                    MAILER_WIRE_7BIT, MIXED "MIME-Version: 1.0\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n");
}

static void a_header_without_an_end_keeps_its_fields(void **state)
{
    (void)state;
    assert_laid_out(MIXED "MIME-Version: 1.0\r\n\r\n--b\r\n"
                          "Content-Transfer-Encoding: 7bit\r\nX: y\r\nno field \xFC\r\n--b--\r\n",
                    MAILER_WIRE_8BIT,
                    MIXED "MIME-Version: 1.0\r\n\r\n--b\r\n"
                          "Content-Transfer-Encoding: 8bit\r\nX: y\r\n\r\n"
                          "no field \xFC\r\n--b--\r\n");
    /* A message within that has nothing but a line of a mailbox file in front. */
    assert_laid_out(MIXED "MIME-Version: 1.0\r\n\r\n--b\r\n"
                          "Content-Type: message/rfc822\r\nFrom x\r\nno field \xFC\r\n--b--\r\n",
                    MAILER_WIRE_7BIT,
                    MIXED "MIME-Version: 1.0\r\n\r\n--b\r\n"
                          "Content-Type: message/rfc822\r\nFrom x\r\nMIME-Version: 1.0\r\n"
                          "Content-Type: text/plain; charset=unknown-8bit\r\n"
                          "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                          "no field =FC\r\n--b--\r\n");
}

static void what_cannot_be_encoded_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum mailer_wire width;
        enum mailer_error_class error_class;
        const char *words;
    } cases[] = {
        {MIXED "\r\n--b\r\n\r\nx\r\n--b\r\nContent-Type: multipart/signed; boundary=c\r\n\r\n"
               "\xC3\xBC\r\n--b--\r\n",
         MAILER_WIRE_7BIT, MAILER_UNSUPPORTED, "part 2 (multipart/signed)"},
        {"Content-Transfer-Encoding: x-uuencode\r\n\r\n\xFC", MAILER_WIRE_7BIT, MAILER_UNSUPPORTED,
         "it says that it is encoded"},
        {"Content-Type: message/partial\r\n\r\n\xFC", MAILER_WIRE_7BIT, MAILER_UNSUPPORTED,
         "message/partial"},
        {"Subject: a\x01\r\n\r\n", MAILER_WIRE_BINARY, MAILER_DATA, "Subject"},
        {"Message-ID: <\xC3\xBC@b>\r\n\r\n", MAILER_WIRE_8BIT, MAILER_UNSUPPORTED, "Message-ID"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_null(laid_out(cases[i].text, cases[i].width, &error));
        assert_int_equal(error.error_class, cases[i].error_class);
        assert_non_null(strstr(error.text, cases[i].words));
    }
}

static void too_many_fields_are_refused(void **state)
{
    (void)state;
    struct mime_document document;
    struct mailer_error error = MAILER_ERROR_INIT;
    size_t size = 3 * (MIME_DOCUMENT_FIELD_LIMIT + 1);
    char *text = malloc(size);
    for (size_t i = 0; i < size; i += 3)
        memcpy(text + i, "a:\n", 3);
    assert_false(again_read(&document, text, size, &error));
    assert_int_equal(error.error_class, MAILER_DATA);
    assert_true(again_read(&document, text, size - 3, NULL));
    assert_int_equal(document.count, MIME_DOCUMENT_FIELD_LIMIT);
    mime_document_free(&document);
    free(text);
}

static void a_root_can_be_put_among_other_parts(void **state)
{
    (void)state;
    static const char text[] = "A: b\nContent-Type: text/html\nMIME-Version: 1.0\n"
                               "Content-Transfer-Encoding: 8bit\nC: d\n\n\xC3\xBC";
    struct mime_document document;
    struct mime_part *root = NULL;
    struct mime_part *mixed = NULL;
    assert_true(again_read(&document, text, sizeof text - 1, NULL));
    assert_int_equal(mime_document_take_root(&document, &root, NULL), 0);
    assert_null(document.root);
    assert_int_equal(document.count, 3);
    assert_int_equal(mime_part_new_multipart(&mixed, "mixed", NULL), 0);
    assert_int_equal(mime_part_insert(mixed, 0, root, NULL), 0);
    document.root = mixed;
    char boundary[MIME_BOUNDARY_SIZE];
    memcpy(boundary, mixed->boundary, sizeof boundary);
    struct again_octets octets =
        again_render(&document, (struct mime_wire){MAILER_WIRE_7BIT, false}, 200, NULL);
    mime_document_free(&document);
    char expected[600];
    snprintf(expected, sizeof expected,
             "A: b\r\nMIME-Version: 1.0\r\nC: d\r\n"
             "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n"
             "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
             "=C3=BC\r\n--%s--\r\n",
             boundary, boundary, boundary);
    octets.bytes[octets.size] = '\0';
    assert_string_equal(octets.bytes, expected);
    free(octets.bytes);
}

/* ---- Random trees ---- */

static void assert_same_leaves(const struct read_entity *one, const struct read_entity *other)
{
    assert_int_equal(one->count, other->count);
    for (size_t i = 0; i < one->count; i++)
        assert_same_leaves(one->children[i], other->children[i]);
    if (one->type == NULL || strncmp(one->type, "message/", 8) == 0)
        return;
    assert_string_equal(one->type, other->type);
    assert_int_equal(one->file_name == NULL, other->file_name == NULL);
    if (one->count > 0)
        return;
    bool has_line_end = other->size == one->size + 2;
    assert_true(other->size == one->size || has_line_end);
    assert_memory_equal(one->octets, other->octets, one->size);
}

/* Ours that was made for one wire, on another. */
static void assert_carried(const struct again_octets *made, enum mailer_wire width, size_t round)
{
    struct mime_wire wire = {width, false};
    const char *problem = again_try(made->bytes, made->size, wire);
    if (problem != NULL)
        fail_msg("tree %zu on wire %d: %s", round, (int)width, problem);
    struct mime_document document;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_true(again_read(&document, made->bytes, made->size, &error));
    struct again_octets kept = again_render(&document, wire, 1000, &error);
    mime_document_free(&document);
    if (kept.bytes == NULL)
        fail_msg("tree %zu on wire %d: %s", round, (int)width, error.text);
    struct read_entity *one = read_entity((uint8_t *)made->bytes, made->size);
    struct read_entity *other = read_entity((uint8_t *)kept.bytes, kept.size);
    if (other->problem != NULL)
        fail_msg("tree %zu on wire %d: %s", round, (int)width, other->problem);
    assert_same_leaves(one, other);
    read_free(one);
    read_free(other);
    free(kept.bytes);
}

static void random_trees_are_carried_on_and_on(void **state)
{
    (void)state;
    for (size_t round = 0; round < rounds; round++) {
        struct random_tree tree;
        random_tree_make(&tree, round);
        for (int from = MAILER_WIRE_7BIT; from <= MAILER_WIRE_BINARY; from++) {
            struct mime_wire wire = {(enum mailer_wire)from, false};
            struct again_octets made = again_render(&tree.document, wire, 4096, NULL);
            for (int to = MAILER_WIRE_7BIT; to <= MAILER_WIRE_BINARY; to++)
                assert_carried(&made, (enum mailer_wire)to, round);
            free(made.bytes);
        }
        random_tree_free(&tree);
    }
}

static void what_is_ours_and_fits_is_the_same_octet_for_octet(void **state)
{
    (void)state;
    for (size_t round = 0; round < rounds; round++) {
        struct random_tree tree;
        random_tree_make(&tree, round);
        for (int width = MAILER_WIRE_7BIT; width <= MAILER_WIRE_8BIT; width++) {
            struct mime_wire wire = {(enum mailer_wire)width, false};
            struct again_octets made = again_render(&tree.document, wire, 4096, NULL);
            struct mime_document document;
            assert_true(again_read(&document, made.bytes, made.size, NULL));
            struct again_octets kept = again_render(&document, wire, 333, NULL);
            mime_document_free(&document);
            assert_int_equal(kept.size, made.size);
            assert_memory_equal(kept.bytes, made.bytes, made.size);
            free(kept.bytes);
            free(made.bytes);
        }
        random_tree_free(&tree);
    }
}

int main(void)
{
    const char *given = getenv("MAILER_TEST_ROUNDS");
    if (given != NULL)
        rounds = strtoul(given, NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_stays_as_it_is),
        cmocka_unit_test(text_without_a_type_gets_one),
        cmocka_unit_test(a_charset_that_is_given_is_told),
        cmocka_unit_test(encodings_are_made_true),
        cmocka_unit_test(a_header_without_an_end_keeps_its_fields),
        cmocka_unit_test(what_cannot_be_encoded_is_told),
        cmocka_unit_test(too_many_fields_are_refused),
        cmocka_unit_test(a_root_can_be_put_among_other_parts),
        cmocka_unit_test(random_trees_are_carried_on_and_on),
        cmocka_unit_test(what_is_ours_and_fits_is_the_same_octet_for_octet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
