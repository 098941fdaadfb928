/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "route.h"

#include <string.h>

static void servers_stand_in_the_order_in_which_they_were_given(void **state)
{
    (void)state;
    static const char *const further[] = {"srv:x.test", "lmtp+unix:/run/mail", NULL};
    struct mailer_server given = MAILER_SERVER_INIT;
    struct route *route = NULL;
    given.url = "smtp://a.test";
    given.further_urls = further;
    assert_int_equal(route_new(&route, &given, NULL), 0);
    assert_string_equal(route->first->server.host, "a.test");
    assert_true(route->first->next->server.is_domain);
    assert_string_equal(route->first->next->next->server.path, "/run/mail");
    assert_null(route->first->next->next->next);
    route_set_window(route, 7);
    for (const struct stop *stop = route->first; stop != NULL; stop = stop->next)
        assert_int_equal(stop->server.window, 7);
    route_free(route);
    route_free(NULL);
}

static void one_wrong_server_is_told_before_anything_is_done(void **state)
{
    (void)state;
    static const char *const further[] = {"smtp://b.test", "gopher://c.test", NULL};
    struct mailer_server given = MAILER_SERVER_INIT;
    struct mailer_error error = MAILER_ERROR_INIT;
    struct route *route = NULL;
    given.url = "smtp://a.test";
    given.further_urls = further;
    assert_int_equal(route_new(&route, &given, &error), MAILER_USAGE);
    assert_null(route);
    assert_non_null(strstr(error.text, "gopher://c.test"));
}

static void a_domain_that_has_been_looked_up_is_not_asked_for_again(void **state)
{
    (void)state;
    struct mailer_server given = MAILER_SERVER_INIT;
    struct route *route = NULL;
    given.url = "srv:x.test";
    assert_int_equal(route_new(&route, &given, NULL), 0);
    route->first->looked_up = true;
    assert_int_equal(route_look_up(route->first, NULL), NET_READY);
    assert_null(route->first->discovery);
    route_free(route);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(servers_stand_in_the_order_in_which_they_were_given),
        cmocka_unit_test(one_wrong_server_is_told_before_anything_is_done),
        cmocka_unit_test(a_domain_that_has_been_looked_up_is_not_asked_for_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
