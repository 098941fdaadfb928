/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "html/reference_target.h"

static void assert_target(const char *url, const char *base, enum mime_reference_kind kind,
                          const char *text)
{
    struct mime_reference_target target;
    char *exact = harness_exact(url, strlen(url) + 1);
    assert_int_equal(mime_reference_target(&target, exact, base, NULL), 0);
    assert_int_equal(target.kind, kind);
    if (text == NULL)
        assert_null(target.text);
    else
        assert_string_equal(target.text, text);
    free(target.text);
    free(exact);
}

static void relative_urls_are_files(void **state)
{
    (void)state;
    assert_target("plot.png", NULL, MIME_REFERENCE_LOCAL, "plot.png");
    assert_target(" a/b%20c.png?x=1#y ", NULL, MIME_REFERENCE_LOCAL, "a/b c.png");
    assert_target("a\n.p\tng", NULL, MIME_REFERENCE_LOCAL, "a.png");
    assert_target("%C3%A4.png", NULL, MIME_REFERENCE_LOCAL, "\xC3\xA4.png");
    assert_target("\xC3\xA4.png", NULL, MIME_REFERENCE_LOCAL, "\xC3\xA4.png");
    assert_target("a%3Fb%23.png", NULL, MIME_REFERENCE_LOCAL, "a?b#.png");
    assert_target("%2e%2e/x.png", NULL, MIME_REFERENCE_LOCAL, "../x.png");
    assert_target("1:2.png", NULL, MIME_REFERENCE_LOCAL, "1:2.png");
}

static void paths_from_the_root_are_told_apart(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "/etc/passwd", "file:///etc/passwd", "FILE:x.png", "file:x",      "C:\\a.png",
        "c:/a.png",    "\\\\host\\a.png",    "\\a.png",    "%2Fetc/x",    "a%00.png",
        "f\nile:x",    "/\\host/x",          " /x",        "%5Cetc%5C/x",
    };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        assert_target(urls[i], NULL, MIME_REFERENCE_ABSOLUTE, NULL);
}

static void whatever_has_a_scheme_or_a_host_is_remote(void **state)
{
    (void)state;
    static const char *const urls[] = {"http://example.org/a.png",
                                       "HTTPS://example.org",
                                       "//example.org/a.png",
                                       "ftp://x/y",
                                       "about:blank",
                                       "javascript:x",
                                       "x-y+z.1:q",
                                       "h\nttp://x"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        assert_target(urls[i], NULL, MIME_REFERENCE_REMOTE, NULL);
}

static void parts_and_data_are_known(void **state)
{
    (void)state;
    assert_target("cid:a@b", NULL, MIME_REFERENCE_CID, "a@b");
    assert_target("CID:a%25%20b", NULL, MIME_REFERENCE_CID, "a% b");
    assert_target("cid:a%00b", NULL, MIME_REFERENCE_REMOTE, NULL);
    assert_target("cid:", NULL, MIME_REFERENCE_NONE, NULL);
    assert_target("data:,x", NULL, MIME_REFERENCE_DATA, NULL);
    assert_target(" Data:,x", NULL, MIME_REFERENCE_DATA, NULL);
}

static void nothing_is_nothing(void **state)
{
    (void)state;
    assert_target("", NULL, MIME_REFERENCE_NONE, NULL);
    assert_target(" \t\n", NULL, MIME_REFERENCE_NONE, NULL);
    assert_target("#gradient", NULL, MIME_REFERENCE_NONE, NULL);
    assert_target("?x", NULL, MIME_REFERENCE_NONE, NULL);
}

static void a_base_is_what_relative_urls_are_relative_to(void **state)
{
    (void)state;
    static const char remote[] = "https://example.org/x/";
    assert_target("a.png", remote, MIME_REFERENCE_REMOTE, NULL);
    assert_target("/a.png", remote, MIME_REFERENCE_REMOTE, NULL);
    assert_target("a.png", "//example.org", MIME_REFERENCE_REMOTE, NULL);
    assert_target("file:///a.png", remote, MIME_REFERENCE_ABSOLUTE, NULL);
    assert_target("data:,x", remote, MIME_REFERENCE_DATA, NULL);
    assert_target("cid:x", remote, MIME_REFERENCE_CID, "x");
    assert_target("a.png", "img/", MIME_REFERENCE_LOCAL, "img/a.png");
    assert_target("a.png", " img/b%20c/index.html?/#/", MIME_REFERENCE_LOCAL, "img/b c/a.png");
    assert_target("a.png", "index.html", MIME_REFERENCE_LOCAL, "a.png");
    assert_target("a.png", "", MIME_REFERENCE_LOCAL, "a.png");
    assert_target("a.png", "#x", MIME_REFERENCE_LOCAL, "a.png");
    assert_target("a.png", "/srv/", MIME_REFERENCE_ABSOLUTE, NULL);
    assert_target("a.png", "file:///srv/", MIME_REFERENCE_ABSOLUTE, NULL);
    assert_target("/a.png", "img/", MIME_REFERENCE_ABSOLUTE, NULL);
    assert_target("a.png", "%2F/", MIME_REFERENCE_ABSOLUTE, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relative_urls_are_files),
        cmocka_unit_test(paths_from_the_root_are_told_apart),
        cmocka_unit_test(whatever_has_a_scheme_or_a_host_is_remote),
        cmocka_unit_test(parts_and_data_are_known),
        cmocka_unit_test(nothing_is_nothing),
        cmocka_unit_test(a_base_is_what_relative_urls_are_relative_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
