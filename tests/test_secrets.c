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

/* What is looked for: the end of the secret, or of what was answered, as the beginning may be
 * overwritten by the allocator. It is masked, so that it is not found here. */
struct sought {
    char masked[AUTH_SASL_RESPONSE_SIZE];
    size_t size;
};

enum { MASK = 0x5A };

static struct sought in_base64;

static void keep_end(struct sought *sought, const char *text)
{
    size_t start = strlen(text) / 2;
    sought->size = strlen(text) - start;
    for (size_t i = 0; i < sought->size; i++)
        sought->masked[i] = (char)(text[start + i] ^ MASK);
}

/* How often it stands in a piece of memory. */
__attribute__((no_sanitize("address"))) static size_t count_in(const char *bytes, size_t size,
                                                               const struct sought *sought)
{
    size_t count = 0;
    for (size_t at = 0; at + sought->size <= size; at++) {
        size_t same = 0;
        while (same < sought->size && bytes[at + same] == (char)(sought->masked[same] ^ MASK))
            same++;
        count += same == sought->size;
    }
    return count;
}

/* How often it stands in all that can be written to, but for the stacks. */
static size_t copies_of(const struct sought *sought)
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
            count += count_in((const char *)(uintptr_t)start, (size_t)(end - start), sought);
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
    keep_end(&in_base64, response);
    if (auth_sasl_respond(sasl, challenge, response, NULL) == 0 && first != NULL)
        keep_end(&in_base64, response);
    auth_sasl_free(sasl);
    explicit_bzero(response, sizeof response);
}

static void no_login_leaves_its_password_or_token_behind(void **state)
{
    (void)state;
    static const char *const mechanisms[] = {"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER", "NTLM"};
    static struct sought in_clear;
    for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++) {
        char *secret = malloc(SECRET_LENGTH + 1);
        for (size_t j = 0; j < SECRET_LENGTH; j++)
            secret[j] = secret_octet(j);
        secret[SECRET_LENGTH] = '\0';
        keep_end(&in_clear, secret);
        assert_int_equal(copies_of(&in_clear), 1);
        log_in(mechanisms[i], secret);
        size_t copies = copies_of(&in_clear);
        size_t answers = copies_of(&in_base64);
        explicit_bzero(secret, SECRET_LENGTH);
        free(secret);
        if (copies != 1 || answers != 0)
            fail_msg("%s leaves %zu copies, %zu in base64", mechanisms[i], copies - 1, answers);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_login_leaves_its_password_or_token_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
