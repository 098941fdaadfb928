/* SPDX-License-Identifier: ISC */
#include "html/html_rewrite.h"

#include "buffer.h"
#include "content/spool.h"
#include "html/html_tree.h"

#include <string.h>

struct rewriter {
    const struct mime_html *html;
    struct mime_spool_writer writer;
    size_t at; /* what is in front of it is written */
    const char *addition;
    size_t addition_offset;
    struct mailer_error *error;
};

/* Where </body> begins, or the end. */
static size_t find_body_end(const struct mime_html *html)
{
    for (const GumboNode *node = html->document; node != NULL;
         node = html_next(html->document, node, true)) {
        const GumboElement *element = html_element(node);
        size_t offset;
        if (html_tag(node) == GUMBO_TAG_BODY && element->original_end_tag.length > 0 &&
            html_source_offset(html, &element->original_end_tag, &offset))
            return offset;
    }
    return html->size;
}

static int copy_plain(struct rewriter *rewriter, size_t end)
{
    int result = mime_spool_append(&rewriter->writer, rewriter->html->source + rewriter->at,
                                   end - rewriter->at, rewriter->error);
    rewriter->at = end;
    return result;
}

/* Copies up to an offset of the source; the addition where it belongs. */
static int copy_to(struct rewriter *rewriter, size_t end)
{
    int result = 0;
    if (rewriter->addition != NULL && rewriter->addition_offset <= end) {
        result = copy_plain(rewriter, rewriter->addition_offset);
        if (result == 0)
            result = mime_spool_append(&rewriter->writer, rewriter->addition,
                                       strlen(rewriter->addition), rewriter->error);
        rewriter->addition = NULL;
    }
    return result == 0 ? copy_plain(rewriter, end) : result;
}

static int replace(struct rewriter *rewriter, const struct mime_reference *reference,
                   const char *url)
{
    struct buffer quoted = buffer_empty(SIZE_MAX);
    mime_reference_append_quoted(&quoted, reference, url);
    int result =
        quoted.failed ? error_set_memory(rewriter->error) : copy_to(rewriter, reference->offset);
    if (result == 0)
        result = mime_spool_append(&rewriter->writer, quoted.bytes, quoted.size, rewriter->error);
    rewriter->at = reference->offset + reference->size;
    buffer_free(&quoted);
    return result;
}

int mime_html_rewrite(struct mime_blob **made, const struct mime_html *html,
                      const struct mime_references *references, const char *const *replacements,
                      const char *addition, const char *directory, struct mailer_error *error)
{
    struct rewriter rewriter = {
        .html = html,
        .writer = mime_spool_start(html->name.text, directory),
        .addition = addition,
        .addition_offset = find_body_end(html),
        .error = error,
    };
    *made = NULL;
    int result = 0;
    for (size_t i = 0; i < references->count && result == 0; i++)
        if (replacements[i] != NULL)
            result = replace(&rewriter, &references->items[i], replacements[i]);
    if (result == 0)
        result = copy_to(&rewriter, html->size);
    if (result != 0) {
        mime_spool_abandon(&rewriter.writer);
        return result;
    }
    struct mime_spool spool;
    result = mime_spool_finish(&rewriter.writer, &spool, error);
    return result == 0 ? mime_blob_from_spool(made, &spool, html->name.text, error) : result;
}
