/* SPDX-License-Identifier: ISC */
/* What is left in memory behind a login: not the password. SCRAM and the digests are left out: for
 * them libgsasl prepares a copy of its own, which it frees without wiping and nobody can reach. */
#include "harness/harness.h"

#include "sasl.h"

#include <stdio.h>
#include <string.h>

enum { SECRET_LENGTH = 200, LARGEST_REGION = 64 << 20 };

/* Nobody else's octets look like this, and it stands nowhere in the program. */
static char secret_octet(size_t i)
{
    return (char)('A' + ((uint32_t)i * 2654435761u >> 13) % 23);
}

/* How often the end of the secret stands in a piece of memory. Its beginning may be overwritten by
 * the allocator. */
__attribute__((no_sanitize("address"))) static size_t count_in(const char *bytes, size_t size)
{
    size_t count = 0;
    for (size_t at = 0; at + SECRET_LENGTH / 2 <= size; at++) {
        size_t same = 0;
        while (same < SECRET_LENGTH / 2 &&
               bytes[at + same] == secret_octet(SECRET_LENGTH / 2 + same))
            same++;
        count += same == SECRET_LENGTH / 2;
    }
    return count;
}

/* How often it stands in all that can be written to, but for the stacks. */
static size_t copies_of_secret(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    size_t count = 0;
    if (maps == NULL)
        skip();
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long long start = 0, end = 0;
        char rights[5] = "";
        if (sscanf(line, "%llx-%llx %4s", &start, &end, rights) == 3 &&
            strncmp(rights, "rw", 2) == 0 && end - start <= LARGEST_REGION &&
            strstr(line, "[stack]") == NULL)
            count += count_in((const char *)(uintptr_t)start, (size_t)(end - start));
    }
    fclose(maps);
    return count;
}

/* Runs a login as far as the client's first message goes, and the one behind it. */
static void log_in(const char *mechanism, const char *secret)
{
    static const char challenge[] = "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+";
    struct auth_sasl_options options = {.user = "ann",
                                        .password = secret,
                                        .host = "mail.example",
                                        .secure = true,
                                        .allowed = mechanism};
    struct auth_sasl *sasl = NULL;
    char response[AUTH_SASL_RESPONSE_SIZE];
    assert_int_equal(auth_sasl_start(&sasl, &options, mechanism, NULL), 0);
    const char *first = auth_sasl_client_first(sasl) ? NULL : challenge;
    assert_int_equal(auth_sasl_respond(sasl, first, response, NULL), 0);
    auth_sasl_respond(sasl, challenge, response, NULL);
    auth_sasl_free(sasl);
    explicit_bzero(response, sizeof response);
}

static void no_login_leaves_its_password_or_token_behind(void **state)
{
    (void)state;
    static const char *const mechanisms[] = {"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER", "NTLM"};
    for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++) {
        char *secret = malloc(SECRET_LENGTH + 1);
        for (size_t j = 0; j < SECRET_LENGTH; j++)
            secret[j] = secret_octet(j);
        secret[SECRET_LENGTH] = '\0';
        assert_int_equal(copies_of_secret(), 1);
        log_in(mechanisms[i], secret);
        size_t copies = copies_of_secret();
        explicit_bzero(secret, SECRET_LENGTH);
        free(secret);
        if (copies != 1)
            fail_msg("%s leaves %zu copies", mechanisms[i], copies - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_login_leaves_its_password_or_token_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
