/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "queue_id.h"

static const struct {
    const char *reply;
    const char *id;
} cases[] = {
    /* Postfix, with short and with long ids */
    {"250 2.0.0 Ok: queued as 4F1C2A", "4F1C2A"},
    {"250 2.0.0 Ok: queued as 4Xyz1B2c3dz9Q", "4Xyz1B2c3dz9Q"},
    {"250 Ok: queued as 0K9zvOtqS-6f3GzQ", "0K9zvOtqS-6f3GzQ"},
    {"250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4F1C2A", "4F1C2A"},
    {"250 2.0.0 Ok: queued on mx.example as 1700000000-AbCdEf1", "1700000000-AbCdEf1"},
    {"250 2.0.0 Message queued with id 1a2b3c.", "1a2b3c"},
    {"250 OK id=1abcde-000abc-XY", "1abcde-000abc-XY"},
    {"250 id=1abcde-000abc-XY message accepted for some recipients", "1abcde-000abc-XY"},
    {"250 Requested mail action okay, completed: id=0MAbCd-1xYz2A3bCd-00aBcD",
     "0MAbCd-1xYz2A3bCd-00aBcD"},
    {"250 2.0.0 p1BKabcd012345 Message accepted for delivery", "p1BKabcd012345"},
    {"250 2.0.0 abcdef01 Message accepted for delivery", "abcdef01"},
    {"250 2.0.0: abcdef01 Message accepted for delivery", ""},
    {"250 ok 1700000000 qp 1234", "1234"},
    {"250 ok 1700000000 qp 7 server-3.example", "7"},
    {"250 2.0.0 OK  1700000000 a640c23a62f3a-b1sor42.3 - gsmtp", "a640c23a62f3a-b1sor42.3"},
    {"250 2.6.0 <a@b.example> [InternalId=12345678, Hostname=x.example] 9 bytes in 0.1, 2 KB/sec "
     "Queued mail for delivery",
     "12345678"},
    {"250 2.0.0 <bob@x.example> cMvQAx1yZ2VgAAAA6Bz8Vw Saved", "cMvQAx1yZ2VgAAAA6Bz8Vw"},
    {"250 Ok 0100018bcf0c2a3d-2f1c0e2a-1b2c-4d5e-8f90-000000", //
     "0100018bcf0c2a3d-2f1c0e2a-1b2c-4d5e-8f90-000000"},
    {"250 Message Queued (3C5B8A9E-0F4D-4E1B-9D8A-1B2C3D4E5F60.1)",
     "3C5B8A9E-0F4D-4E1B-9D8A-1B2C3D4E5F60.1"},
    {"250 2.5.0 Ok, envelope id 0PXX00ABC01@mx.example", "0PXX00ABC01@mx.example"},
    {"250 ok:  Message 1234567 accepted", "1234567"},
    {"250 Ok. 00000000003D7A1B.0000000065A1B2C3.00001234", //
     "00000000003D7A1B.0000000065A1B2C3.00001234"},
    {"QUEUED AS 1A", "1A"},
    /* No id, or none that is known for one */
    {"", ""},
    {"250", ""},
    {"250 ", ""},
    {"250 2.0.0", ""},
    {"250 OK", ""},
    {"250 2.0.0 Ok", ""},
    {"250 OK , completed", ""},
    {"250 Ok 12345", ""},
    {"250 Great success", ""},
    {"250 Message received", ""},
    {"250 Queued (0.123 seconds)", ""},
    {"250 Message accepted for delivery", ""},
    {"250 2.0.0 Message accepted for delivery", ""},
    {"250 Data Ok: queued as freedom ###envid=1", ""},
    {"250 2.0.0 Ok: queued as", ""},
    {"250 2.0.0 Ok: queued as ", ""},
    {"250 Ok: queued as 4F\xc3\xbc", ""},
    {"250 Ok: queued as ...", ""},
    {"250 OK id=", ""},
    {"250 [InternalId=,", ""},
    {"250 2.0.0 <bob@x.example> Saved", ""},
};

static void each_server_s_form_is_known_and_what_is_not_is_no_id(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *reply = harness_exact(cases[i].reply, strlen(cases[i].reply) + 1);
        char id[SMTP_QUEUE_ID_SIZE];
        bool found = smtp_queue_id(id, reply);
        if (strcmp(id, cases[i].id) != 0 || found != (cases[i].id[0] != '\0'))
            fail_msg("\"%s\" gives \"%s\"", cases[i].reply, id);
        free(reply);
    }
}

static void an_id_has_a_bound(void **state)
{
    (void)state;
    for (size_t length = SMTP_QUEUE_ID_SIZE - 1; length <= SMTP_QUEUE_ID_SIZE; length++) {
        char reply[64 + SMTP_QUEUE_ID_SIZE] = "250 Ok: queued as ";
        memset(reply + strlen(reply), '7', length);
        char id[SMTP_QUEUE_ID_SIZE];
        assert_int_equal(smtp_queue_id(id, reply), length < SMTP_QUEUE_ID_SIZE);
        assert_int_equal(strlen(id), length < SMTP_QUEUE_ID_SIZE ? length : 0);
    }
}

/* Pieces of replies in any order: what is found is visible, bounded, and stands in the reply. */
static void what_is_found_stands_in_the_reply(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "250", "2.0.0", "ok",       "Ok:", "queued",         "as",      "id=", "id=4F", "qp",
        "-",   "1a",    "gsmtp",    "<a>", "Saved",          "Message", "(1)", "with",  "id",
        ".",   " ",     "\xc3\xbc", "on",  "[InternalId=3,", "7,"};
    uint64_t random = 31;
    for (int round = 0; round < 20000; round++) {
        char reply[256] = "";
        for (size_t count = harness_random(&random) % 10; count > 0; count--) {
            strcat(reply, pieces[harness_random(&random) % (sizeof pieces / sizeof *pieces)]);
            strcat(reply, " ");
        }
        char id[SMTP_QUEUE_ID_SIZE];
        bool found = smtp_queue_id(id, reply);
        assert_int_equal(found, id[0] != '\0');
        assert_non_null(strstr(reply, id));
        assert_null(strpbrk(id, " \xc3\xbc"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_server_s_form_is_known_and_what_is_not_is_no_id),
        cmocka_unit_test(an_id_has_a_bound),
        cmocka_unit_test(what_is_found_stands_in_the_reply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
