/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "trust.h"

static void a_directory_goes_before_a_file(void **state)
{
    (void)state;
    static const struct {
        const char *directory;
        const char *file;
        const char *trusted;
    } cases[] = {
        {NULL, NULL, NULL},
        {NULL, "/a.pem", "/a.pem"},
        {"/", "/a.pem", "/"},
        {"/", NULL, "/"},
        {"/no/such/directory", "/a.pem", "/a.pem"},
        {"/dev/null", NULL, NULL},
        {"", "", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsetenv("SSL_CERT_DIR");
        unsetenv("SSL_CERT_FILE");
        if (cases[i].directory != NULL)
            setenv("SSL_CERT_DIR", cases[i].directory, 1);
        if (cases[i].file != NULL)
            setenv("SSL_CERT_FILE", cases[i].file, 1);
        const char *trusted = trust_from_environment();
        if (cases[i].trusted == NULL)
            assert_null(trusted);
        else
            assert_string_equal(trusted, cases[i].trusted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_directory_goes_before_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
