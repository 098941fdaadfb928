/* SPDX-License-Identifier: ISC */
/** @file fuzz_html.c  A document whose pictures get other URLs refers to just these when it is read
 * again. */
#include "harness/harness.h"

#include "content/blob.h"
#include "html/data_url.h"
#include "html/html_document.h"
#include "html/html_rewrite.h"
#include "html/picture_reference.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 64 };

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check_data(const struct mime_reference *reference)
{
    struct mime_blob *blob;
    char *type;
    if (mime_data_url_decode(&blob, &type, reference->url, "data", NULL, NULL) != 0)
        return;
    require(mime_blob_size(blob) <= strlen(reference->url));
    mime_blob_release(blob);
    free(type);
}

static void check_same(const struct mime_blob *blob, char urls[][64], size_t count)
{
    struct mime_html *html;
    struct mime_references references;
    require(mime_html_parse(&html, blob, NULL) == 0);
    require(mime_references_find(&references, html, NULL) == 0);
    require(references.count >= count);
    for (size_t i = 0; i < references.count && i < count; i++)
        require(strcmp(references.items[i].url, urls[i]) == 0);
    mime_references_free(&references);
    mime_html_free(html);
}

static void check_rewritten(const struct mime_html *html, const struct mime_references *references)
{
    static char urls[MOST][64];
    const char *replacements[MOST] = {NULL};
    static const char *const ends[] = {"@x", "&amp;\"'", "(\\3c<>=`)", "\xC3\xA4&copy"};
    for (size_t i = 0; i < references->count; i++) {
        snprintf(urls[i], sizeof urls[i], "cid:%zu%s", i, ends[i % 4]);
        replacements[i] = urls[i];
    }
    struct mime_blob *made;
    require(mime_html_rewrite(&made, html, references, replacements, NULL, NULL, NULL) == 0);
    check_same(made, urls, references->count);
    mime_blob_release(made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mime_blob *blob;
    struct mime_html *html;
    struct mime_references references;
    require(mime_blob_from_memory(&blob, data, size, NULL) == 0);
    if (mime_html_parse(&html, blob, NULL) == 0) {
        require(mime_references_find(&references, html, NULL) == 0);
        for (size_t i = 0; i < references.count; i++)
            if (references.items[i].target.kind == MIME_REFERENCE_DATA)
                check_data(&references.items[i]);
        if (references.count <= MOST)
            check_rewritten(html, &references);
        mime_references_free(&references);
        mime_html_free(html);
    }
    mime_blob_release(blob);
    return 0;
}
