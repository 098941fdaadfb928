/* SPDX-License-Identifier: ISC */
/** @file html.h  Documents out of strings, and blobs as strings. */
#ifndef TESTS_HTML_H
#define TESTS_HTML_H

#include "harness/harness.h"

#include "content/blob.h"
#include "html/html_document.h"
#include "html/picture_reference.h"

static inline struct mime_blob *html_blob(const void *bytes, size_t size)
{
    struct mime_blob *blob;
    assert_int_equal(mime_blob_from_memory(&blob, bytes, size, NULL), 0);
    return blob;
}

/** A document of octets, which are copied. */
static inline struct mime_html *html_read(const void *bytes, size_t size)
{
    struct mime_html *html;
    struct mime_blob *blob = html_blob(bytes, size);
    struct mailer_error error = MAILER_ERROR_INIT;
    int result = mime_html_parse(&html, blob, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(result, 0);
    mime_blob_release(blob);
    return html;
}

/** The error of a document that is refused. */
static inline struct mailer_error html_refused(const void *bytes, size_t size)
{
    struct mime_html *html;
    struct mime_blob *blob = html_blob(bytes, size);
    struct mailer_error error = MAILER_ERROR_INIT;
    int result = mime_html_parse(&html, blob, &error);
    assert_int_equal(result, error.error_class);
    assert_null(html);
    mime_blob_release(blob);
    return error;
}

/** A text repeated, to be freed. */
static inline char *html_repeat(const char *text, size_t count)
{
    size_t length = strlen(text);
    char *all = malloc(length * count + 1);
    assert_non_null(all);
    for (size_t i = 0; i < count; i++)
        memcpy(all + i * length, text, length);
    all[length * count] = '\0';
    return all;
}

/** The contents of a blob, which is released; to be freed. */
static inline char *html_take(struct mime_blob *blob)
{
    size_t size = (size_t)mime_blob_size(blob);
    size_t got = 0;
    char *bytes = malloc(size + 1);
    assert_non_null(bytes);
    assert_int_equal(mime_blob_read(blob, 0, bytes, size, &got, NULL), 0);
    assert_int_equal(got, size);
    bytes[size] = '\0';
    mime_blob_release(blob);
    return bytes;
}

/** The references of a document in a string. */
static inline struct mime_references html_references(const struct mime_html *html)
{
    struct mime_references references;
    assert_int_equal(mime_references_find(&references, html, NULL), 0);
    return references;
}

#endif
