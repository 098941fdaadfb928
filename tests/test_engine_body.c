/* SPDX-License-Identifier: ISC */
#include "harness/engine_talk.h"

static const char all_capabilities[] = "250-PIPELINING\r\n250-CHUNKING\r\n250-SIZE\r\n";

/* Through the envelope by DATA, to the body. */
static struct talk talk_to_body(void)
{
    struct talk talk = talk_ready("250-PIPELINING\r\n");
    talk_envelope(&talk, 1, false);
    talk_sends(&talk, "MAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\nDATA\r\n");
    assert_false(talk_wants_body(&talk));
    talk_say(&talk, "250 ok\r\n250 ok\r\n354 go\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0, BODY");
    assert_true(talk_wants_body(&talk));
    assert_false(smtp_engine_is_ready(talk.engine));
    return talk;
}

static struct talk talk_to_chunks(const char *capabilities)
{
    struct talk talk = talk_ready(capabilities);
    talk_mail(&talk, "s@x");
    talk_recipient(&talk, 0, "a@x");
    talk_data(&talk, true);
    talk_sends(&talk, "MAIL FROM:<s@x> SIZE=5\r\nRCPT TO:<a@x>\r\n");
    return talk;
}

static void dots_are_stuffed_at_every_split_of_the_body(void **state)
{
    (void)state;
    const char *body = ".\r\n..\r\na.b\r\n.end\r\n\r\n.";
    const char *expected = "..\r\n...\r\na.b\r\n..end\r\n\r\n..\r\n.\r\n";
    for (size_t one = 0; one <= strlen(body); one++) {
        for (size_t other = one; other <= strlen(body); other++) {
            struct talk talk = talk_to_body();
            char piece[64];
            snprintf(piece, sizeof piece, "%.*s", (int)one, body);
            talk_body(&talk, piece, false);
            snprintf(piece, sizeof piece, "%.*s", (int)(other - one), body + one);
            talk_body(&talk, piece, false);
            talk_body(&talk, body + other, true);
            talk_sends(&talk, expected);
            talk_say(&talk, "250 ok\r\n");
            talk_events(&talk, "MESSAGE");
            talk_end(&talk);
        }
    }
}

static void a_body_may_be_empty(void **state)
{
    (void)state;
    struct talk talk = talk_to_body();
    talk_body(&talk, "", true);
    talk_sends(&talk, ".\r\n");
    talk_say(&talk, "250 ok\r\n");
    talk_events(&talk, "MESSAGE");
    talk_end(&talk);
}

static void a_bare_cr_or_lf_ends_the_connection_without_a_dot(void **state)
{
    (void)state;
    static const char *const bodies[] = {"a\n.\r\n", "a\r.\r\n", "a\nb", "a\r"};
    for (size_t i = 0; i < 4; i++) {
        struct talk talk = talk_to_body();
        size_t room = 0;
        char *to = smtp_engine_body_room(talk.engine, &room);
        memcpy(to, bodies[i], strlen(bodies[i]));
        assert_int_equal(smtp_engine_body_filled(talk.engine, strlen(bodies[i]), true, &talk.error),
                         MAILER_DATA);
        assert_true(smtp_engine_is_closing(talk.engine));
        assert_false(talk_wants_body(&talk));
        assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 0);
        talk_end(&talk);
    }
}

static void a_refusal_within_the_body_is_the_result(void **state)
{
    (void)state;
    struct talk talk = talk_to_body();
    talk_body(&talk, "half", false);
    talk_sends(&talk, "half");
    talk_say(&talk, "552 5.3.4 too big\r\n");
    talk_events(&talk, "MESSAGE permanent");
    assert_true(smtp_engine_is_closing(talk.engine));
    assert_false(talk_wants_body(&talk));
    assert_false(smtp_engine_is_ready(talk.engine));
    talk_end(&talk);
    talk = talk_to_body();
    talk_body(&talk, "half", false);
    talk_say(&talk, "421 bye\r\n");
    talk_events(&talk, "MESSAGE temporary");
    assert_true(smtp_engine_is_closing(talk.engine));
    talk_end(&talk);
}

static void a_refusal_before_the_end_is_sent_keeps_the_end_back(void **state)
{
    (void)state;
    struct talk talk = talk_to_body();
    talk_body(&talk, "all of it\r\n", true);
    smtp_engine_sent(talk.engine, 3);
    talk_say(&talk, "552 too big\r\n");
    talk_events(&talk, "MESSAGE permanent");
    assert_true(smtp_engine_is_closing(talk.engine));
    assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 0);
    talk_end(&talk);
}

static void a_success_before_the_end_is_sent_is_not_believed(void **state)
{
    (void)state;
    struct talk talk = talk_to_body();
    talk_body(&talk, "all of it\r\n", true);
    smtp_engine_sent(talk.engine, 3);
    talk_say(&talk, "250 ok\r\n");
    talk_fails(&talk, MAILER_PROTOCOL, MAILER_STAGE_NONE, "what was not asked");
    talk_end_failed(&talk);
    talk = talk_to_body();
    talk_body(&talk, "half", false);
    talk_say(&talk, "250 ok\r\n");
    talk_fails(&talk, MAILER_PROTOCOL, MAILER_STAGE_NONE, "what was not asked");
    talk_end_failed(&talk);
}

static void ends_are_in_flight_from_their_last_octet_to_their_answer(void **state)
{
    (void)state;
    struct talk talk = talk_to_body();
    talk_body(&talk, "a\r\n", true);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 0);
        smtp_engine_sent(talk.engine, 1);
    }
    assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 1);
    talk_say(&talk, "250 o");
    assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 1);
    talk_say(&talk, "k\r\n");
    assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 0);
    talk_events(&talk, "MESSAGE");
    talk_end(&talk);
}

static void an_answer_that_says_nothing_leaves_the_end_in_flight(void **state)
{
    (void)state;
    static const char *const replies[] = {"2\r\n", "354 go\r\n"};
    for (size_t i = 0; i < 2; i++) {
        struct talk talk = talk_to_body();
        talk_body(&talk, "a\r\n", true);
        talk_sends(&talk, "a\r\n.\r\n");
        talk_say(&talk, replies[i]);
        assert_int_equal(talk.result, MAILER_PROTOCOL);
        assert_int_equal(talk.error.stage, MAILER_STAGE_END);
        assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 1);
        talk_end_failed(&talk);
    }
}

static void a_source_that_breaks_by_data_means_hanging_up(void **state)
{
    (void)state;
    struct talk talk = talk_to_body();
    talk_body(&talk, "half", false);
    assert_false(smtp_engine_body_abort(talk.engine));
    assert_true(smtp_engine_is_closing(talk.engine));
    assert_false(talk_wants_body(&talk));
    talk_end(&talk);
}

/* What a server gets out of the octets of a body by DATA, or by BDAT. Gives its size. */
static size_t read_body(const char *wire, size_t size, bool chunked, char *body)
{
    size_t used = 0;
    if (!chunked) {
        assert_memory_equal(wire + size - 5, "\r\n.\r\n", 5);
        for (size_t i = 0; i < size - 3; i++) {
            bool stuffed = wire[i] == '.' && (i == 0 || wire[i - 1] == '\n');
            i += stuffed;
            body[used++] = wire[i];
        }
        return used;
    }
    for (size_t at = 0; at < size;) {
        assert_memory_equal(wire + at, "BDAT ", 5);
        char *end = NULL;
        size_t chunk = strtoul(wire + at + 5, &end, 10);
        bool last = memcmp(end, " LAST\r\n", 7) == 0;
        end += last ? 7 : 2;
        memcpy(body + used, end, chunk);
        used += chunk;
        at = (size_t)(end - wire) + chunk;
        assert_int_equal(last, at == size);
    }
    return used;
}

static void a_big_body_is_the_same_at_the_server_whatever_is_sent_at_a_time(void **state)
{
    (void)state;
    enum { SIZE = 999999 };
    char *wire = malloc(SIZE * 2);
    char *body = malloc(SIZE * 2);
    assert_true(wire != NULL && body != NULL);
    for (unsigned round = 0; round < 6; round++) {
        bool chunked = round % 2 == 1;
        struct talk talk = chunked ? talk_to_chunks(all_capabilities) : talk_to_body();
        size_t at = 0;
        size_t wire_size = 0;
        uint64_t seed = round;
        const char *bytes = NULL;
        do {
            size_t room = 0;
            char *to = at < SIZE ? smtp_engine_body_room(talk.engine, &room) : NULL;
            if (to != NULL) {
                assert_true(room >= 16384);
                size_t size = room < SIZE - at ? room : SIZE - at;
                for (size_t i = 0; i < size; i++)
                    to[i] = ".\r\n"[(at + i) % 3];
                at += size;
                assert_int_equal(smtp_engine_body_filled(talk.engine, size, at == SIZE, NULL), 0);
            }
            size_t pending = smtp_engine_out(talk.engine, &bytes);
            size_t sent = 1 + harness_random(&seed) % pending;
            memcpy(wire + wire_size, bytes, sent);
            wire_size += sent;
            smtp_engine_sent(talk.engine, sent);
        } while (at < SIZE || smtp_engine_out(talk.engine, &bytes) > 0);
        assert_int_equal(read_body(wire, wire_size, chunked, body), SIZE);
        for (size_t i = 0; i < SIZE; i++)
            assert_int_equal(body[i], ".\r\n"[i % 3]);
        smtp_engine_free(talk.engine);
    }
    free(body);
    free(wire);
}

/* ---- BDAT ---- */

static void one_chunk_carries_the_whole_body(void **state)
{
    (void)state;
    struct talk talk = talk_to_chunks(all_capabilities);
    assert_true(talk_wants_body(&talk));
    talk_body(&talk, ".\r\na\n", true);
    talk_sends(&talk, "BDAT 5 LAST\r\n.\r\na\n");
    assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 1);
    talk_say(&talk, "250 ok\r\n250 ok\r\n250 ok\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0, MESSAGE");
    assert_false(smtp_engine_needs_reset(talk.engine));
    talk_end(&talk);
}

static void many_chunks_and_an_empty_last_one_are_framed(void **state)
{
    (void)state;
    struct talk talk = talk_to_chunks(all_capabilities);
    talk_body(&talk, "0123456789", false);
    talk_body(&talk, "", false);
    talk_body(&talk, "a", false);
    talk_body(&talk, "", true);
    talk_sends(&talk, "BDAT 10\r\n0123456789BDAT 1\r\naBDAT 0 LAST\r\n");
    talk_say(&talk, "250 ok\r\n250 ok\r\n250 10\r\n250 1\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0");
    assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 1);
    talk_say(&talk, "250 ok\r\n");
    talk_events(&talk, "MESSAGE");
    talk_end(&talk);
}

static void without_pipelining_each_chunk_waits_for_its_answer(void **state)
{
    (void)state;
    struct talk talk = talk_ready("250-CHUNKING\r\n");
    talk_mail(&talk, "s@x");
    talk_sends(&talk, "MAIL FROM:<s@x>\r\n");
    talk_say(&talk, "250 ok\r\n");
    talk_recipient(&talk, 0, "a@x");
    talk_sends(&talk, "RCPT TO:<a@x>\r\n");
    talk_say(&talk, "250 ok\r\n");
    talk_data(&talk, true);
    talk_body(&talk, "a", false);
    talk_sends(&talk, "BDAT 1\r\na");
    assert_false(talk_wants_body(&talk));
    talk_say(&talk, "250 ok\r\n");
    assert_true(talk_wants_body(&talk));
    talk_body(&talk, "b", true);
    talk_sends(&talk, "BDAT 1 LAST\r\nb");
    assert_false(smtp_engine_is_ready(talk.engine));
    talk_say(&talk, "250 ok\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0, MESSAGE");
    talk_end(&talk);
}

static void a_refused_chunk_ends_the_message_but_not_the_connection(void **state)
{
    (void)state;
    struct talk talk = talk_to_chunks(all_capabilities);
    talk_body(&talk, "abc", false);
    talk_sends(&talk, "BDAT 3\r\nabc");
    talk_say(&talk, "250 ok\r\n250 ok\r\n452 full\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0, MESSAGE temporary");
    assert_false(talk_wants_body(&talk));
    assert_false(smtp_engine_is_closing(talk.engine));
    assert_true(smtp_engine_is_ready(talk.engine));
    assert_true(smtp_engine_needs_reset(talk.engine));
    talk_reset(&talk);
    talk_sends(&talk, "RSET\r\n");
    talk_say(&talk, "250 ok\r\n");
    assert_false(smtp_engine_needs_reset(talk.engine));
    talk_end(&talk);
}

static void a_chunk_refused_before_it_is_out_means_hanging_up(void **state)
{
    (void)state;
    struct talk talk = talk_to_chunks(all_capabilities);
    talk_say(&talk, "250 ok\r\n250 ok\r\n");
    talk_body(&talk, "abcdef", true);
    smtp_engine_sent(talk.engine, 15);
    talk_say(&talk, "552 too big\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0, MESSAGE permanent");
    assert_true(smtp_engine_is_closing(talk.engine));
    assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 0);
    talk_end(&talk);
}

static void an_early_success_for_a_chunk_is_not_believed(void **state)
{
    (void)state;
    struct talk talk = talk_to_chunks(all_capabilities);
    talk_say(&talk, "250 ok\r\n250 ok\r\n");
    talk_body(&talk, "abcdef", true);
    smtp_engine_sent(talk.engine, 15);
    talk_say(&talk, "250 ok\r\n");
    talk_fails(&talk, MAILER_PROTOCOL, MAILER_STAGE_NONE, "what was not asked");
    talk.events[0] = '\0';
    talk_end_failed(&talk);
}

static void an_end_behind_a_refused_chunk_is_not_in_flight(void **state)
{
    (void)state;
    struct talk talk = talk_ready(all_capabilities);
    talk_reset(&talk);
    talk_sends(&talk, "RSET\r\n");
    talk_say(&talk, "250 ok\r\n");
    talk_envelope(&talk, 1, true);
    talk_body(&talk, "abc", false);
    talk_body(&talk, "def", true);
    talk_sends(&talk, "MAIL FROM:<s@x> SIZE=5\r\nRCPT TO:<a@x>\r\nBDAT 3\r\nabcBDAT 3 LAST\r\ndef");
    talk_reset(&talk);
    talk_mail(&talk, "s@x");
    talk_recipient(&talk, 0, "c@x");
    talk_data(&talk, true);
    talk_body(&talk, "g", true);
    assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 1);
    talk_say(&talk, "250 ok\r\n250 ok\r\n552 too big\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0, MESSAGE permanent");
    /* The first message's fate has been told; the second is not sent yet. */
    assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 0);
    smtp_engine_free(talk.engine);
}

static void a_message_given_up_between_chunks_is_taken_back_by_rset(void **state)
{
    (void)state;
    for (int answered_first = 0; answered_first < 2; answered_first++) {
        struct talk talk = talk_to_chunks(all_capabilities);
        talk_body(&talk, "abc", false);
        talk_sends(&talk, "BDAT 3\r\nabc");
        if (answered_first)
            talk_say(&talk, "250 ok\r\n250 ok\r\n");
        assert_true(smtp_engine_body_abort(talk.engine));
        assert_false(talk_wants_body(&talk));
        assert_true(smtp_engine_needs_reset(talk.engine));
        talk_reset(&talk);
        talk_sends(&talk, "RSET\r\n");
        if (!answered_first)
            talk_say(&talk, "250 ok\r\n250 ok\r\n");
        talk_say(&talk, "250 3\r\n250 reset\r\n");
        talk_events(&talk, "SENDER, RECIPIENT 0");
        talk_mail(&talk, "s@x");
        talk_recipient(&talk, 7, "b@x");
        talk_data(&talk, true);
        talk_body(&talk, "x", true);
        talk_sends(&talk, "MAIL FROM:<s@x> SIZE=5\r\nRCPT TO:<b@x>\r\nBDAT 1 LAST\r\nx");
        talk_say(&talk, "250 ok\r\n250 ok\r\n250 ok\r\n");
        talk_events(&talk, "SENDER, RECIPIENT 7, MESSAGE");
        talk_end(&talk);
    }
}

static void a_chunk_refused_after_its_message_was_given_up_is_not_told(void **state)
{
    (void)state;
    for (int answered_first = 0; answered_first < 2; answered_first++) {
        struct talk talk = talk_to_chunks(all_capabilities);
        talk_body(&talk, "abc", false);
        talk_sends(&talk, "BDAT 3\r\nabc");
        if (answered_first)
            talk_say(&talk, "250 ok\r\n");
        assert_true(smtp_engine_body_abort(talk.engine));
        if (!answered_first)
            talk_say(&talk, "250 ok\r\n");
        talk_say(&talk, "550 nobody\r\n503 none\r\n");
        talk_events(&talk, "SENDER, RECIPIENT 0 permanent");
        smtp_engine_free(talk.engine);
    }
}

static void giving_up_an_envelope_does_not_hide_the_fate_of_the_message_before(void **state)
{
    (void)state;
    struct talk talk = talk_to_body();
    talk_body(&talk, "a\r\n", true);
    talk_mail(&talk, "t@x");
    talk_sends(&talk, "a\r\n.\r\nMAIL FROM:<t@x>\r\n");
    smtp_engine_abandon(talk.engine);
    talk_say(&talk, "250 ok\r\n250 ok\r\n");
    talk_events(&talk, "MESSAGE, SENDER");
    assert_true(smtp_engine_needs_reset(talk.engine));
    talk_end(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dots_are_stuffed_at_every_split_of_the_body),
        cmocka_unit_test(a_body_may_be_empty),
        cmocka_unit_test(a_bare_cr_or_lf_ends_the_connection_without_a_dot),
        cmocka_unit_test(a_refusal_within_the_body_is_the_result),
        cmocka_unit_test(a_refusal_before_the_end_is_sent_keeps_the_end_back),
        cmocka_unit_test(a_success_before_the_end_is_sent_is_not_believed),
        cmocka_unit_test(ends_are_in_flight_from_their_last_octet_to_their_answer),
        cmocka_unit_test(an_answer_that_says_nothing_leaves_the_end_in_flight),
        cmocka_unit_test(a_source_that_breaks_by_data_means_hanging_up),
        cmocka_unit_test(a_big_body_is_the_same_at_the_server_whatever_is_sent_at_a_time),
        cmocka_unit_test(one_chunk_carries_the_whole_body),
        cmocka_unit_test(many_chunks_and_an_empty_last_one_are_framed),
        cmocka_unit_test(without_pipelining_each_chunk_waits_for_its_answer),
        cmocka_unit_test(a_refused_chunk_ends_the_message_but_not_the_connection),
        cmocka_unit_test(a_chunk_refused_before_it_is_out_means_hanging_up),
        cmocka_unit_test(an_early_success_for_a_chunk_is_not_believed),
        cmocka_unit_test(an_end_behind_a_refused_chunk_is_not_in_flight),
        cmocka_unit_test(a_message_given_up_between_chunks_is_taken_back_by_rset),
        cmocka_unit_test(a_chunk_refused_after_its_message_was_given_up_is_not_told),
        cmocka_unit_test(giving_up_an_envelope_does_not_hide_the_fate_of_the_message_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
