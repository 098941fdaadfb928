/* SPDX-License-Identifier: ISC */
/** @file fuzz_html.c  A document whose pictures get other URLs refers to just these when it is read
 * again; its plain text keeps to its form; the gallery of any text shows this text. */
#include "harness/harness.h"

#include "content/blob.h"
#include "html/data_url.h"
#include "html/html_document.h"
#include "html/html_rewrite.h"
#include "html/picture_gallery.h"
#include "html/picture_reference.h"
#include "html/plain_text.h"
#include "text.h"

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

static struct buffer read_all(const struct mime_blob *blob)
{
    struct buffer out = buffer_empty(SIZE_MAX);
    size_t got = 0;
    size_t size = (size_t)mime_blob_size(blob);
    require(mime_blob_read(blob, 0, buffer_reserve(&out, size + 1), size, &got, NULL) == 0);
    out.size = got;
    return out;
}

/* UTF-8, no blanks at the ends of lines, no two empty lines, no controls. */
static void check_text(const struct mime_html *html)
{
    struct mime_blob *text;
    require(mime_plain_text(&text, html, NULL, NULL) == 0);
    struct buffer got = read_all(text);
    require(text_is_utf8(got.bytes, got.size));
    require(got.size == 0 || (got.bytes[0] != '\n' && got.bytes[got.size - 1] == '\n'));
    for (size_t i = 0; i < got.size; i++) {
        require((unsigned char)got.bytes[i] >= ' ' || got.bytes[i] == '\n');
        require(got.bytes[i] != '\n' || i == 0 || got.bytes[i - 1] != ' ');
        require(got.bytes[i] != '\n' || i < 2 || got.bytes[i - 1] != '\n' ||
                got.bytes[i - 2] != '\n');
    }
    require(got.size == 0 || got.size < 2 || got.bytes[got.size - 2] != '\n');
    buffer_free(&got);
    mime_blob_release(text);
}

static size_t visible(const struct mime_blob *blob)
{
    struct buffer got = read_all(blob);
    size_t count = 0;
    for (size_t i = 0; i < got.size; i++)
        count += (unsigned char)got.bytes[i] > ' ' && got.bytes[i] != '\x7F';
    buffer_free(&got);
    return count;
}

static void check_gallery(const struct mime_blob *text)
{
    static const struct mime_gallery_picture picture = {"a b@\"<", "x\">&"};
    struct mime_blob *made;
    struct mime_html *html;
    struct mime_references references;
    require(mime_gallery(&made, text, &picture, 1, NULL, NULL) == 0);
    require(visible(made) >= visible(text));
    require(mime_html_parse(&html, made, NULL) == 0);
    require(mime_references_find(&references, html, NULL) == 0);
    require(references.count == 1);
    require(references.items[0].target.kind == MIME_REFERENCE_CID);
    require(strcmp(references.items[0].target.text, picture.content_id) == 0);
    check_text(html);
    mime_references_free(&references);
    mime_html_free(html);
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
        check_text(html);
        mime_references_free(&references);
        mime_html_free(html);
    }
    check_gallery(blob);
    mime_blob_release(blob);
    return 0;
}
