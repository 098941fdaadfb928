/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "password/password.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/mailer-test-XXXXXX";
static char tool[64];

/* A program in the place of secret-tool. */
static void put_tool(const char *script)
{
    int descriptor = open(tool, O_WRONLY | O_CREAT | O_TRUNC, 0700);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, script, strlen(script)), (ssize_t)strlen(script));
    close(descriptor);
}

static void gives(const char *password)
{
    struct secret secret = {0};
    password_from_keyring(&secret, "mail.example", "ann's");
    if (password == NULL)
        assert_false(secret_is_set(&secret));
    else
        assert_string_equal(secret_is_set(&secret) ? secret.text : "none", password);
    secret_free(&secret);
}

static void the_keyring_is_asked_for_host_and_user(void **state)
{
    (void)state;
    put_tool("#!/bin/sh\nprintf %s \"$*\"\n");
    gives("lookup service smtp host mail.example user ann's");
}

static void a_keyring_without_the_password_is_passed_over(void **state)
{
    (void)state;
    put_tool("#!/bin/sh\necho complaint >&2\nexit 1\n");
    gives(NULL);
    put_tool("#!/bin/sh\n");
    gives(NULL);
    unlink(tool);
    gives(NULL);
}

static void without_a_session_bus_nothing_is_run(void **state)
{
    (void)state;
    put_tool("#!/bin/sh\necho sesame\n");
    unsetenv("DBUS_SESSION_BUS_ADDRESS");
    gives(NULL);
    setenv("XDG_RUNTIME_DIR", folder, 1);
    gives(NULL);
    setenv("DBUS_SESSION_BUS_ADDRESS", "", 1);
    gives(NULL);
    setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere", 1);
    gives("sesame");
}

static int set_up(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(tool, sizeof tool, "%s/secret-tool", folder);
    setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere", 1);
    return setenv("PATH", folder, 1);
}

static int tear_down(void **state)
{
    (void)state;
    unlink(tool);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_keyring_is_asked_for_host_and_user),
        cmocka_unit_test(a_keyring_without_the_password_is_passed_over),
        cmocka_unit_test(without_a_session_bus_nothing_is_run),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
