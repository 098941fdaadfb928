/* SPDX-License-Identifier: ISC */
/* What holds for every document on every wire, tried on random ones: 2,000, or as many as the first
 * argument or the environment variable MAILER_TEST_ROUNDS says. */
#include "harness/random_tree.h"
#include "harness/read_message.h"
#include "harness/read_plan.h"
#include "reader/entity.h"

static size_t rounds = 2000;

static bool is_end_of_line(const struct rendering *rendering)
{
    return rendering->size >= 2 && memcmp(rendering->bytes + rendering->size - 2, "\r\n", 2) == 0;
}

static void assert_fit_for_the_wire(const struct mime_plan *plan, const struct rendering *rendering)
{
    static const char *const names[] = {"7bit", "8bit", "binary"};
    assert_int_equal(rendering->size, plan->size);
    assert_true(is_end_of_line(rendering));
    assert_true(plan->width <= plan->wire.width);
    /* It fits the wire it was made for, and the narrowest one that it says it needs. */
    assert_true(read_keeps_promise(names[plan->width], rendering->bytes, rendering->size));
}

static void assert_cursors_agree(const struct mime_plan *plan, const struct rendering *expected,
                                 size_t room, uint64_t *random)
{
    struct rendering got = render_plan(plan, room, random);
    assert_int_equal(got.size, expected->size);
    assert_memory_equal(got.bytes, expected->bytes, expected->size);
    free(got.bytes);
}

static void assert_copies_agree(const struct mime_plan *plan, const struct rendering *expected,
                                uint64_t *random)
{
    static struct mime_scratch scratch;
    struct mime_cursor cursor = mime_cursor_start(plan);
    size_t middle = 1 + harness_random(random) % expected->size;
    struct rendering one = {malloc(expected->size + 1), 0};
    while (one.size < middle) {
        size_t room = 1 + harness_random(random) % (middle - one.size);
        size_t got = 0;
        int result = mime_cursor_read(&cursor, &scratch, one.bytes + one.size, room, &got, NULL);
        assert_int_equal(result, 0);
        one.size += got;
    }
    struct rendering other = {(uint8_t *)harness_exact(one.bytes, one.size), one.size};
    struct mime_cursor copy = cursor;
    rendering_finish(&one, &cursor, 0, random);
    rendering_finish(&other, &copy, 97, random);
    assert_int_equal(one.size, expected->size);
    assert_memory_equal(one.bytes, expected->bytes, expected->size);
    assert_int_equal(other.size, expected->size);
    assert_memory_equal(other.bytes, expected->bytes, expected->size);
    free(one.bytes);
    free(other.bytes);
}

static bool has_bare_cr_or_nul(const struct random_leaf *leaf)
{
    for (size_t i = 0; i < leaf->size; i++)
        if (leaf->octets[i] == '\0' ||
            (leaf->octets[i] == '\r' && (i + 1 == leaf->size || leaf->octets[i + 1] != '\n')))
            return true;
    return false;
}

/* What a leaf must read back as; *size is that of the octets, which are for the caller to free. */
static uint8_t *expected_octets(const struct random_leaf *leaf, const struct read_entity *entity,
                                size_t *size)
{
    bool is_message = leaf->form == MIME_FORM_MESSAGE && strcmp(entity->type, leaf->type) == 0;
    bool is_lines = leaf->form == MIME_FORM_TEXT || (is_message && !has_bare_cr_or_nul(leaf));
    uint8_t *octets = malloc(2 * leaf->size + 4);
    assert_non_null(octets);
    *size = leaf->size;
    if (is_lines)
        *size = decode_reference_newlines(octets, (uint8_t *)leaf->octets, leaf->size);
    else
        memcpy(octets, leaf->octets, leaf->size);
    return octets;
}

static void assert_same_string(const char *got, const char *expected)
{
    assert_int_equal(got == NULL, expected == NULL);
    if (expected != NULL)
        assert_string_equal(got, expected);
}

/* The content of an entity, decoded; *size is its size. */
static uint8_t *decoded(const struct mime_entity *entity, const uint8_t *octets, size_t *size)
{
    size_t length = (size_t)(entity->body_end.offset - entity->body.offset);
    uint8_t *out = malloc(2 * length + 4);
    assert_non_null(out);
    const uint8_t *body = octets + entity->body.offset;
    uint8_t *ended = malloc(length + 2);
    assert_non_null(ended);
    memcpy(ended, body, length);
    memcpy(ended + length, "\r\n", 2);
    bool is_ended = length > 1 && memcmp(body + length - 2, "\r\n", 2) == 0;
    if (entity->declared == MIME_DECLARED_BASE64)
        *size = decode_base64(out, ended, length + (is_ended || length == 0 ? 0 : 2));
    else if (entity->declared == MIME_DECLARED_QUOTED_PRINTABLE)
        *size = decode_quoted_printable(out, body, length);
    else
        *size = decode_reference_newlines(out, body, length);
    free(ended);
    return out;
}

/* Of a message that was changed inside, what its entities hold is as it was. */
static void assert_same_inside(const struct random_leaf *leaf, const struct read_entity *entity,
                               bool is_root)
{
    struct mime_entity_list lists[2];
    const uint8_t *octets[2] = {(uint8_t *)leaf->octets, entity->octets};
    size_t sizes[2] = {leaf->size, entity->size};
    for (size_t i = 0; i < 2; i++) {
        struct mime_blob *blob = NULL;
        assert_int_equal(mime_blob_from_memory(&blob, octets[i], sizes[i], NULL), 0);
        assert_int_equal(mime_entity_read(&lists[i], blob, true, NULL), 0);
        mime_blob_release(blob);
    }
    assert_int_equal(lists[0].count, lists[1].count);
    for (size_t i = 0; i < lists[0].count; i++) {
        size_t one_size = 0;
        size_t other_size = 0;
        uint8_t *one = decoded(&lists[0].entities[i], octets[0], &one_size);
        uint8_t *other = decoded(&lists[1].entities[i], octets[1], &other_size);
        bool has_line_end = is_root && other_size == one_size + 2;
        assert_true(one_size == other_size || has_line_end);
        assert_memory_equal(one, other, one_size);
        free(one);
        free(other);
    }
    mime_entity_free(&lists[0]);
    mime_entity_free(&lists[1]);
}

static void assert_leaf(const struct random_leaf *leaf, const struct read_entity *entity,
                        bool is_root)
{
    bool is_encoded = strcmp(entity->encoding, "base64") == 0 ||
                      strcmp(entity->encoding, "quoted-printable") == 0;
    if (leaf->form == MIME_FORM_MESSAGE && is_encoded)
        assert_string_equal(entity->type, "application/octet-stream");
    else
        assert_string_equal(entity->type, leaf->type);
    assert_same_string(entity->file_name, leaf->name);
    if (entity->type_name != NULL)
        assert_string_equal(entity->type_name, leaf->name);
    size_t size = 0;
    uint8_t *expected = expected_octets(leaf, entity, &size);
    bool is_message = leaf->form == MIME_FORM_MESSAGE && !is_encoded;
    if (is_message && (entity->size < size || memcmp(entity->octets, expected, size) != 0)) {
        assert_same_inside(leaf, entity, is_root);
        free(expected);
        return;
    }
    /* A message ends in CR LF, and a lone leaf with it. */
    if (is_root && entity->size == size + 2) {
        memcpy(expected + size, "\r\n", 2);
        size += 2;
    }
    assert_int_equal(entity->size, size);
    assert_memory_equal(entity->octets, expected, size);
    free(expected);
}

static void assert_part(const struct random_tree *tree, size_t *leaf, const struct mime_part *part,
                        const struct read_entity *entity, bool is_root)
{
    if (!mime_part_is_multipart(part)) {
        assert_int_equal(entity->count, 0);
        assert_leaf(&tree->leaves[(*leaf)++], entity, is_root);
        return;
    }
    assert_string_equal(entity->type, part->type.name);
    assert_int_equal(entity->count, part->count);
    for (size_t i = 0; i < part->count; i++)
        assert_part(tree, leaf, part->children[i], entity->children[i], false);
}

/* A plan made of an earlier one, for whichever wire that was, is as one made anew. */
static void assert_plans_agree(const struct random_tree *tree, struct mime_plan *earlier,
                               const struct mime_plan *plan, const struct rendering *whole)
{
    struct mime_plan *again = NULL;
    assert_int_equal(mime_plan_again(&again, &tree->document, earlier, plan->wire.width, NULL), 0);
    assert_int_equal(again->size, plan->size);
    assert_int_equal(again->width, plan->width);
    struct rendering got = render_plan(again, 1 << 20, NULL);
    assert_int_equal(got.size, whole->size);
    assert_memory_equal(got.bytes, whole->bytes, whole->size);
    free(got.bytes);
    mime_plan_free(again);
}

static void assert_tree(const struct random_tree *tree, enum mailer_wire width, size_t round,
                        uint64_t *random)
{
    struct mime_plan *plan = plan_for(&tree->document, width);
    struct rendering whole = render_plan(plan, 1 << 20, random);
    assert_fit_for_the_wire(plan, &whole);
    struct read_entity *entity = read_entity(whole.bytes, whole.size);
    if (entity->problem != NULL)
        fail_msg("tree %zu on wire %d: %s", round, (int)width, entity->problem);
    size_t leaf = 0;
    assert_part(tree, &leaf, tree->document.root, entity, true);
    assert_int_equal(leaf, tree->count);
    read_free(entity);
    assert_cursors_agree(plan, &whole, 1 + round % 200, random);
    assert_cursors_agree(plan, &whole, 0, random);
    assert_copies_agree(plan, &whole, random);
    struct mime_plan *earlier = plan_for(&tree->document, (enum mailer_wire)(round % 3));
    assert_plans_agree(tree, earlier, plan, &whole);
    mime_plan_free(earlier);
    free(whole.bytes);
    mime_plan_free(plan);
}

static void all_wires_carry_every_tree(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (size_t round = 0; round < rounds; round++) {
        struct random_tree tree;
        random_tree_make(&tree, round);
        for (int width = MAILER_WIRE_7BIT; width <= MAILER_WIRE_BINARY; width++)
            assert_tree(&tree, (enum mailer_wire)width, round, &random);
        random_tree_free(&tree);
    }
}

static void a_tree_is_the_same_at_every_room(void **state)
{
    (void)state;
    uint64_t random = 2;
    for (size_t number = 0; number < 20; number++) {
        struct random_tree tree;
        random_tree_make(&tree, number);
        for (int width = MAILER_WIRE_7BIT; width <= MAILER_WIRE_BINARY; width++) {
            struct mime_plan *plan = plan_for(&tree.document, (enum mailer_wire)width);
            struct rendering whole = render_plan(plan, 1 << 20, &random);
            for (size_t room = 1; room <= 200 && whole.size < 20000; room++)
                assert_cursors_agree(plan, &whole, room, &random);
            free(whole.bytes);
            mime_plan_free(plan);
        }
        random_tree_free(&tree);
    }
}

int main(int argc, char **argv)
{
    const char *given = argc > 1 ? argv[1] : getenv("MAILER_TEST_ROUNDS");
    if (given != NULL)
        rounds = strtoul(given, NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_wires_carry_every_tree),
        cmocka_unit_test(a_tree_is_the_same_at_every_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
