/* SPDX-License-Identifier: ISC */
/*
 * Writes random messages for test_read_back.py to standard output: render_random FIRST COUNT. Those
 * of even numbers are trees of all nestings, those of odd ones are built through the public
 * interface. For each there is a line of JSON, that says what a reader must find in it; then the
 * octets of its leaves in their order, each of the size in that line; then for each of the three
 * wires a line with a size, and the message of that size. "sizes" are those told beforehand. Names
 * and texts are in hexadecimal digits, as not all of them are UTF-8.
 *
 * Then each of these is read as a message that exists, and written again on the same wire and on
 * each narrower one, in the same form: 7bit as 7bit; 8bit as 7bit and 8bit; binary as all three.
 */
#include "harness/random_message.h"
#include "tree/cursor.h"

enum { WIRES = 3, BODIES = 3 };

static const char *const role_names[] = {[RANDOM_BODY] = "body",
                                         [RANDOM_FLOWED] = "flowed",
                                         [RANDOM_WITHIN] = "within",
                                         [RANDOM_UNREAD] = "unread"};

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

static void put_person(size_t index, const char *name, const char *address)
{
    printf("%s{\"number\":%zu", index > 0 ? "," : "", index);
    put_hexadecimal("name", name);
    put_hexadecimal("address", address);
    putchar('}');
}

static void put_leaf(const struct random_leaf *leaf)
{
    printf("{\"type\":\"%s\",\"form\":\"%s\",\"size\":%zu", leaf->type,
           leaf->role != RANDOM_AS_IT_IS ? role_names[leaf->role] : form_names[leaf->form],
           leaf->size);
    put_hexadecimal("charset", leaf->charset);
    put_hexadecimal("name", leaf->name);
    put_hexadecimal("id", leaf->id);
    put_hexadecimal("disposition", leaf->disposition);
    putchar('}');
}

static void put_content(const struct random_leaf *leaf)
{
    if (leaf->size > 0)
        fwrite(leaf->octets, 1, leaf->size, stdout);
}

/* Leaves stand in a multipart of that type, with commas between. */
static void begin_multipart(const char *type)
{
    printf("{\"type\":\"%s\",\"parts\":[", type);
}

static void end_multipart(void)
{
    fputs("]}", stdout);
}

/* A message as it goes over a wire. */
struct rendering {
    char *octets;
    size_t size;
};

static FILE *temporary_file(void)
{
    FILE *file = tmpfile();
    if (file == NULL) {
        perror("tmpfile");
        exit(1);
    }
    return file;
}

/* Reads a file from its beginning. */
static struct rendering rendering_of(FILE *file)
{
    fseek(file, 0, SEEK_END);
    struct rendering made = {.size = (size_t)ftell(file)};
    made.octets = malloc(made.size + 1);
    rewind(file);
    if (made.octets == NULL || fread(made.octets, 1, made.size, file) != made.size)
        abort();
    return made;
}

static struct rendering write_message(const struct mailer_message *message, int wire)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    FILE *file = temporary_file();
    check(mailer_message_write(message, (enum mailer_wire)wire, fileno(file), &error), &error);
    struct rendering made = rendering_of(file);
    fclose(file);
    return made;
}

/* The octets of a message, behind a line with their number. */
static void put_rendering(const struct rendering *rendering)
{
    printf("%zu\n", rendering->size);
    fwrite(rendering->octets, 1, rendering->size, stdout);
}

/* What another program wrote, written again on its own wire and narrower ones. */
static void put_again(const struct rendering *rendering, int own)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mailer_message *message = NULL;
    content.bytes = rendering->octets;
    content.size = rendering->size;
    mailer_message_new(&message, &error);
    mailer_message_read(message, &content, true, &error);
    check(mailer_message_seal(message, &error), &error);
    for (int wire = MAILER_WIRE_7BIT; wire <= own; wire++) {
        struct rendering again = write_message(message, wire);
        put_rendering(&again);
        free(again.octets);
    }
    mailer_message_free(message);
}

static void put_renderings(struct rendering renderings[static WIRES])
{
    for (int i = 0; i < WIRES; i++)
        put_rendering(&renderings[i]);
    for (int i = 0; i < WIRES; i++)
        put_again(&renderings[i], i);
    for (int i = 0; i < WIRES; i++)
        free(renderings[i].octets);
}

/* ---- Random trees, of all nestings ---- */

static void put_part(const struct random_tree *tree, const struct mime_part *part, size_t *leaf)
{
    if (!mime_part_is_multipart(part)) {
        put_leaf(&tree->leaves[(*leaf)++]);
        return;
    }
    begin_multipart(part->type.name);
    for (size_t i = 0; i < part->count; i++) {
        if (i > 0)
            putchar(',');
        put_part(tree, part->children[i], leaf);
    }
    end_multipart();
}

static void put_field(const char *key, const struct mime_field *field)
{
    printf(",\"%s\":[", key);
    for (size_t i = 0; field != NULL && i < field->mailboxes.count; i++)
        put_person(i, field->mailboxes.mailboxes[i].name, field->mailboxes.mailboxes[i].address);
    putchar(']');
}

static void put_tree(const struct random_tree *tree, size_t number, struct mime_plan *const plans[])
{
    const struct mime_document *document = &tree->document;
    size_t leaf = 0;
    printf("{\"number\":%zu", number);
    put_hexadecimal("subject", mime_document_find(document, "Subject")->text);
    put_field("from", mime_document_find(document, "From"));
    put_field("to", mime_document_find(document, "To"));
    put_field("cc", mime_document_find(document, "Cc"));
    fputs(",\"root\":", stdout);
    put_part(tree, document->root, &leaf);
    fputs(",\"sizes\":[", stdout);
    for (size_t i = 0; i < WIRES; i++)
        printf("%s%zu", i > 0 ? "," : "", (size_t)plans[i]->size);
    fputs("]}\n", stdout);
    for (size_t i = 0; i < tree->count; i++)
        put_content(&tree->leaves[i]);
}

static struct rendering write_plan(const struct mime_plan *plan)
{
    static struct mime_scratch scratch;
    static char out[64 * 1024];
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mime_cursor cursor = mime_cursor_start(plan);
    FILE *file = temporary_file();
    while (!mime_cursor_is_at_end(&cursor)) {
        size_t got = 0;
        check(mime_cursor_read(&cursor, &scratch, out, sizeof out, &got, &error), &error);
        fwrite(out, 1, got, file);
    }
    struct rendering made = rendering_of(file);
    fclose(file);
    return made;
}

static void render_tree(size_t number)
{
    struct random_tree tree;
    struct mime_plan *plans[WIRES];
    struct mailer_error error = MAILER_ERROR_INIT;
    random_tree_make(&tree, number);
    for (int width = MAILER_WIRE_7BIT; width <= MAILER_WIRE_BINARY; width++) {
        struct mime_wire wire = {(enum mailer_wire)width, false};
        check(mime_plan_new(&plans[width], &tree.document, wire, &error), &error);
    }
    put_tree(&tree, number, plans);
    struct rendering renderings[WIRES];
    for (size_t i = 0; i < WIRES; i++) {
        renderings[i] = write_plan(plans[i]);
        mime_plan_free(plans[i]);
    }
    put_renderings(renderings);
    random_tree_free(&tree);
}

/* ---- Random messages of the public interface, in the structure that it makes ---- */

/* Leaves of some multipart, each behind a comma if it is not the first one. */
static void put_leaves(const struct random_leaf *leaves, size_t count, bool is_first)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0 || !is_first)
            putchar(',');
        put_leaf(&leaves[i]);
    }
}

/* HTML with its pictures. */
static void put_html(const struct random_message *made)
{
    if (made->picture_count > 0)
        begin_multipart("multipart/related");
    put_leaf(&made->bodies[1]);
    put_leaves(made->pictures, made->picture_count, false);
    if (made->picture_count > 0)
        end_multipart();
}

/* Text, HTML and invitation are alternatives. @return whether there are any. */
static bool put_bodies(const struct random_message *made)
{
    size_t count = 0;
    size_t put = 0;
    for (size_t i = 0; i < BODIES; i++)
        count += made->bodies[i].type != NULL;
    if (count > 1)
        begin_multipart("multipart/alternative");
    for (size_t i = 0; i < BODIES; i++) {
        if (made->bodies[i].type == NULL)
            continue;
        if (put++ > 0)
            putchar(',');
        if (i == 1)
            put_html(made);
        else
            put_leaf(&made->bodies[i]);
    }
    if (count > 1)
        end_multipart();
    return count > 0;
}

static void put_structure(const struct random_message *made)
{
    /* What readers take a message without a body for. */
    static const struct random_leaf nothing = {
        .type = "text/plain", .form = MIME_FORM_TEXT, .charset = ""};
    if (made->attachment_count > 0)
        begin_multipart(made->report_type != NULL ? "multipart/report" : "multipart/mixed");
    bool has_bodies = put_bodies(made);
    put_leaves(made->attachments, made->attachment_count, !has_bodies);
    if (made->attachment_count > 0)
        end_multipart();
    else if (!has_bodies)
        put_leaf(&nothing);
}

static void put_contents(const struct random_message *made)
{
    for (size_t i = 0; i < BODIES; i++) {
        put_content(&made->bodies[i]);
        for (size_t k = 0; i == 1 && k < made->picture_count; k++)
            put_content(&made->pictures[k]);
    }
    for (size_t i = 0; i < made->attachment_count; i++)
        put_content(&made->attachments[i]);
}

static void put_fields(const struct random_message *made)
{
    fputs(",\"fields\":{\"Subject\":null", stdout);
    for (size_t i = 0; i < made->field_count; i += 2)
        put_hexadecimal(made->fields[i], made->fields[i + 1]);
    putchar('}');
}

static void put_message(const struct random_message *made, size_t number)
{
    static const char *const fields[] = {"from", "to", "cc"};
    struct mailer_error error = MAILER_ERROR_INIT;
    printf("{\"number\":%zu", number);
    put_hexadecimal("subject", made->subject);
    for (size_t i = 0; i < RANDOM_FIELDS; i++) {
        printf(",\"%s\":[", fields[i]);
        for (size_t k = 0; k < made->people[i].count; k++)
            put_person(k, made->people[i].person[k].name, made->people[i].person[k].address);
        putchar(']');
    }
    put_fields(made);
    fputs(",\"root\":", stdout);
    put_structure(made);
    fputs(",\"sizes\":[", stdout);
    for (int wire = MAILER_WIRE_7BIT; wire <= MAILER_WIRE_BINARY; wire++) {
        uint64_t size = 0;
        check(mailer_message_size(made->message, (enum mailer_wire)wire, &size, &error), &error);
        printf("%s%zu", wire > 0 ? "," : "", (size_t)size);
    }
    fputs("]}\n", stdout);
    put_contents(made);
}

static void render_message(size_t number)
{
    static struct random_message made;
    random_message_make(&made, number);
    put_message(&made, number);
    struct rendering renderings[WIRES];
    for (int wire = MAILER_WIRE_7BIT; wire <= MAILER_WIRE_BINARY; wire++)
        renderings[wire] = write_message(made.message, wire);
    put_renderings(renderings);
    random_message_free(&made);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("render_random FIRST COUNT\n", stderr);
        return 64;
    }
    size_t first = strtoul(argv[1], NULL, 10);
    size_t count = strtoul(argv[2], NULL, 10);
    for (size_t number = first; number < first + count; number++) {
        if (number % 2 == 0)
            render_tree(number);
        else
            render_message(number);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
