/* SPDX-License-Identifier: ISC */
/* How fast messages are laid out and read: plans with their cursors per second, and octets of
 * content per second through a cursor. bench_plan [SECONDS] */
#include "tree/cursor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CONTENT_SIZE = 64 * 1024 * 1024, ROOM = 64 * 1024 };

static struct mime_scratch scratch;
static char out[ROOM];

static void stop(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct mime_part *leaf_of(const char *bytes, size_t size, const char *type,
                                 enum mime_form form)
{
    struct mime_blob *blob = NULL;
    struct mime_part *part = NULL;
    const bool attached = form == MIME_FORM_EXACT;
    const struct mime_leaf leaf = {.type = type,
                                   .form = form,
                                   .disposition = attached ? "attachment" : NULL,
                                   .file_name = attached ? "cpu.png" : NULL};
    if (mime_blob_from_memory(&blob, bytes, size, NULL) != 0 ||
        mime_part_new_leaf(&part, blob, &leaf, NULL) != 0)
        stop("no leaf");
    mime_blob_release(blob);
    return part;
}

static struct mime_document document_of(struct mime_part *root)
{
    struct mime_document document = {.root = root};
    struct mime_mailbox_list list = {0};
    if (mime_document_add_text(&document, "Subject", "Nightly report", NULL) != 0 ||
        mime_address_parse(&list, "Ann <ann@example.org>", false, NULL) != 0 ||
        mime_document_add_mailboxes(&document, "From", &list, NULL) != 0)
        stop("no document");
    return document;
}

static void read_plan(const struct mime_document *document, enum mailer_wire width)
{
    struct mime_plan *plan = NULL;
    if (mime_plan_new(&plan, document, (struct mime_wire){width, false}, NULL) != 0)
        stop("no plan");
    struct mime_cursor cursor = mime_cursor_start(plan);
    while (!mime_cursor_is_at_end(&cursor)) {
        size_t got = 0;
        if (mime_cursor_read(&cursor, &scratch, out, sizeof out, &got, NULL) != 0)
            stop("cannot read");
    }
    mime_plan_free(plan);
}

static void bench_messages(size_t attachments, double seconds)
{
    static const char text[] = "All is well.\n";
    struct mime_part *root = leaf_of(text, sizeof text - 1, "text/plain", MIME_FORM_TEXT);
    if (attachments > 0) {
        struct mime_part *mixed = NULL;
        if (mime_part_new_multipart(&mixed, "mixed", NULL) != 0)
            stop("no multipart");
        mime_part_insert(mixed, 0, root, NULL);
        for (size_t i = 0; i < attachments; i++)
            mime_part_insert(mixed, i + 1, leaf_of(out, 1000, "image/png", MIME_FORM_EXACT), NULL);
        root = mixed;
    }
    struct mime_document document = document_of(root);
    size_t count = 0;
    double start = now();
    double end = start;
    for (; end - start < seconds; end = now())
        for (size_t i = 0; i < 10; i++, count++)
            read_plan(&document, MAILER_WIRE_7BIT);
    printf("text and %zu attachments of 1,000 octets: %.0f/s\n", attachments,
           (double)count / (end - start));
    mime_document_free(&document);
}

/* Content is made of line, over and over. The best of many rounds. */
static void bench_content(const char *what, const char *line, const char *type, enum mime_form form,
                          double seconds)
{
    char *bytes = malloc(CONTENT_SIZE);
    if (bytes == NULL)
        stop("out of memory");
    size_t length = strlen(line);
    for (size_t i = 0; i < CONTENT_SIZE; i++)
        bytes[i] = line[i % length];
    struct mime_document document = document_of(leaf_of(bytes, CONTENT_SIZE, type, form));
    free(bytes);
    double best = 1e9;
    for (double start = now(), end = start; end - start < seconds;) {
        double begin = now();
        read_plan(&document, MAILER_WIRE_7BIT);
        end = now();
        best = end - begin < best ? end - begin : best;
    }
    printf("64 MiB by %s: %.0f MB/s\n", what, CONTENT_SIZE / best / 1e6);
    mime_document_free(&document);
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 1;
    bench_messages(0, seconds);
    bench_messages(3, seconds);
    bench_messages(1000, seconds);
    bench_content("base64", "octets of a picture", "image/png", MIME_FORM_EXACT, seconds);
    bench_content("newline", "The quick brown fox jumps over the lazy dog, and on.\n", "text/plain",
                  MIME_FORM_TEXT, seconds);
    bench_content("quoted-printable",
                  "Der flinke Fuchs springt \xC3\xBC"
                  "ber den faulen Hund.\n",
                  "text/plain", MIME_FORM_TEXT, seconds);
    bench_content("base64 of text",
                  "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE6\x96\x87\n", "text/plain",
                  MIME_FORM_TEXT, seconds);
    return 0;
}
