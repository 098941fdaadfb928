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
        {"CRAM-MD5 DIGEST-MD5 LOGIN", NULL, true, false, "LOGIN"},
        {"CRAM-MD5 DIGEST-MD5 LOGIN", NULL, false, true, "DIGEST-MD5"},
        {"NTLM GSSAPI XOAUTH2 OAUTHBEARER EXTERNAL CRAM-MD5", NULL, true, false, "CRAM-MD5"},
        {"NTLM LOGIN", "NTLM", true, false, "NTLM"},
        {"GSSAPI LOGIN", "GSSAPI", true, false, "GSSAPI"},
        {"XOAUTH2 PLAIN OAUTHBEARER", "XOAUTH2,OAUTHBEARER", true, false, "OAUTHBEARER"},
        {"XOAUTH2 PLAIN OAUTHBEARER", "xoauth2", true, false, "XOAUTH2"},
        {"XOAUTH2 PLAIN OAUTHBEARER", "xoauth2", false, true, "XOAUTH2"},
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
        {"GSSAPI9 MAGIC", NULL, "offers GSSAPI9 MAGIC to log in, of which none is known"},
        {"LOGINX XOAUTH2 NTLM", NULL, "of which XOAUTH2 and NTLM would do, but only when it is"},
        {"OAUTHBEARER", "OAUTHBEARER", "offers only OAUTHBEARER to log in, which would send"},
        {"XOAUTH2 NTLM", "XOAUTH2,NTLM", "offers only XOAUTH2 and NTLM to log in, which would"},
        {"SCRAM-SHA-256-PLUS", NULL, "of which none is known"},
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

/* ---- Tokens ---- */

static struct auth_sasl_options options_for_token(const char *mechanism)
{
    struct auth_sasl_options options =
        options_for("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg");
    options.allowed = mechanism;
    return options;
}

static void expect_message(struct auth_sasl *sasl, const char *expected)
{
    char *text = encoded(expected, strlen(expected));
    expect_response(sasl, NULL, text);
    free(text);
}

static void xoauth2_is_as_its_description_has_it(void **state)
{
    (void)state;
    struct auth_sasl_options options = options_for_token("XOAUTH2");
    struct auth_sasl *sasl = started(&options, "PLAIN XOAUTH2");
    assert_true(auth_sasl_client_first(sasl));
    assert_int_equal(auth_sasl_finish(sasl, NULL), MAILER_AUTH);
    expect_response(
        sasl, NULL,
        "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSF"
        "JoZG1semRHRXVZMjl0Q2cBAQ==");
    assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
    assert_string_equal(auth_sasl_reason(sasl), "");
    auth_sasl_free(sasl);
}

static void oauthbearer_is_as_in_rfc_7628(void **state)
{
    (void)state;
    struct auth_sasl_options options =
        options_for("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
    options.allowed = "OAUTHBEARER";
    options.host = "server.example.com";
    options.port = 587;
    struct auth_sasl *sasl = started(&options, "OAUTHBEARER");
    expect_response(
        sasl, NULL,
        "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9NTg3AWF1dGg9Qm"
        "VhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB");
    assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
    auth_sasl_free(sasl);
}

static void a_user_with_a_comma_does_not_end_the_field_of_oauthbearer(void **state)
{
    (void)state;
    struct auth_sasl_options options = options_for("a,b=c", "t");
    options.allowed = "OAUTHBEARER";
    options.port = 465;
    struct auth_sasl *sasl = started(&options, "OAUTHBEARER");
    expect_message(sasl, "n,a=a=2Cb=3Dc,\1host=mail.example\1port=465\1auth=Bearer t\1\1");
    auth_sasl_free(sasl);
}

static void a_token_with_what_no_token_has_is_not_sent(void **state)
{
    (void)state;
    static const char *const tokens[] = {"", "a b", "a\1b", "a\nb", "\t", "a\x7F", "\xC3\xBC"};
    for (size_t i = 0; i < 2 * (sizeof tokens / sizeof *tokens); i++) {
        struct auth_sasl_options options = options_for("ann", tokens[i / 2]);
        options.allowed = i % 2 ? "XOAUTH2" : "OAUTHBEARER";
        struct auth_sasl *sasl = started(&options, options.allowed);
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(respond(sasl, NULL, &error), MAILER_AUTH);
        assert_non_null(strstr(error.text, "access token alone"));
        auth_sasl_free(sasl);
    }
    struct auth_sasl_options options = options_for("ann\1auth=Bearer x", "t");
    options.allowed = "XOAUTH2";
    struct auth_sasl *sasl = started(&options, "XOAUTH2");
    assert_int_equal(respond(sasl, NULL, NULL), MAILER_AUTH);
    auth_sasl_free(sasl);
}

static void a_refused_token_is_acknowledged_and_told_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *words;
    } cases[] = {
        {"{\"status\":\"invalid_token\",\"scope\":\"example_scope\",\"openid-configuration\":"
         "\"https://example.com/.well-known/openid-configuration\"}",
         "invalid_token, it must be for the scope example_scope; it may have expired: get a new "
         "one"},
        {"{ \"status\" : 401 , \"schemes\":\"Bearer\",\"scope\":\"https://mail.example/\" }",
         "401, it must be for the scope https://mail.example/; it may have expired: get a new one"},
        {"{\"error\":\"insufficient_scope\",\"error_description\":\"no \\\"mail\\\"\x1B[2J\"}",
         "insufficient_scope, no \\\"mail\\\"\\x1B[2J"},
        {"{\"scope\":\"status\",\"status\":\"x\"}", "x, it must be for the scope status"},
        {"{\"status\":", "{\"status\":"},
        {"{\"status", "{\"status"},
        {"{\"status\\", "{\"status\\"},
        {"{\"status\":\"abc", "abc"},
        {"{\"status\":{}}", "{\"status\":{}}"},
        {"no\1json", "no\\x01json"},
    };
    for (size_t i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
        bool is_bearer = i % 2;
        struct auth_sasl_options options = options_for_token(is_bearer ? "OAUTHBEARER" : "XOAUTH2");
        struct auth_sasl *sasl = started(&options, options.allowed);
        assert_int_equal(respond(sasl, NULL, NULL), 0);
        char *challenge = encoded(cases[i / 2].json, strlen(cases[i / 2].json));
        expect_response(sasl, challenge, is_bearer ? "AQ==" : "");
        assert_string_equal(auth_sasl_reason(sasl), cases[i / 2].words);
        /* Nothing but a refusal may follow. */
        assert_int_equal(auth_sasl_finish(sasl, NULL), MAILER_AUTH);
        assert_int_equal(respond(sasl, challenge, NULL), MAILER_AUTH);
        assert_int_equal(respond(sasl, "", NULL), MAILER_AUTH);
        free(challenge);
        auth_sasl_free(sasl);
    }
}

static void a_token_that_the_server_repeats_is_not_shown(void **state)
{
    (void)state;
    const char *json = "{\"status\":\"a-token-of-more-than-some-octets\",\"scope\":\"x\"}";
    struct auth_sasl_options options = options_for("ann", "a-token-of-more-than-some-octets");
    options.allowed = "XOAUTH2";
    struct auth_sasl *sasl = started(&options, "XOAUTH2");
    char *challenge = encoded(json, strlen(json));
    assert_int_equal(respond(sasl, NULL, NULL), 0);
    assert_int_equal(respond(sasl, challenge, NULL), 0);
    assert_string_equal(auth_sasl_reason(sasl), "****, it must be for the scope x");
    free(challenge);
    auth_sasl_free(sasl);
}

static void a_reason_of_any_length_fits(void **state)
{
    (void)state;
    for (size_t length = 1; length < 6000; length = length * 2 + 1) {
        char *json = calloc(3, length + 40);
        strcpy(json, "{\"error\":\"");
        memset(json + 10, '\1', length);
        strcpy(json + 10 + length, "\",\"scope\":\"");
        memset(json + 21 + length, 's', length);
        strcpy(json + 21 + 2 * length, "\"}");
        struct auth_sasl_options options = options_for_token("XOAUTH2");
        struct auth_sasl *sasl = started(&options, "XOAUTH2");
        char *challenge = encoded(json, strlen(json));
        assert_int_equal(respond(sasl, NULL, NULL), 0);
        assert_int_equal(respond(sasl, challenge, NULL), 0);
        assert_true(strlen(auth_sasl_reason(sasl)) < AUTH_SASL_REASON_SIZE);
        assert_memory_equal(auth_sasl_reason(sasl), "\\x01", 4);
        free(challenge);
        free(json);
        auth_sasl_free(sasl);
    }
}

static void a_token_is_sent_once_more_to_who_passes_over_the_initial_response(void **state)
{
    (void)state;
    struct auth_sasl_options options = options_for("ann", "t");
    options.allowed = "XOAUTH2";
    struct auth_sasl *sasl = started(&options, "XOAUTH2");
    expect_message(sasl, "user=ann\1auth=Bearer t\1\1");
    expect_response(sasl, "", "dXNlcj1hbm4BYXV0aD1CZWFyZXIgdAEB");
    assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
    assert_int_equal(respond(sasl, "", NULL), MAILER_AUTH);
    auth_sasl_free(sasl);
}

/* ---- Without a password, bound to TLS, and by hand ---- */

static void external_names_whom_to_act_as(void **state)
{
    (void)state;
    struct auth_sasl_options options = {
        .user = "ann@example.org", .host = "mail.example", .secure = true, .certificate = true};
    struct auth_sasl *sasl = started(&options, "PLAIN EXTERNAL");
    assert_string_equal(auth_sasl_mechanism(sasl), "EXTERNAL");
    expect_response(sasl, NULL, "YW5uQGV4YW1wbGUub3Jn");
    assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
    auth_sasl_free(sasl);
    /* Who gave a password means to use it, unless the way is named. */
    options.password = "secret";
    sasl = started(&options, "EXTERNAL LOGIN");
    assert_string_equal(auth_sasl_mechanism(sasl), "LOGIN");
    auth_sasl_free(sasl);
    options.allowed = "EXTERNAL";
    sasl = started(&options, "EXTERNAL LOGIN");
    assert_string_equal(auth_sasl_mechanism(sasl), "EXTERNAL");
    auth_sasl_free(sasl);
}

static void scram_with_a_binding_is_bound_to_the_connection(void **state)
{
    (void)state;
    static const struct {
        const char *offered;
        size_t size;
        bool exporter;
        const char *chosen;
        const char *header;
    } cases[] = {
        {"SCRAM-SHA-256 SCRAM-SHA-256-PLUS", 4, true, "SCRAM-SHA-256-PLUS", "p=tls-exporter,,"},
        {"SCRAM-SHA-256 SCRAM-SHA-256-PLUS", 4, false, "SCRAM-SHA-256-PLUS", "p=tls-unique,,"},
        {"SCRAM-SHA-256 SCRAM-SHA-1-PLUS", 4, true, "SCRAM-SHA-1-PLUS", "p=tls-exporter,,"},
        {"SCRAM-SHA-256 SCRAM-SHA-256-PLUS", 0, true, "SCRAM-SHA-256", "n,,"},
        {"SCRAM-SHA-256", 4, true, "SCRAM-SHA-256", "n,,"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct auth_sasl_options options = options_for("user", "pencil");
        options.binding = "\0\xFFx=";
        options.binding_size = cases[i].size;
        options.binding_is_exporter = cases[i].exporter;
        struct auth_sasl *sasl = started(&options, cases[i].offered);
        assert_string_equal(auth_sasl_mechanism(sasl), cases[i].chosen);
        char response[AUTH_SASL_RESPONSE_SIZE];
        assert_int_equal(auth_sasl_respond(sasl, NULL, response, NULL), 0);
        char *first = decoded(response);
        assert_memory_equal(first, cases[i].header, strlen(cases[i].header));
        free(first);
        auth_sasl_free(sasl);
    }
}

static void what_the_server_refused_as_a_mechanism_is_not_chosen_again(void **state)
{
    (void)state;
    static const struct {
        const char *refused;
        bool needs_stronger;
        const char *chosen;
    } cases[] = {
        {NULL, false, "SCRAM-SHA-1"},
        {" SCRAM-SHA-1", false, "PLAIN"},
        {" SCRAM-SHA-1 PLAIN", false, "LOGIN"},
        {" SCRAM-SHA-1 PLAIN", true, "CRAM-MD5"},
        {" SCRAM-SHA-1 PLAIN LOGIN CRAM-MD5", false, NULL},
        {" SCRAM-SHA-1 CRAM-MD5", true, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct auth_sasl_options options = options_for("user", "pencil");
        options.refused = cases[i].refused;
        options.needs_stronger = cases[i].needs_stronger;
        struct auth_sasl *sasl = NULL;
        int result = auth_sasl_start(&sasl, &options, "LOGIN PLAIN CRAM-MD5 SCRAM-SHA-1", NULL);
        assert_int_equal(result, cases[i].chosen == NULL ? MAILER_AUTH : 0);
        if (result == 0)
            assert_string_equal(auth_sasl_mechanism(sasl), cases[i].chosen);
        auth_sasl_free(sasl);
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
        cmocka_unit_test(xoauth2_is_as_its_description_has_it),
        cmocka_unit_test(oauthbearer_is_as_in_rfc_7628),
        cmocka_unit_test(a_user_with_a_comma_does_not_end_the_field_of_oauthbearer),
        cmocka_unit_test(a_token_with_what_no_token_has_is_not_sent),
        cmocka_unit_test(a_refused_token_is_acknowledged_and_told_in_words),
        cmocka_unit_test(a_token_that_the_server_repeats_is_not_shown),
        cmocka_unit_test(a_reason_of_any_length_fits),
        cmocka_unit_test(a_token_is_sent_once_more_to_who_passes_over_the_initial_response),
        cmocka_unit_test(external_names_whom_to_act_as),
        cmocka_unit_test(scram_with_a_binding_is_bound_to_the_connection),
        cmocka_unit_test(what_the_server_refused_as_a_mechanism_is_not_chosen_again),
    };
    return cmocka_run_group_tests(tests, load_library, NULL);
}
