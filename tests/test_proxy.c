/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "proxy.h"

static void urls_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        struct proxy wanted;
    } cases[] = {
        {"socks5://p.test", {NET_TUNNEL_SOCKS5, "p.test", 1080, "", ""}},
        {"SOCKS5H://[::1]:9/", {NET_TUNNEL_SOCKS5, "::1", 9, "", ""}},
        {"http://p.test", {NET_TUNNEL_HTTP, "p.test", 8080, "", ""}},
        {"http://b\xC3\xBC"
         "cher.test",
         {NET_TUNNEL_HTTP, "xn--bcher-kva.test", 8080, "", ""}},
        {"socks5://ann@p.test:1", {NET_TUNNEL_SOCKS5, "p.test", 1, "ann", ""}},
        {"socks5://a%3ab:c:d%40e@f@192.0.2.1",
         {NET_TUNNEL_SOCKS5, "192.0.2.1", 1080, "a:b", "c:d@e@f"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct proxy proxy;
        char *exact = harness_exact(cases[i].url, strlen(cases[i].url) + 1);
        assert_int_equal(proxy_read(&proxy, exact, NULL), 0);
        free(exact);
        assert_int_equal(proxy.kind, cases[i].wanted.kind);
        assert_string_equal(proxy.host, cases[i].wanted.host);
        assert_int_equal(proxy.port, cases[i].wanted.port);
        assert_string_equal(proxy.user, cases[i].wanted.user);
        assert_string_equal(proxy.password, cases[i].wanted.password);
    }
}

static void a_wrong_url_is_refused_and_its_password_is_not_shown(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "",
        "s3cret",
        "socks5:s3cret",
        "socks4://ann:s3cret@p.test",
        "socks4a://:s3cret@p.test",
        "socks5://ann:s3cret",
        "socks5://ann:s3cret@",
        "socks5://:s3cret@p.test",
        "socks5://ann:s3cret%@p.test",
        "socks5://ann:s3cret%00@p.test",
        "socks5://ann:s3cret@p.test:0",
        "socks5://ann:s3cret@p.test/s3cret",
        "socks5h://ann:s3cret@p.test\r\nX: y",
    };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct proxy proxy;
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(proxy_read(&proxy, urls[i], &error), MAILER_USAGE);
        assert_null(strstr(error.text, "s3cret"));
        assert_non_null(strstr(error.text, "the proxy has"));
        assert_string_equal(proxy.password, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_read),
        cmocka_unit_test(a_wrong_url_is_refused_and_its_password_is_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
