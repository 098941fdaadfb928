/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "server.h"

#include <stdio.h>

/* Reads a URL, and nothing else that is not the default. */
static int read_url(struct server *server, const char *url, struct mailer_error *error)
{
    struct mailer_server given = MAILER_SERVER_INIT;
    char *exact = harness_exact(url, strlen(url) + 1);
    given.url = exact;
    int result = server_read(server, &given, NULL, error);
    free(exact);
    return result;
}

static void urls_are_read_and_what_they_leave_out_gets_its_default(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *host;
        unsigned short port;
        enum mailer_tls_mode tls;
        const char *user;
    } cases[] = {
        {"lmtp://mail.example", "mail.example", 24, MAILER_TLS_REQUIRED, ""},
        {"LMTP://[::1]", "::1", 24, MAILER_TLS_OFF, ""},
        {"lmtp+unix:/run/x@y:1", "the socket /run/x@y:1", 0, MAILER_TLS_OFF, ""},
        {"smtp+unix:/s", "the socket /s", 0, MAILER_TLS_OFF, ""},
        {"mail.example", "mail.example", 587, MAILER_TLS_REQUIRED, ""},
        {"mail.example:25", "mail.example", 25, MAILER_TLS_REQUIRED, ""},
        {"smtp://mail.example", "mail.example", 587, MAILER_TLS_REQUIRED, ""},
        {"SMTP://mail.example/", "mail.example", 587, MAILER_TLS_REQUIRED, ""},
        {"submission://mail.example:25/", "mail.example", 25, MAILER_TLS_REQUIRED, ""},
        {"smtps://mail.example", "mail.example", 465, MAILER_TLS_IMPLICIT, ""},
        {"submissions://mail.example", "mail.example", 465, MAILER_TLS_IMPLICIT, ""},
        {"smtps://mail.example:0025", "mail.example", 25, MAILER_TLS_IMPLICIT, ""},
        {"smtp://mail.example:1", "mail.example", 1, MAILER_TLS_REQUIRED, ""},
        {"smtp://mail.example:65535", "mail.example", 65535, MAILER_TLS_REQUIRED, ""},
        {"b\xC3\xBC"
         "cher.example",
         "xn--bcher-kva.example", 587, MAILER_TLS_REQUIRED, ""},
        {"localhost", "localhost", 25, MAILER_TLS_OFF, ""},
        {"LocalHost:2525", "LocalHost", 2525, MAILER_TLS_OFF, ""},
        {"localhost.example", "localhost.example", 587, MAILER_TLS_REQUIRED, ""},
        {"smtp://127.0.0.1", "127.0.0.1", 25, MAILER_TLS_OFF, ""},
        {"smtp://127.9.9.9", "127.9.9.9", 25, MAILER_TLS_OFF, ""},
        {"smtps://localhost", "localhost", 465, MAILER_TLS_IMPLICIT, ""},
        {"192.0.2.1", "192.0.2.1", 587, MAILER_TLS_REQUIRED, ""},
        {"[192.0.2.1]:26", "192.0.2.1", 26, MAILER_TLS_REQUIRED, ""},
        {"::1", "::1", 25, MAILER_TLS_OFF, ""},
        {"[::1]:2525", "::1", 2525, MAILER_TLS_OFF, ""},
        {"smtp://2001:db8::1", "2001:db8::1", 587, MAILER_TLS_REQUIRED, ""},
        {"smtp://2001:db8::1/", "2001:db8::1", 587, MAILER_TLS_REQUIRED, ""},
        {"smtps://[2001:db8::1]", "2001:db8::1", 465, MAILER_TLS_IMPLICIT, ""},
        {"smtps://ann@[2001:db8::1]:26/", "2001:db8::1", 26, MAILER_TLS_IMPLICIT, "ann"},
        {"[fe80::1%lo]", "fe80::1%lo", 587, MAILER_TLS_REQUIRED, ""},
        {"ann@mail.example", "mail.example", 587, MAILER_TLS_REQUIRED, "ann"},
        {"smtp://ann@b.example@mail.example", "mail.example", 587, MAILER_TLS_REQUIRED,
         "ann@b.example"},
        {"smtp://ann%40b.example@mail.example:25", "mail.example", 25, MAILER_TLS_REQUIRED,
         "ann@b.example"},
        {"smtp://a%3ab%2F%c3%BC@mail.example", "mail.example", 587, MAILER_TLS_REQUIRED,
         "a:b/\xC3\xBC"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server server;
        struct mailer_error error = MAILER_ERROR_INIT;
        if (read_url(&server, cases[i].url, &error) != 0)
            fail_msg("%s: %s", cases[i].url, error.text);
        assert_string_equal(server.host, cases[i].host);
        assert_int_equal(server.port, cases[i].port);
        assert_int_equal(server.tls, cases[i].tls);
        assert_string_equal(server.user, cases[i].user);
    }
}

static void what_is_no_server_is_refused_and_named(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *text;
    } cases[] = {
        {"", "no server"},
        {"smtp://", "no host"},
        {"smtp:///", "no host"},
        {"smtp://:25", "no host"},
        {"smtp://[]", "no host"},
        {"smtp://[::1", "[ without ]"},
        {"smtp://[::1]x", "port"},
        {"smtp://[::1]25", "port"},
        {"smtp://[mail.example]", "no address"},
        {"smtp://[::g]", "no address"},
        {"smtp://fe80::1%nosuchinterface", "no address"},
        {"smtp://::1::2", "no address"},
        {"lmtp+unix:", "absolute path"},
        {"lmtp+unix:run/x", "absolute path"},
        {"lmtp+unix:/a\nb", "absolute path"},
        {"http://mail.example", "scheme"},
        {"://mail.example", "scheme"},
        {"smtp ://mail.example", "scheme"},
        {"smtp:/mail.example", "port"},
        {"mail.example:", "port"},
        {"mail.example:0", "port"},
        {"mail.example:00", "port"},
        {"mail.example:65536", "port"},
        {"mail.example:4294967321", "port"},
        {"mail.example:99999999999999999999999", "port"},
        {"mail.example:25x", "port"},
        {"mail.example:-25", "port"},
        {"mail.example:+25", "port"},
        {"mail.example: 25", "port"},
        {"mail.example:25/path", "port"},
        {"mail.example/path", "port"},
        {"mail.example:25:26", "no address"},
        {"mail.example?a=b", "no address"},
        {"mail.example#a", "no address"},
        {"mail%2Eexample", "no address"},
        {"mail example", "no address"},
        {"mail.example\r\nRSET", "no address"},
        {"smtp://mail\nexample", "no address"},
        {"mail.example\x7f", "no address"},
        {"mail\xff.example", "no address"},
        {"mail\xc2\x85.example", "no address"},
        {"\xcc\x81mail.example", "combining mark"},
        {"<mail.example>", "no address"},
        {"smtp://@mail.example", "without a user"},
        {"smtp://ann%4@mail.example", "two hexadecimal"},
        {"smtp://ann%@mail.example", "two hexadecimal"},
        {"smtp://ann%4g@mail.example", "two hexadecimal"},
        {"smtp://ann%00@mail.example", "NUL"},
        {"smtp://ann%0d%0aRSET@mail.example", "control"},
        {"smtp://ann\n@mail.example", "control"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server server;
        struct mailer_error error = MAILER_ERROR_INIT;
        if (read_url(&server, cases[i].url, &error) == 0)
            fail_msg("%s was taken", cases[i].url);
        assert_int_equal(error.error_class, MAILER_USAGE);
        if (strstr(error.text, cases[i].text) == NULL)
            fail_msg("%s: \"%s\" lacks \"%s\"", cases[i].url, error.text, cases[i].text);
        assert_null(strchr(error.text, '\n'));
    }
}

static void a_password_in_a_url_is_refused_and_not_repeated(void **state)
{
    (void)state;
    static const char *const urls[] = {"smtp://ann:hunter2@mail.example",
                                       "ann:hunter2@mail.example:25x", "smtps://hunter2:@[::1",
                                       "gopher://ann:hunter2@x"};
    for (size_t i = 0; i < 4; i++) {
        struct server server;
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(read_url(&server, urls[i], &error), MAILER_USAGE);
        assert_null(strstr(error.text, "hunter2"));
    }
}

static void names_at_the_limit_fit_and_longer_ones_are_refused(void **state)
{
    (void)state;
    for (size_t size = 250; size < 262; size++) {
        char url[600] = "";
        memset(url, 'a', size);
        struct server server;
        assert_int_equal(read_url(&server, url, NULL), size < 256 ? 0 : MAILER_USAGE);
        strcpy(url + size, "@mail.example");
        assert_int_equal(read_url(&server, url, NULL), size < 256 ? 0 : MAILER_USAGE);
        url[size] = '\0';
        struct mailer_server given = MAILER_SERVER_INIT;
        given.url = "mail.example";
        given.user = url;
        assert_int_equal(server_read(&server, &given, NULL, NULL), size < 256 ? 0 : MAILER_USAGE);
    }
}

static void a_tls_mode_goes_before_the_default_but_not_against_the_scheme(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        enum mailer_tls_mode mode;
        int result;
        unsigned short port;
    } cases[] = {
        {"smtp://mail.example", MAILER_TLS_OFF, 0, 587},
        {"smtp://mail.example", MAILER_TLS_OPPORTUNISTIC, 0, 587},
        {"smtp://mail.example", MAILER_TLS_IMPLICIT, 0, 465},
        {"smtp://localhost", MAILER_TLS_REQUIRED, 0, 25},
        {"localhost", MAILER_TLS_IMPLICIT, 0, 465},
        {"smtps://mail.example", MAILER_TLS_IMPLICIT, 0, 465},
        {"smtps://mail.example", MAILER_TLS_REQUIRED, MAILER_USAGE, 0},
        {"smtps://mail.example", MAILER_TLS_OPPORTUNISTIC, MAILER_USAGE, 0},
        {"smtps://mail.example", MAILER_TLS_OFF, MAILER_USAGE, 0},
        {"smtp://mail.example", (enum mailer_tls_mode)(MAILER_TLS_OFF + 1), MAILER_USAGE, 0},
        {"smtp://mail.example", (enum mailer_tls_mode)77, MAILER_USAGE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_server given = MAILER_SERVER_INIT;
        given.url = cases[i].url;
        given.tls = cases[i].mode;
        struct server server;
        assert_int_equal(server_read(&server, &given, NULL, NULL), cases[i].result);
        if (cases[i].result != 0)
            continue;
        assert_int_equal(server.tls, cases[i].mode);
        assert_int_equal(server.port, cases[i].port);
    }
}

static void the_user_given_goes_before_that_of_the_url(void **state)
{
    (void)state;
    struct mailer_server given = MAILER_SERVER_INIT;
    struct server server;
    given.url = "smtp://ann@mail.example";
    given.user = "bob";
    assert_int_equal(server_read(&server, &given, NULL, NULL), 0);
    assert_string_equal(server.user, "bob");
    given.user = "b\rob";
    assert_int_equal(server_read(&server, &given, NULL, NULL), MAILER_USAGE);
}

static void time_limits_are_as_in_the_rfc_unless_given_and_stay_in_bounds(void **state)
{
    (void)state;
    static const struct {
        unsigned seconds;
        int64_t reply;
        int64_t connect;
    } cases[] = {{0, 300000, 30000}, {1, 1000, 1000},          {29, 29000, 29000},
                 {60, 60000, 30000}, {86400, 86400000, 30000}, {4294967295u, 86400000, 30000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_server given = MAILER_SERVER_INIT;
        struct server server;
        given.url = "mail.example";
        given.timeout_seconds = cases[i].seconds;
        assert_int_equal(server_read(&server, &given, NULL, NULL), 0);
        assert_int_equal(server.reply_timeout, cases[i].reply);
        assert_int_equal(server.connect_timeout, cases[i].connect);
    }
}

static void a_struct_that_was_not_initialised_is_refused(void **state)
{
    (void)state;
    struct server server;
    struct mailer_server given = MAILER_SERVER_INIT;
    assert_int_equal(server_read(&server, &given, NULL, NULL), MAILER_USAGE);
    given.url = "mail.example";
    given.struct_size = 0;
    assert_int_equal(server_read(&server, &given, NULL, NULL), MAILER_USAGE);
    given.struct_size = sizeof given + 64; /* of a newer library, which has more at its end */
    assert_int_equal(server_read(&server, &given, NULL, NULL), 0);
    assert_int_equal(server_read(&server, NULL, NULL, NULL), MAILER_USAGE);
}

static void a_source_decides_the_family(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *source;
        enum mailer_family asked;
        int result;
        enum mailer_family family;
    } cases[] = {
        {"a.example", NULL, MAILER_FAMILY_ANY, 0, MAILER_FAMILY_ANY},
        {"a.example", NULL, MAILER_FAMILY_IPV6, 0, MAILER_FAMILY_IPV6},
        {"a.example", "192.0.2.1", MAILER_FAMILY_ANY, 0, MAILER_FAMILY_IPV4},
        {"a.example", "2001:db8::1", MAILER_FAMILY_ANY, 0, MAILER_FAMILY_IPV6},
        {"a.example", "2001:db8::1", MAILER_FAMILY_IPV6, 0, MAILER_FAMILY_IPV6},
        {"a.example", "2001:db8::1", MAILER_FAMILY_IPV4, MAILER_USAGE, MAILER_FAMILY_ANY},
        {"a.example", "localhost", MAILER_FAMILY_ANY, MAILER_USAGE, MAILER_FAMILY_ANY},
        {"smtp+unix:/x", "192.0.2.1", MAILER_FAMILY_ANY, MAILER_USAGE, MAILER_FAMILY_ANY},
        {"a.example", NULL, (enum mailer_family)7, MAILER_USAGE, MAILER_FAMILY_ANY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_server given = MAILER_SERVER_INIT;
        given.url = cases[i].url;
        given.source = cases[i].source;
        given.family = cases[i].asked;
        struct server server;
        assert_int_equal(server_read(&server, &given, NULL, NULL), cases[i].result);
        if (cases[i].result == 0)
            assert_int_equal(server.family, cases[i].family);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_read_and_what_they_leave_out_gets_its_default),
        cmocka_unit_test(what_is_no_server_is_refused_and_named),
        cmocka_unit_test(a_password_in_a_url_is_refused_and_not_repeated),
        cmocka_unit_test(names_at_the_limit_fit_and_longer_ones_are_refused),
        cmocka_unit_test(a_tls_mode_goes_before_the_default_but_not_against_the_scheme),
        cmocka_unit_test(the_user_given_goes_before_that_of_the_url),
        cmocka_unit_test(time_limits_are_as_in_the_rfc_unless_given_and_stay_in_bounds),
        cmocka_unit_test(a_struct_that_was_not_initialised_is_refused),
        cmocka_unit_test(a_source_decides_the_family),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
