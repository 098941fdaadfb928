/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "idn.h"

static char *ascii_of(const char *domain, struct mailer_error *error)
{
    char *exact = harness_exact(domain, strlen(domain) + 1);
    char *ascii = NULL;
    int result = idn_to_ascii(&ascii, exact, error);
    assert_int_equal(result == 0, ascii != NULL);
    assert_true(result == 0 || result == MAILER_DATA);
    free(exact);
    return ascii;
}

static void domains_become_a_labels(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"example.org", "example.org"},
        {"EXAMPLE.org", "EXAMPLE.org"},
        {"xn--not.a-label", "xn--not.a-label"},
        {"", ""},
        {"b\xC3\xBC"
         "cher.example",
         "xn--bcher-kva.example"},
        {"B\xC3\x9C"
         "CHER.Example",
         "xn--bcher-kva.example"},
        /* Not normalised yet: u and a combining diaeresis. */
        {"bu\xCC\x88"
         "cher.example",
         "xn--bcher-kva.example"},
        {"stra\xC3\x9F"
         "e.example",
         "xn--strae-oqa.example"},
        {"xn--bcher-kva.\xC3\xBC.example", "xn--bcher-kva.xn--tda.example"},
        {"\xE4\xBE\x8B\xE3\x81\x88.\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88", "xn--r8jz45g.xn--zckzah"},
        {"\xEF\xBC\xA1\xEF\xBC\x8E\xEF\xBD\x82", "a.b"},
        {"\xD7\x93\xD7\x95\xD7\x92\xD7\x9E\xD7\x94.\xD7\x98\xD7\xA2\xD7\xA1\xD7\x98",
         "xn--6dbbec0c.xn--deba0ad"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        char *ascii = ascii_of(cases[i][0], &error);
        if (ascii == NULL)
            fail_msg("%s: %s", cases[i][0], error.text);
        assert_string_equal(ascii, cases[i][1]);
        free(ascii);
    }
}

static void what_is_no_domain_is_refused_in_words(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"\xE2\x98\x95.test",
         "domain \"\xE2\x98\x95.test\" has a character that no domain may have"},
        {"\xE2\x80\xAE"
         "x.test",
         "domain \"\\u{202E}x.test\" has a character that no domain may"},
        {"a\xEF\xBC\xA0\xC3\xBC.test", "has a character that no domain may have"},
        {"\xE2\x91\xB4.test", "has a character that no domain may have"},
        {"a b\xC3\xBC.test", "has a character that no domain may have"},
        {"\xD7\x90"
         "a.test",
         "letters that run left and right"},
        {"\xCC\x88"
         "a.test",
         "begins with a combining mark"},
        {"-\xC3\xBC.test", "a hyphen where none may be"},
        {"\xE2\x80\x8D"
         "a.test",
         "may have at that place"},
        {"xn--zzzzzz99999.\xC3\xBC", "begins with xn-- and stands for no characters"},
        {"\xC3\xBC\xFF", "has a character that no domain may have"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_null(ascii_of(cases[i][0], &error));
        if (strstr(error.text, cases[i][1]) == NULL)
            fail_msg("%s", error.text);
    }
    char *ascii = NULL;
    assert_int_equal(idn_to_ascii(&ascii, "\xE2\x98\x95", NULL), MAILER_DATA);
}

static void lengths_are_those_of_what_is_looked_up(void **state)
{
    (void)state;
    static const char umlaut[] = "\xC3\xBC";
    for (size_t count = 40; count < 70; count++) {
        char label[200] = "";
        for (size_t i = 0; i < count; i++)
            strcat(label, i == 0 ? umlaut : "x");
        struct mailer_error error = MAILER_ERROR_INIT;
        char *ascii = ascii_of(label, &error);
        assert_int_equal(ascii != NULL, count <= 56);
        assert_true(ascii != NULL || strstr(error.text, "longer than 63 octets") != NULL);
        free(ascii);
    }
    char *domain = malloc(100000);
    for (size_t count = 1; count < 30000; count = count < 60 ? count + 1 : count * 2) {
        domain[0] = '\0';
        for (size_t i = 0; i < count; i++)
            memcpy(domain + 3 * i, "\xC3\xBC.", 4);
        domain[3 * count - 1] = '\0';
        struct mailer_error error = MAILER_ERROR_INIT;
        char *ascii = ascii_of(domain, &error);
        assert_int_equal(ascii != NULL, count <= 31);
        assert_true(ascii != NULL || strstr(error.text, "longer than 255 octets") != NULL);
        free(ascii);
    }
    free(domain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domains_become_a_labels),
        cmocka_unit_test(what_is_no_domain_is_refused_in_words),
        cmocka_unit_test(lengths_are_those_of_what_is_looked_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
