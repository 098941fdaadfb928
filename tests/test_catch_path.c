/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "catch_path.h"

#include <stdio.h>

static size_t read_exact(const char *text, struct catch_path *path, char mailbox[300])
{
    const char *why = NULL;
    size_t size = strlen(text);
    char *exact = harness_exact(text, size);
    size_t length = catch_path_read(exact, size, path, &why);
    assert_int_equal(length == 0, why != NULL);
    snprintf(mailbox, 300, "%.*s", (int)path->size, length > 0 ? path->mailbox : "");
    free(exact);
    return length;
}

static void paths_of_rfc_5321_are_taken(void **state)
{
    (void)state;
    static const struct {
        const char *text, *mailbox;
    } cases[] = {
        {"<>", ""},
        {"<> SIZE=1", ""},
        {"<a@b>", "a@b"},
        {"<a.b+c=d!#$%&'*/?^_`{|}~-@b-c.d1.example>", "a.b+c=d!#$%&'*/?^_`{|}~-@b-c.d1.example"},
        {"<\"a b\\\"\\\\<>@\"@b>", "\"a b\\\"\\\\<>@\"@b"},
        {"<\"\"@b>", "\"\"@b"},
        {"<a@[127.0.0.1]>", "a@[127.0.0.1]"},
        {"<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]"},
        {"<@x.example,@[1.2.3.4]:a@b>", "a@b"},
        {"<PostMaster>", "PostMaster"},
        {"<j\xC3\xBCrgen@b\xC3\xBC.example>", "j\xC3\xBCrgen@b\xC3\xBC.example"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct catch_path path;
        char mailbox[300];
        const char *end = strrchr(cases[i].text, '>');
        assert_int_equal(read_exact(cases[i].text, &path, mailbox), end - cases[i].text + 1);
        assert_string_equal(mailbox, cases[i].mailbox);
        assert_int_equal(path.international, strchr(cases[i].text, '\xC3') != NULL);
        assert_int_equal(path.domainless, strchr(cases[i].text, 'M') != NULL);
    }
}

static void what_is_no_path_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "<",
        "a@b",
        " <a@b>",
        "<a@b",
        "<a>",
        "<a@>",
        "<@b>",
        "<a b@c>",
        "<a@b c>",
        "<a..b@c>",
        "<.a@b>",
        "<a.@b>",
        "<a@.b>",
        "<a@b.>",
        "<a@-b>",
        "<a@b->",
        "<a@b_c>",
        "<a@b@c>",
        "<\"a@b>",
        "<\"a\\",
        "<\"a\"b@c>",
        "<a@[127.0.0.256]>",
        "<a@[127.0.0.1>",
        "<a@[IPv6:1]>",
        "<a@[x-tag:y]>",
        "<a@[]>",
        "<@x.example:>",
        "<@x.example a@b>",
        "<@:a@b>",
        "<postmaster",
        "<\xFF@b>",
        "<a@\xC2\x85>",
        "<\"\xC3\"@b>",
        "<a\x7F@b>",
        "<<a@b>>",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct catch_path path;
        char mailbox[300];
        if (read_exact(cases[i], &path, mailbox) != 0)
            fail_msg("taken: %s", cases[i]);
    }
}

static void lengths_are_held(void **state)
{
    (void)state;
    char text[400];
    char mailbox[300];
    struct catch_path path;
    static const char many[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    static const struct {
        int local, label, last;
        bool good;
    } cases[] = {{64, 63, 61, true}, {65, 1, 1, false}, {1, 64, 1, false}, {64, 63, 62, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(text, sizeof text, "<%.*s@%.*s.%.*s.%.*s>", cases[i].local, many, cases[i].label,
                 many, cases[i].label, many, cases[i].last, many);
        assert_int_equal(read_exact(text, &path, mailbox) > 0, cases[i].good);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_of_rfc_5321_are_taken),
        cmocka_unit_test(what_is_no_path_is_refused),
        cmocka_unit_test(lengths_are_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
