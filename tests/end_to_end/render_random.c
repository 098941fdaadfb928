/* SPDX-License-Identifier: ISC */
/*
 * Writes random messages for test_read_back.py to standard output: render_random FIRST COUNT. For
 * each a line of JSON, that says what a reader must find in it; then the octets of its leaves in
 * their order, and the message as it is written for each of the three wires. Their sizes are in the
 * line: that of a leaf is the size it was given, that of a message is what the plan says
 * beforehand. Names and texts are in hexadecimal digits, as not all of them are UTF-8.
 */
#include "harness/random_tree.h"
#include "tree/cursor.h"

static const char *const form_names[] = {
    [MIME_FORM_TEXT] = "lines", [MIME_FORM_EXACT] = "octets", [MIME_FORM_MESSAGE] = "message"};

static void check(int result, const struct mailer_error *error)
{
    if (result == 0)
        return;
    fprintf(stderr, "%s\n", error->text);
    exit(1);
}

/* ,"key":"digits", or null. */
static void put_hexadecimal(const char *key, const char *string)
{
    printf(",\"%s\":", key);
    if (string == NULL) {
        fputs("null", stdout);
        return;
    }
    putchar('"');
    for (; *string != '\0'; string++)
        printf("%02x", (unsigned)(unsigned char)*string);
    putchar('"');
}

static void put_people(const char *key, const struct mime_field *field)
{
    printf(",\"%s\":[", key);
    for (size_t i = 0; field != NULL && i < field->mailboxes.count; i++) {
        const struct mime_mailbox *mailbox = &field->mailboxes.mailboxes[i];
        printf("%s{\"number\":%zu", i > 0 ? "," : "", i);
        put_hexadecimal("name", mailbox->name);
        put_hexadecimal("address", mailbox->address);
        putchar('}');
    }
    putchar(']');
}

static void put_leaf(const struct random_leaf *leaf)
{
    printf("{\"type\":\"%s\",\"form\":\"%s\",\"size\":%zu", leaf->type, form_names[leaf->form],
           leaf->size);
    put_hexadecimal("charset", leaf->charset);
    put_hexadecimal("name", leaf->name);
    put_hexadecimal("id", leaf->id);
    put_hexadecimal("disposition", leaf->name != NULL ? "attachment" : NULL);
    putchar('}');
}

static void put_part(const struct random_tree *tree, const struct mime_part *part, size_t *leaf)
{
    if (!mime_part_is_multipart(part)) {
        put_leaf(&tree->leaves[(*leaf)++]);
        return;
    }
    printf("{\"type\":\"%s\",\"parts\":[", part->type.name);
    for (size_t i = 0; i < part->count; i++) {
        if (i > 0)
            putchar(',');
        put_part(tree, part->children[i], leaf);
    }
    fputs("]}", stdout);
}

static void put_expected(const struct random_tree *tree, size_t number,
                         struct mime_plan *const plans[])
{
    const struct mime_document *document = &tree->document;
    size_t leaf = 0;
    printf("{\"number\":%zu", number);
    put_hexadecimal("subject", mime_document_find(document, "Subject")->text);
    put_people("from", mime_document_find(document, "From"));
    put_people("to", mime_document_find(document, "To"));
    put_people("cc", mime_document_find(document, "Cc"));
    fputs(",\"root\":", stdout);
    put_part(tree, document->root, &leaf);
    fputs(",\"sizes\":[", stdout);
    for (size_t i = 0; i < 3; i++)
        printf("%s%zu", i > 0 ? "," : "", (size_t)plans[i]->size);
    fputs("]}\n", stdout);
}

static void put_message(const struct mime_plan *plan)
{
    static struct mime_scratch scratch;
    static char out[64 * 1024];
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mime_cursor cursor = mime_cursor_start(plan);
    while (!mime_cursor_is_at_end(&cursor)) {
        size_t got = 0;
        check(mime_cursor_read(&cursor, &scratch, out, sizeof out, &got, &error), &error);
        fwrite(out, 1, got, stdout);
    }
}

static void put_number(size_t number)
{
    struct random_tree tree;
    struct mime_plan *plans[3];
    struct mailer_error error = MAILER_ERROR_INIT;
    random_tree_make(&tree, number);
    for (int width = MAILER_WIRE_7BIT; width <= MAILER_WIRE_BINARY; width++) {
        struct mime_wire wire = {(enum mailer_wire)width, false};
        check(mime_plan_new(&plans[width], &tree.document, wire, &error), &error);
    }
    put_expected(&tree, number, plans);
    for (size_t i = 0; i < tree.count; i++)
        fwrite(tree.leaves[i].octets, 1, tree.leaves[i].size, stdout);
    for (size_t i = 0; i < 3; i++) {
        put_message(plans[i]);
        mime_plan_free(plans[i]);
    }
    random_tree_free(&tree);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("render_random FIRST COUNT\n", stderr);
        return 64;
    }
    size_t first = strtoul(argv[1], NULL, 10);
    size_t count = strtoul(argv[2], NULL, 10);
    for (size_t number = first; number < first + count; number++)
        put_number(number);
    return fflush(stdout) == 0 ? 0 : 1;
}
