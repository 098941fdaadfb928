/* SPDX-License-Identifier: ISC */
#include "content/shown_name.h"
#include "harness/harness.h"

static void only_the_last_component_is_shown(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *of_path;
        const char *of_given;
    } cases[] = {
        {"a.txt", "a.txt", "a.txt"},
        {"../../etc/passwd", "passwd", "passwd"},
        {"C:\\x\\y.doc", "C:\\x\\y.doc", "y.doc"},
        {"/tmp/a\\b", "a\\b", "b"},
        {"a\\b/c", "c", "c"},
        {"...", "...", "..."},
        {".hidden", ".hidden", ".hidden"},
        {" a. ", " a. ", " a. "},
        {"dots..", "dots..", "dots.."},
        {"new\nline", "new\nline", "new\nline"},
        {"a\\..", "a\\..", NULL},
        {"a\\", "a\\", NULL},
        {"", NULL, NULL},
        {".", NULL, NULL},
        {"..", NULL, NULL},
        {"/", NULL, NULL},
        {"a/", NULL, NULL},
        {"a/..", NULL, NULL},
        {"/tmp/.", NULL, NULL},
    };
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        const char *expected = i % 2 == 0 ? cases[i / 2].of_path : cases[i / 2].of_given;
        struct mailer_error error = MAILER_ERROR_INIT;
        const char *shown = mime_shown_name(cases[i / 2].name,
                                            i % 2 == 0 ? MIME_NAME_PATH : MIME_NAME_GIVEN, &error);
        if (expected != NULL)
            assert_string_equal(shown, expected);
        else
            assert_null(shown);
        assert_int_equal(error.error_class, expected != NULL ? MAILER_OK : MAILER_DATA);
    }
}

static void assert_complete(const char *name, const char *type, const char *expected)
{
    char *complete = NULL;
    assert_int_equal(mime_shown_name_complete(&complete, name, type, NULL), 0);
    assert_string_equal(complete, expected);
    free(complete);
}

static void a_name_without_an_extension_gets_that_of_its_type(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"pic", "pic.png"},
        {"Mr. Smith", "Mr. Smith.png"},
        {"v1.2", "v1.2.png"},
        {"2024.01.31", "2024.01.31.png"},
        {".hidden", ".hidden.png"},
        {"...", "...png"},
        {"dot.", "dot.png"},
        {"space.png ", "space.png .png"},
        {"a.muchtoolong", "a.muchtoolong.png"},
        {"\xC3\xBC.\xC3\xBC", "\xC3\xBC.\xC3\xBC.png"},
        {"pic.png", "pic.png"},
        {"pic.PNG", "pic.PNG"},
        {"pic.jpg", "pic.jpg"},
        {"pic.txt", "pic.txt"},
        {"pic.tar.7z", "pic.tar.7z"},
        {"pic.001", "pic.001"},
        {".a.b", ".a.b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_complete(cases[i][0], "image/png", cases[i][1]);
    assert_complete("page", "text/html; charset=utf-8", "page.html");
    assert_complete("data", "application/json", "data.json");
}

static void nothing_is_added_where_none_is_known_or_wanted(void **state)
{
    (void)state;
    assert_complete("README", "text/plain", "README");
    assert_complete("README", "text/plain; charset=utf-8", "README");
    assert_complete("core", "application/octet-stream", "core");
    assert_complete("x", "application/x-unheard-of", "x");
    assert_complete("x", "", "x");
}

static void a_name_does_not_grow_too_long(void **state)
{
    (void)state;
    char name[300];
    memset(name, 'n', sizeof name);
    for (size_t length = 245; length < sizeof name; length++) {
        name[length] = '\0';
        char *complete = NULL;
        assert_int_equal(mime_shown_name_complete(&complete, name, "image/png", NULL), 0);
        assert_int_equal(strlen(complete), length <= 251 ? length + 4 : length);
        free(complete);
        name[length] = 'n';
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_last_component_is_shown),
        cmocka_unit_test(a_name_without_an_extension_gets_that_of_its_type),
        cmocka_unit_test(nothing_is_added_where_none_is_known_or_wanted),
        cmocka_unit_test(a_name_does_not_grow_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
