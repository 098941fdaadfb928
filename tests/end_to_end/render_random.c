/* SPDX-License-Identifier: ISC */
/*
 * Writes random messages for test_read_back.py: render_random FOLDER COUNT. For each, a file
 * NNN.eml for each wire, and NNN.txt with a line for each leaf: its type, "lines" or "octets", its
 * name and its octets, both in hexadecimal digits, "-" for no name.
 */
#include "harness/random_tree.h"
#include "tree/cursor.h"

static FILE *create(const char *folder, size_t number, const char *ending)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%03zu%s", folder, number, ending);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

static void put_hexadecimal(FILE *file, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        fprintf(file, "%02x", (unsigned)(unsigned char)bytes[i]);
}

static void write_list(const char *folder, size_t number, const struct random_tree *tree)
{
    FILE *file = create(folder, number, ".txt");
    for (size_t i = 0; i < tree->count; i++) {
        const struct random_leaf *leaf = &tree->leaves[i];
        fprintf(file, "%s %s ", leaf->type, leaf->form == MIME_FORM_EXACT ? "octets" : "lines");
        if (leaf->name != NULL)
            put_hexadecimal(file, leaf->name, strlen(leaf->name));
        else
            fputc('-', file);
        fputc(' ', file);
        put_hexadecimal(file, leaf->octets, leaf->size);
        fputc('\n', file);
    }
    if (fclose(file) != 0)
        exit(1);
}

static void write_message(const char *folder, size_t number, const struct mime_document *document,
                          enum mailer_wire width)
{
    static const char *const endings[] = {"-7bit.eml", "-8bit.eml", "-binary.eml"};
    static struct mime_scratch scratch;
    static char out[64 * 1024];
    struct mime_plan *plan = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    FILE *file = create(folder, number, endings[width]);
    if (mime_plan_new(&plan, document, (struct mime_wire){width, false}, &error) != 0)
        goto failed;
    struct mime_cursor cursor = mime_cursor_start(plan);
    while (!mime_cursor_is_at_end(&cursor)) {
        size_t got = 0;
        if (mime_cursor_read(&cursor, &scratch, out, sizeof out, &got, &error) != 0)
            goto failed;
        fwrite(out, 1, got, file);
    }
    mime_plan_free(plan);
    if (fclose(file) == 0)
        return;
failed:
    fprintf(stderr, "%s\n", error.text);
    exit(1);
}

int main(int argc, char **argv)
{
    size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (count == 0) {
        fputs("render_random FOLDER COUNT\n", stderr);
        return 64;
    }
    for (size_t number = 0; number < count; number++) {
        struct random_tree tree;
        random_tree_make(&tree, 1000000 + number);
        write_list(argv[1], number, &tree);
        for (int width = MAILER_WIRE_7BIT; width <= MAILER_WIRE_BINARY; width++)
            write_message(argv[1], number, &tree.document, (enum mailer_wire)width);
        random_tree_free(&tree);
    }
    return 0;
}
