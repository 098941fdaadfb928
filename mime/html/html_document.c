/* SPDX-License-Identifier: ISC */
#include "html/html_document.h"

#include "html/html_tree.h"
#include "library.h"

#include <stdlib.h>
#include <string.h>

/* Memory for the tree. Of a document as large as may be, no more than 32 times its size is taken;
 * the smallest elements of a small one take up to 100 times their size. */
enum { ARENA_BASE = 1024 * 1024, ARENA_FACTOR = 128, ARENA_LIMIT = 512 * 1024 * 1024 };

struct gumbo_symbols {
    __typeof__(gumbo_parse_with_options) *parse_with_options;
    __typeof__(kGumboDefaultOptions) *default_options;
};

static int load_gumbo(struct gumbo_symbols *gumbo, struct mailer_error *error)
{
    static const struct library_symbol symbols[] = {
        {"gumbo_parse_with_options", offsetof(struct gumbo_symbols, parse_with_options)},
        {"kGumboDefaultOptions", offsetof(struct gumbo_symbols, default_options)},
    };
    return library_load("libgumbo.so.1", symbols, sizeof symbols / sizeof *symbols, gumbo, error);
}

static int read_source(struct mime_html *html, const struct mime_blob *blob,
                       struct mailer_error *error)
{
    uint64_t size = mime_blob_size(blob);
    if (size > MIME_HTML_LIMIT)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the HTML of %s is larger than %d MiB; send it as an attachment",
                         html->name.text, MIME_HTML_LIMIT / (1024 * 1024));
    html->source = malloc((size_t)size + 1);
    if (html->source == NULL)
        return error_set_memory(error);
    int result = mime_blob_read(blob, 0, html->source, (size_t)size, &html->size, error);
    html->source[html->size] = '\0';
    return result;
}

static int build_tree(struct mime_html *html, const struct gumbo_symbols *gumbo,
                      struct mailer_error *error)
{
    size_t room = ARENA_BASE + ARENA_FACTOR * html->size;
    if (!html_arena_open(&html->arena, room < ARENA_LIMIT ? room : ARENA_LIMIT))
        return error_set_memory(error);
    GumboOptions options = *gumbo->default_options;
    options.allocator = html_arena_allocate;
    options.deallocator = html_arena_release;
    options.userdata = &html->arena;
    options.max_errors = 0;
    /* gumbo would take a byte order mark for text, and so begin the body before the head. */
    size_t mark = html->size >= 3 && memcmp(html->source, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    if (setjmp(html->arena.exhausted) != 0)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the HTML of %s is too complicated (elements are nested too deeply, or "
                         "are never closed); send it as an attachment",
                         html->name.text);
    html->document =
        gumbo->parse_with_options(&options, html->source + mark, html->size - mark)->document;
    return 0;
}

int mime_html_parse(struct mime_html **html, const struct mime_blob *blob,
                    struct mailer_error *error)
{
    *html = NULL;
    struct gumbo_symbols gumbo;
    int result = load_gumbo(&gumbo, error);
    if (result != 0)
        return result;
    struct mime_html *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    made->name = mime_blob_name(blob);
    result = read_source(made, blob, error);
    if (result == 0)
        result = build_tree(made, &gumbo, error);
    if (result == 0)
        *html = made;
    else
        mime_html_free(made);
    return result;
}

void mime_html_free(struct mime_html *html)
{
    if (html == NULL)
        return;
    html_arena_close(&html->arena);
    free(html->source);
    free(html);
}
