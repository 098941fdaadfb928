/* SPDX-License-Identifier: ISC */
#include "content/extension.h"
#include "harness/harness.h"

static void extensions_are_found_whatever_their_case(void **state)
{
    (void)state;
    assert_string_equal(mime_extension_find("a.CSV")->type, "text/csv");
    assert_string_equal(mime_extension_find(".xml")->type, "application/xml");
    assert_string_equal(mime_extension_find("a.tar.gz")->type, "application/gzip");
    assert_null(mime_extension_find("csv"));
    assert_null(mime_extension_find("a."));
    assert_null(mime_extension_find(""));
    assert_null(mime_extension_find(NULL));
    assert_null(mime_extension_find("a.csv/b"));
    assert_null(mime_extension_find("a.csvx"));
    assert_null(mime_extension_find("a.cs"));
}

static void a_type_has_its_usual_extension(void **state)
{
    (void)state;
    static const char *const usual[][2] = {
        {"image/png", "png"},
        {"IMAGE/Jpeg", "jpg"},
        {"image/tiff", "tif"},
        {"text/html; charset=utf-8", "html"},
        {"text/plain ;charset=utf-8", "txt"},
        {"text/markdown", "md"},
        {"image/svg+xml", "svg"},
        {"audio/mpeg", "mp3"},
        {"audio/ogg", "ogg"},
        {"audio/mp4", "m4a"},
        {"video/mp4", "mp4"},
        {"application/pdf", "pdf"},
        {"application/json", "json"},
        {"application/gzip", "gz"},
        {"application/zstd", "zst"},
        {"message/rfc822", "eml"},
        {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
        {"application/vnd.oasis.opendocument.text", "odt"},
    };
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        assert_string_equal(mime_extension_for_type(usual[i][0]), usual[i][1]);
    static const char *const unknown[] = {
        "application/octet-stream", "image/pngx", "image/pn", "", ";", "x", "text/*",
        "application/x-ole-storage"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_null(mime_extension_for_type(unknown[i]));
}

static void assert_refines(const char *name, const char *type, bool expected)
{
    if (mime_extension_refines(mime_extension_find(name), type) != expected)
        fail_msg("%s of %s", name, type);
}

static void an_extension_refines_but_never_contradicts(void **state)
{
    (void)state;
    const char *word = mime_extension_find("a.docx")->type;
    assert_refines("a.png", "image/png", true);
    assert_refines("a.jpg", "image/png", false);
    assert_refines("a.csv", "text/plain", true);
    assert_refines("a.csv", "text/html", false);
    assert_refines("a.docx", "application/zip", true);
    assert_refines("a.docm", "application/zip", true);
    assert_refines("a.docm", word, true);
    assert_refines("a.docx", mime_extension_find("a.docm")->type, false);
    assert_refines("a.xlsx", word, false);
    assert_refines("a.zip", word, false);
    assert_refines("a.apk", "application/java-archive", true);
    assert_refines("a.svg", "application/xml", true);
    assert_refines("a.m4a", "video/mp4", true);
    assert_refines("a.mp4", "audio/mp4", false);
    assert_refines("a.mp3", "application/octet-stream", true);
    assert_refines("a.png", "application/octet-stream", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extensions_are_found_whatever_their_case),
        cmocka_unit_test(a_type_has_its_usual_extension),
        cmocka_unit_test(an_extension_refines_but_never_contradicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
