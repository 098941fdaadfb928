/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "header/thread.h"

static void assert_id(const char *name, const char *domain, const char *wanted)
{
    char id[MIME_THREAD_ID_SIZE];
    assert_int_equal(mime_thread_id(id, name, domain, NULL), 0);
    assert_string_equal(id, wanted);
}

/* printf 'nightly backup\0example.org' | sha256sum */
static void a_thread_has_the_same_id_for_ever(void **state)
{
    (void)state;
    assert_id("nightly backup", "example.org",
              "<thread.317efad2fec7e32968dde77cd6c481d5@example.org>");
    assert_id("nightly backup", "EXAMPLE.org",
              "<thread.317efad2fec7e32968dde77cd6c481d5@example.org>");
}

static void names_and_domains_make_different_threads(void **state)
{
    (void)state;
    char one[MIME_THREAD_ID_SIZE], other[MIME_THREAD_ID_SIZE];
    assert_int_equal(mime_thread_id(one, "a", "b.example", NULL), 0);
    assert_int_equal(mime_thread_id(other, "A", "b.example", NULL), 0);
    assert_string_not_equal(one, other);
    assert_int_equal(mime_thread_id(other, "ab", ".example", NULL), 0);
    assert_memory_not_equal(one, other, 20);
}

static void the_longest_domain_fits(void **state)
{
    (void)state;
    char domain[256], id[MIME_THREAD_ID_SIZE];
    memset(domain, 'd', 255);
    domain[255] = '\0';
    assert_int_equal(mime_thread_id(id, "x", domain, NULL), 0);
    assert_int_equal(strlen(id), MIME_THREAD_ID_SIZE - 1);
    assert_int_equal(id[MIME_THREAD_ID_SIZE - 2], '>');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_has_the_same_id_for_ever),
        cmocka_unit_test(names_and_domains_make_different_threads),
        cmocka_unit_test(the_longest_domain_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
