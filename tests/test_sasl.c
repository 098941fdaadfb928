/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "library.h"
#include "sasl.h"

#include <gsasl.h>
#include <stdio.h>
#include <string.h>

/* The server's side of a login, by the same library. */
struct server_functions {
    __typeof__(gsasl_init) *init;
    __typeof__(gsasl_done) *done;
    __typeof__(gsasl_callback_set) *callback_set;
    __typeof__(gsasl_server_start) *server_start;
    __typeof__(gsasl_property_set) *property_set;
    __typeof__(gsasl_step64) *step64;
    __typeof__(gsasl_finish) *finish;
    __typeof__(gsasl_base64_to) *base64_to;
    __typeof__(gsasl_base64_from) *base64_from;
    __typeof__(gsasl_free) *free;
};

static struct server_functions library;

static int load_library(void **state)
{
    (void)state;
#define SYMBOL(name)                                                                               \
    {                                                                                              \
        "gsasl_" #name, offsetof(struct server_functions, name)                                    \
    }
    static const struct library_symbol symbols[] = {
        SYMBOL(init),         SYMBOL(done),   SYMBOL(callback_set), SYMBOL(server_start),
        SYMBOL(property_set), SYMBOL(step64), SYMBOL(finish),       SYMBOL(base64_to),
        SYMBOL(base64_from),  SYMBOL(free),
    };
    return library_load("libgsasl.so.18", symbols, sizeof symbols / sizeof *symbols, &library,
                        NULL);
}

/* Callers free the text with free(). */
static char *encoded(const char *bytes, size_t size)
{
    char *text = NULL;
    size_t length = 0;
    assert_int_equal(library.base64_to(bytes, size, &text, &length), GSASL_OK);
    char *copy = harness_exact(text, length + 1);
    library.free(text);
    return copy;
}

static char *decoded(const char *text)
{
    char *bytes = NULL;
    size_t length = 0;
    assert_int_equal(library.base64_from(text, strlen(text), &bytes, &length), GSASL_OK);
    char *copy = calloc(1, length + 1);
    assert_non_null(copy);
    memcpy(copy, bytes, length);
    library.free(bytes);
    return copy;
}

static struct auth_sasl_options options_for(const char *user, const char *password)
{
    return (struct auth_sasl_options){
        .user = user, .password = password, .host = "mail.example", .secure = true};
}

static struct auth_sasl *started(const struct auth_sasl_options *options, const char *offered)
{
    struct auth_sasl *sasl = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(auth_sasl_start(&sasl, options, offered, &error), 0);
    assert_non_null(sasl);
    return sasl;
}

static void expect_response(struct auth_sasl *sasl, const char *challenge, const char *expected)
{
    char response[AUTH_SASL_RESPONSE_SIZE];
    assert_int_equal(auth_sasl_respond(sasl, challenge, response, NULL), 0);
    assert_string_equal(response, expected);
}

static int respond(struct auth_sasl *sasl, const char *challenge, struct mailer_error *error)
{
    char response[AUTH_SASL_RESPONSE_SIZE];
    return auth_sasl_respond(sasl, challenge, response, error);
}

static void plain_is_as_in_rfc_4616(void **state)
{
    (void)state;
    struct auth_sasl_options options = options_for("tim", "tanstaaftanstaaf");
    struct auth_sasl *sasl = started(&options, "PLAIN");
    assert_string_equal(auth_sasl_mechanism(sasl), "PLAIN");
    assert_true(auth_sasl_client_first(sasl));
    assert_int_equal(auth_sasl_finish(sasl, NULL), MAILER_AUTH);
    expect_response(sasl, NULL, "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
    assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
    auth_sasl_free(sasl);
}

static void plain_works_without_an_initial_response(void **state)
{
    (void)state;
    struct auth_sasl_options options = options_for("tim", "tanstaaftanstaaf");
    struct auth_sasl *sasl = started(&options, "PLAIN");
    expect_response(sasl, "", "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
    assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
    auth_sasl_free(sasl);
}

static void login_answers_whatever_the_prompts_say(void **state)
{
    (void)state;
    static const char *const prompts[][2] = {
        {"VXNlcm5hbWU6", "UGFzc3dvcmQ6"}, {"", ""}, {"AP8=", "bWF0cmljdWxl"}};
    for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++) {
        struct auth_sasl_options options = options_for("tim", "tanstaaftanstaaf");
        struct auth_sasl *sasl = started(&options, "LOGIN");
        assert_false(auth_sasl_client_first(sasl));
        expect_response(sasl, prompts[i][0], "dGlt");
        assert_int_equal(auth_sasl_finish(sasl, NULL), MAILER_AUTH);
        expect_response(sasl, prompts[i][1], "dGFuc3RhYWZ0YW5zdGFhZg==");
        assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
        assert_int_equal(respond(sasl, prompts[i][1], NULL), MAILER_AUTH);
        auth_sasl_free(sasl);
    }
}

static void cram_md5_is_as_in_rfc_2195(void **state)
{
    (void)state;
    struct auth_sasl_options options = options_for("tim", "tanstaaftanstaaf");
    options.secure = false;
    struct auth_sasl *sasl = started(&options, "CRAM-MD5");
    assert_false(auth_sasl_client_first(sasl));
    expect_response(sasl, "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+",
                    "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
    assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
    auth_sasl_free(sasl);
}

static void the_strongest_offered_mechanism_is_chosen(void **state)
{
    (void)state;
    static const struct {
        const char *offered;
        const char *allowed;
        bool secure;
        bool allow_clear;
        const char *chosen;
    } cases[] = {
        {"LOGIN PLAIN", NULL, true, false, "PLAIN"},
        {"login plain", NULL, true, false, "PLAIN"},
        {"LOGIN", NULL, true, false, "LOGIN"},
        {"  LOGIN  GSSAPI ", NULL, true, false, "LOGIN"},
        {"CRAM-MD5 PLAIN SCRAM-SHA-1 SCRAM-SHA-256", NULL, true, false, "SCRAM-SHA-256"},
        {"SCRAM-SHA-256-PLUS SCRAM-SHA-1 PLAIN", NULL, true, false, "SCRAM-SHA-1"},
        {"CRAM-MD5 PLAIN", NULL, true, false, "PLAIN"},
        {"CRAM-MD5 PLAIN", NULL, false, false, "CRAM-MD5"},
        {"CRAM-MD5 PLAIN", NULL, false, true, "CRAM-MD5"},
        {"LOGIN PLAIN", NULL, false, true, "PLAIN"},
        {"LOGIN PLAIN SCRAM-SHA-256", "LOGIN", true, false, "LOGIN"},
        {"LOGIN PLAIN SCRAM-SHA-256", "login, plain", true, false, "PLAIN"},
        {"LOGIN PLAIN", "NTLM,LOGIN", true, false, "LOGIN"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct auth_sasl_options options = options_for("tim", "secret");
        options.allowed = cases[i].allowed;
        options.secure = cases[i].secure;
        options.allow_clear = cases[i].allow_clear;
        struct auth_sasl *sasl = started(&options, cases[i].offered);
        assert_string_equal(auth_sasl_mechanism(sasl), cases[i].chosen);
        auth_sasl_free(sasl);
    }
}

static void a_login_that_cannot_be_done_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *offered;
        const char *allowed;
        const char *text;
    } cases[] = {
        {NULL, NULL, "offers no login"},
        {"", NULL, "offers no login"},
        {"  ", NULL, "offers no login"},
        {"GSSAPI NTLM", NULL, "offers GSSAPI NTLM to log in, of which none is known"},
        {"PLAINX LOGI", NULL, "of which none is known"},
        {"PLAIN LOGIN", NULL,
         "offers only PLAIN and LOGIN to log in, which would send the password"
         " in clear: require TLS, or allow a clear password"},
        {"PLAIN GSSAPI", NULL, "offers only PLAIN to log in, which would send"},
        {"PLAIN LOGIN", "SCRAM-SHA-256", "only SCRAM-SHA-256 is allowed"},
        {"SCRAM-SHA-256 LOGIN", "LOGIN", "offers only LOGIN to log in, which would send"},
        {"\x1B[2J", NULL, "offers \\x1B[2J to log in"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct auth_sasl_options options = options_for("tim", "secret");
        options.secure = false;
        options.allowed = cases[i].allowed;
        struct auth_sasl *sasl = NULL;
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(auth_sasl_start(&sasl, &options, cases[i].offered, &error), MAILER_AUTH);
        assert_null(sasl);
        assert_int_equal(error.stage, MAILER_STAGE_AUTH);
        if (strstr(error.text, cases[i].text) == NULL)
            fail_msg("\"%s\" lacks \"%s\"", error.text, cases[i].text);
        assert_int_equal(auth_sasl_start(&sasl, &options, cases[i].offered, NULL), MAILER_AUTH);
    }
}

static void without_a_password_nothing_is_started(void **state)
{
    (void)state;
    struct auth_sasl_options options = {.user = "ann", .host = "mail.example", .secure = true};
    struct mailer_error error = MAILER_ERROR_INIT;
    struct auth_sasl *sasl = NULL;
    assert_int_equal(auth_sasl_start(&sasl, &options, "SCRAM-SHA-256 PLAIN", &error), MAILER_AUTH);
    assert_null(sasl);
    assert_non_null(strstr(error.text, "no password"));
}

static void a_challenge_that_is_not_base64_is_refused(void **state)
{
    (void)state;
    static const char *const challenges[] = {
        "A",    "AA",       "AAA",       "Username:", "AA=A", "=",          "====",
        "A===", "AAAA====", "AAAA AAAA", "AAA\n",     "AA-_", "\xC3\xBC.A", "AAAAA"};
    for (size_t i = 0; i < sizeof challenges / sizeof *challenges; i++) {
        struct auth_sasl_options options = options_for("tim", "secret");
        struct auth_sasl *sasl = started(&options, "LOGIN");
        struct mailer_error error = MAILER_ERROR_INIT;
        char *exact = harness_exact(challenges[i], strlen(challenges[i]) + 1);
        assert_int_equal(respond(sasl, exact, &error), MAILER_PROTOCOL);
        assert_non_null(strstr(error.text, "is not base64"));
        free(exact);
        auth_sasl_free(sasl);
    }
}

/* Logs in at a server of libgsasl's; gives how many messages the server said. */
static int logged_in(const char *mechanism, const struct auth_sasl_options *options,
                     bool initial_response)
{
    Gsasl *context = NULL;
    Gsasl_session *server = NULL;
    assert_int_equal(library.init(&context), GSASL_OK);
    assert_int_equal(library.server_start(context, mechanism, &server), GSASL_OK);
    assert_int_equal(library.property_set(server, GSASL_PASSWORD, options->password), GSASL_OK);
    assert_int_equal(library.property_set(server, GSASL_SCRAM_ITER, "4096"), GSASL_OK);
    struct auth_sasl *sasl = started(options, mechanism);
    assert_string_equal(auth_sasl_mechanism(sasl), mechanism);

    char response[AUTH_SASL_RESPONSE_SIZE];
    assert_int_equal(auth_sasl_respond(sasl, initial_response ? NULL : "", response, NULL), 0);
    int said = 0;
    for (int status = GSASL_NEEDS_MORE; said < 5; said++) {
        char *challenge = NULL;
        status = library.step64(server, response, &challenge);
        assert_true(status == GSASL_OK || status == GSASL_NEEDS_MORE);
        bool empty = challenge == NULL || challenge[0] == '\0';
        if (!(status == GSASL_OK && empty)) {
            assert_int_equal(auth_sasl_finish(sasl, NULL), MAILER_AUTH);
            assert_int_equal(auth_sasl_respond(sasl, challenge, response, NULL), 0);
        }
        library.free(challenge);
        if (status == GSASL_OK)
            break;
    }
    assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
    auth_sasl_free(sasl);
    library.finish(server);
    library.done(context);
    return said;
}

static void scram_logs_in_and_makes_the_server_prove_itself(void **state)
{
    (void)state;
    struct auth_sasl_options options = options_for("a,b=c", "pencil, \"sharp\\ =");
    options.secure = false;
    for (int initial = 0; initial <= 1; initial++) {
        assert_int_equal(logged_in("SCRAM-SHA-256", &options, initial), 1);
        assert_int_equal(logged_in("SCRAM-SHA-1", &options, initial), 1);
    }
}

static void scram_refuses_a_false_server(void **state)
{
    (void)state;
    static const struct {
        const char *after_nonce; /**< of the first message */
        const char *final;       /**< the last message; NULL: the first must fail */
    } cases[] = {
        {"x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1", NULL},
        {"x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095", NULL},
        {"x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000001", NULL},
        {"x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000", NULL},
        {"x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=18446744073709555712", NULL},
        {"x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=", NULL},
        {"x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-1", NULL},
        {"x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,i=1", NULL},
        {"x,s=W22ZaJ0SNY7soEsUEjb6gQ==", NULL},
        {"", NULL},
        {"x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "e=invalid-proof"},
        {"x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="},
        {"x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct auth_sasl_options options = options_for("user", "pencil");
        struct auth_sasl *sasl = started(&options, "SCRAM-SHA-1");
        char response[AUTH_SASL_RESPONSE_SIZE];
        assert_int_equal(auth_sasl_respond(sasl, NULL, response, NULL), 0);
        char *first = decoded(response);
        const char *nonce = strstr(first, "r=");
        assert_non_null(nonce);
        char message[512];
        int length = snprintf(message, sizeof message, "%s%s", nonce, cases[i].after_nonce);
        char *challenge = encoded(message, (size_t)length);
        int result = respond(sasl, challenge, NULL);
        free(challenge);
        if (cases[i].final != NULL) {
            assert_int_equal(result, 0);
            challenge = encoded(cases[i].final, strlen(cases[i].final));
            result = respond(sasl, challenge, NULL);
            free(challenge);
        }
        assert_int_equal(result, MAILER_AUTH);
        assert_int_equal(auth_sasl_finish(sasl, NULL), MAILER_AUTH);
        free(first);
        auth_sasl_free(sasl);
    }
}

static void scram_refuses_a_nonce_that_is_not_ours(void **state)
{
    (void)state;
    struct auth_sasl_options options = options_for("user", "pencil");
    struct auth_sasl *sasl = started(&options, "SCRAM-SHA-256");
    assert_int_equal(respond(sasl, NULL, NULL), 0);
    char *challenge = encoded("r=abcdefgh,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", 44);
    assert_int_equal(respond(sasl, challenge, NULL), MAILER_AUTH);
    free(challenge);
    auth_sasl_free(sasl);
}

static void long_and_strange_names_and_passwords_arrive_whole(void **state)
{
    (void)state;
    char password[1001] = {0};
    memset(password, 'p', sizeof password - 1);
    memcpy(password, " \"\\:,=Gr\xC3\xBC\xC3\x9F", 12);
    password[999] = ' ';
    struct auth_sasl_options options = options_for("a,b=c \xC3\xBC", password);
    struct auth_sasl *sasl = started(&options, "PLAIN");
    char expected[1 + 8 + 1 + 1000];
    memcpy(expected, "\0a,b=c \xC3\xBC\0", 10);
    memcpy(expected + 10, password, 1000);
    char *text = encoded(expected, sizeof expected);
    expect_response(sasl, NULL, text);
    free(text);
    auth_sasl_free(sasl);
}

static void a_response_too_long_for_the_protocol_is_refused(void **state)
{
    (void)state;
    /* PLAIN adds the user and two NULs; 9,213 octets make 12,284 of base64. */
    for (size_t over = 0; over <= 1; over++) {
        size_t length = 9213 - 3 + over;
        char *password = calloc(1, length + 1);
        assert_non_null(password);
        memset(password, 'p', length);
        struct auth_sasl_options options = options_for("u", password);
        struct auth_sasl *sasl = started(&options, "PLAIN");
        char response[AUTH_SASL_RESPONSE_SIZE];
        assert_int_equal(auth_sasl_respond(sasl, NULL, response, NULL), over ? MAILER_AUTH : 0);
        assert_int_equal(strlen(response), over ? 0 : 12284);
        auth_sasl_free(sasl);
        free(password);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_is_as_in_rfc_4616),
        cmocka_unit_test(plain_works_without_an_initial_response),
        cmocka_unit_test(login_answers_whatever_the_prompts_say),
        cmocka_unit_test(cram_md5_is_as_in_rfc_2195),
        cmocka_unit_test(the_strongest_offered_mechanism_is_chosen),
        cmocka_unit_test(a_login_that_cannot_be_done_says_why),
        cmocka_unit_test(without_a_password_nothing_is_started),
        cmocka_unit_test(a_challenge_that_is_not_base64_is_refused),
        cmocka_unit_test(scram_logs_in_and_makes_the_server_prove_itself),
        cmocka_unit_test(scram_refuses_a_false_server),
        cmocka_unit_test(scram_refuses_a_nonce_that_is_not_ours),
        cmocka_unit_test(long_and_strange_names_and_passwords_arrive_whole),
        cmocka_unit_test(a_response_too_long_for_the_protocol_is_refused),
    };
    return cmocka_run_group_tests(tests, load_library, NULL);
}
