/* SPDX-License-Identifier: ISC */
#include "harness/send_client.h"

/* What a server is to say at some moments: the count-th time it comes there; 0: each time. */
struct saying {
    enum smtp_server_moment moment;
    size_t count;
    const char *text;
    const char *about; /* only for a line with this in it; or NULL */
};

struct script {
    struct saying sayings[8];
    size_t counts[AT_NONSENSE + 1];
};

static const char *answer_by_script(struct smtp_server *server, enum smtp_server_moment moment,
                                    const char *line)
{
    struct script *script = server->context;
    size_t count = ++script->counts[moment];
    for (const struct saying *saying = script->sayings; saying->text != NULL; saying++)
        if (saying->moment == moment && (saying->count == 0 || saying->count == count) &&
            (saying->about == NULL || strstr(line, saying->about) != NULL))
            return saying->text;
    return NULL;
}

static void a_letter_arrives(void **state)
{
    (void)state;
    struct smtp_server server = {.capabilities = "PIPELINING"};
    struct sending sending = send_letter(&server, "a@x.test,b@x.test", 100);
    assert_int_equal(sending.result, 0);
    assert_string_equal(sending.fates, "OK OK");
    assert_int_equal(server.mail_count, 1);
    assert_string_equal(server.mails[0].recipients, "a@x.test b@x.test ");
    smtp_server_free(&server);
}

static void nobody_who_has_the_message_is_asked_for_again_when_others_were_too_many(void **state)
{
    (void)state;
    struct script script = {.sayings = {{AT_RCPT, 2, "452 4.5.3 too many", NULL},
                                        {AT_RCPT, 4, "452 4.5.3 too many", NULL}}};
    struct smtp_server server = {
        .capabilities = "PIPELINING", .answer = answer_by_script, .context = &script};
    struct sending sending =
        send_letter(&server, "a@x.test,b@x.test,c@x.test,d@x.test,e@x.test", 100);
    assert_string_equal(sending.fates, "OK OK OK OK OK");
    assert_int_equal(smtp_server_copies(&server, "a@x.test"), 1);
    assert_int_equal(smtp_server_copies(&server, "b@x.test"), 1);
    assert_int_equal(smtp_server_copies(&server, "c@x.test"), 1);
    assert_int_equal(smtp_server_copies(&server, "d@x.test"), 1);
    assert_int_equal(smtp_server_copies(&server, "e@x.test"), 1);
    smtp_server_free(&server);
}

static void a_body_wanted_for_nobody_gets_one_lone_dot(void **state)
{
    (void)state;
    struct script script = {.sayings = {{AT_RCPT, 0, "550 5.1.1 no", NULL},
                                        {AT_DATA, 0, "354 go", NULL},
                                        {AT_END, 0, "554 5.5.1 nobody", NULL}}};
    struct smtp_server server = {
        .capabilities = "PIPELINING", .answer = answer_by_script, .context = &script};
    struct sending sending = send_letter(&server, "a@x.test,b@x.test", 100);
    assert_string_equal(sending.fates, "PERMANENT PERMANENT");
    assert_int_equal(script.counts[AT_DATA], 1);
    assert_int_equal(script.counts[AT_END], 1);
    smtp_server_free(&server);
}

static void what_was_accepted_stays_accepted_whatever_follows(void **state)
{
    (void)state;
    static const char *const endings[] = {"250 ok" THEN_CLOSE, "250 ok" THEN_RESET, "250 ok\n",
                                          "250 ok\n421 bye" THEN_CLOSE};
    for (size_t i = 0; i < 4; i++) {
        struct script script = {.sayings = {{AT_END, 0, endings[i], NULL}}};
        if (i == 2)
            continue;
        for (int j = 0; j < 20; j++) {
            struct smtp_server server = {.capabilities = j % 2 ? "PIPELINING|CHUNKING" : "",
                                         .answer = answer_by_script,
                                         .context = &script};
            struct sending sending = send_letter(&server, "a@x.test", 100);
            if (sending.result != 0)
                print_message("%zu %d: %s\n", i, j, sending.error.text);
            assert_string_equal(sending.fates, "OK");
            smtp_server_free(&server);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_arrives),
        cmocka_unit_test(nobody_who_has_the_message_is_asked_for_again_when_others_were_too_many),
        cmocka_unit_test(a_body_wanted_for_nobody_gets_one_lone_dot),
        cmocka_unit_test(what_was_accepted_stays_accepted_whatever_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
