/* SPDX-License-Identifier: ISC */
#include "harness/crowd.h"

#include "batch_private.h"
#include "error.h"

#include <mailer/mailer.h>

/* ---- Messages, made when they are asked for ---- */

struct work {
    struct mailer_batch *batch;
    size_t count;       /* how many there are */
    size_t pause_every; /* so often "later" is said; 0: never */
    size_t breaks_at;   /* in place of this one next fails; 0: never */
    size_t unfit;       /* this one is not sealed; 0: none */
    bool paused;
    struct mailer_message *alive[CROWD_MESSAGES];
    size_t pulled;
    size_t reported;
    size_t asked;
    size_t most;                                      /* pulled and not reported, at most */
    size_t classes[MAILER_OK - MAILER_CANCELLED + 1]; /* of the fates */
    unsigned char fates[CROWD_MESSAGES];
    struct mailer_error error;
    int result;
};

static struct mailer_message *make(size_t number, bool sealed)
{
    struct mailer_message *message = NULL;
    char address[64];
    snprintf(address, sizeof address, "m%zu@x.test", number);
    mailer_message_new(&message, NULL);
    mailer_message_set_from(message, "ann@client.test", NULL);
    mailer_message_add_bcc(message, address, NULL);
    mailer_message_set_text(message, "hello\n", NULL);
    if (sealed)
        assert_int_equal(mailer_message_seal(message, NULL), 0);
    return message;
}

static int next(void *context, const struct mailer_message **message, struct mailer_error *error)
{
    struct work *work = context;
    *message = NULL;
    work->asked++;
    if (work->breaks_at > 0 && work->pulled == work->breaks_at)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE, "row %zu is broken",
                         work->pulled);
    if (work->pulled == work->count)
        return 0;
    work->paused = !work->paused && work->pause_every > 0 && work->pulled % work->pause_every == 0;
    if (work->paused)
        return MAILER_NEXT_LATER;
    work->alive[work->pulled] = make(work->pulled, work->unfit == 0 || work->pulled != work->unfit);
    *message = work->alive[work->pulled++];
    size_t unreported = work->pulled - work->reported;
    work->most = unreported > work->most ? unreported : work->most;
    return 0;
}

static void report(void *context, const struct mailer_message *message,
                   const struct mailer_result *result, const struct mailer_error *error)
{
    struct work *work = context;
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    int number = -1;
    assert_int_equal(mailer_result_recipient(result, 0, &recipient), 0);
    assert_int_equal(sscanf(recipient.address, "m%d@", &number), 1);
    assert_ptr_equal(message, work->alive[number]);
    work->classes[-error->error_class]++;
    work->fates[number] = (unsigned char)-error->error_class;
    work->reported++;
    mailer_message_free(work->alive[number]);
    work->alive[number] = NULL;
}

static void start(struct work *work, unsigned short port, unsigned connections)
{
    char url[64];
    struct mailer_server server = MAILER_SERVER_INIT;
    struct mailer_batch_options options = MAILER_BATCH_OPTIONS_INIT;
    snprintf(url, sizeof url, "smtp://127.0.0.1:%hu", port);
    server.url = url;
    server.timeout_seconds = 20;
    options.next = next;
    options.report = report;
    options.context = work;
    options.connections = connections;
    work->error = (struct mailer_error)MAILER_ERROR_INIT;
    assert_int_equal(mailer_batch_new(&work->batch, &server, &options, &work->error), 0);
}

static void send_work(struct work *work, struct crowd *crowd, unsigned connections)
{
    start(work, crowd->port, connections);
    work->result = mailer_batch_run(work->batch, &work->error);
    mailer_batch_free(work->batch);
}

/* The server has what was reported as taken once, and nothing else. */
static void check(const struct work *work, const struct crowd *crowd)
{
    for (size_t i = 0; i < work->count; i++) {
        bool taken = i < work->pulled && work->fates[i] == 0;
        bool unknown = work->fates[i] == -MAILER_UNKNOWN;
        if (crowd->copies[i] != taken && !(unknown && crowd->copies[i] <= 1))
            fail_msg("message %zu came %u times", i, crowd->copies[i]);
    }
}

/* Both are large. */
static struct work *new_work(size_t count)
{
    struct work *work = calloc(1, sizeof *work);
    work->count = count;
    return work;
}

static struct crowd *new_crowd(void)
{
    return calloc(1, sizeof(struct crowd));
}

static void end(struct work *work, struct crowd *crowd)
{
    for (size_t i = 0; i < work->pulled; i++)
        mailer_message_free(work->alive[i]);
    free(work);
    free(crowd);
}

/* ---- What goes well ---- */

static void every_message_comes_once_over_several_connections(void **state)
{
    (void)state;
    static const unsigned connections[] = {1, 2, 8, 20};
    for (size_t i = 0; i < 4; i++) {
        struct work *work = new_work(3000);
        struct crowd *crowd = new_crowd();
        crowd_start(crowd);
        send_work(work, crowd, connections[i]);
        crowd_stop(crowd);
        assert_int_equal(work->result, 0);
        assert_int_equal(work->reported, 3000);
        check(work, crowd);
        assert_true(crowd->connections <= connections[i]);
        assert_true(connections[i] == 1 || crowd->most_open > 1);
        assert_int_equal(crowd->goodbyes, crowd->connections);
        assert_true(work->most <= (connections[i] == 1 ? 514 : 16 * connections[i] + 1));
        end(work, crowd);
    }
}

static void few_messages_make_few_connections(void **state)
{
    (void)state;
    for (size_t count = 0; count < 4; count++) {
        struct work *work = new_work(count);
        struct crowd *crowd = new_crowd();
        crowd_start(crowd);
        send_work(work, crowd, 100);
        crowd_stop(crowd);
        assert_int_equal(work->result, 0);
        assert_true(crowd->connections <= count);
        check(work, crowd);
        end(work, crowd);
    }
}

static void a_slow_connection_keeps_few_messages_from_the_others(void **state)
{
    (void)state;
    struct work *work = new_work(2000);
    struct crowd *crowd = new_crowd();
    crowd->slow_answer = 30;
    crowd_start(crowd);
    send_work(work, crowd, 2);
    crowd_stop(crowd);
    assert_int_equal(work->result, 0);
    check(work, crowd);
    assert_true(crowd->messages_of_first < 500);
    end(work, crowd);
}

/* Only what is ready is told, in reverse, as another loop may do. */
static void another_loop_can_drive_it(void **state)
{
    (void)state;
    struct work *work = new_work(1000);
    struct crowd *crowd = new_crowd();
    crowd_start(crowd);
    start(work, crowd->port, 10);
    struct pollfd wanted[200];
    struct pollfd ready[200];
    size_t found = 0;
    while ((work->result = mailer_batch_step(work->batch, ready, found, &work->error)) ==
           MAILER_BATCH_WAITING) {
        int64_t timeout = 0;
        size_t count = mailer_batch_wants(work->batch, wanted, 200, &timeout);
        assert_true(count <= 200);
        assert_int_equal(mailer_batch_wants(work->batch, NULL, 0, NULL), count);
        poll(wanted, (nfds_t)count, (int)timeout);
        found = 0;
        for (size_t i = count; i > 0; i--)
            if (wanted[i - 1].revents != 0)
                ready[found++] = wanted[i - 1];
    }
    assert_int_equal(mailer_batch_step(work->batch, NULL, 0, NULL), work->result);
    mailer_batch_free(work->batch);
    crowd_stop(crowd);
    assert_int_equal(work->result, 0);
    check(work, crowd);
    end(work, crowd);
}

/* Steps until the batch waits for nothing but more messages. */
static int step_to_rest(struct work *work)
{
    struct pollfd wanted[64];
    int found = 0;
    int result = MAILER_BATCH_WAITING;
    size_t count = 0;
    do {
        result = mailer_batch_step(work->batch, wanted, found > 0 ? count : 0, &work->error);
        count = mailer_batch_wants(work->batch, wanted, 64, NULL);
        found = result == MAILER_BATCH_WAITING ? poll(wanted, (nfds_t)count, 50) : 0;
    } while (found > 0 || (work->pulled != work->reported && result == MAILER_BATCH_WAITING));
    return result;
}

static void connections_wait_for_messages_that_come_later(void **state)
{
    (void)state;
    struct work *work = new_work(30);
    struct crowd *crowd = new_crowd();
    work->pause_every = 10;
    crowd_start(crowd);
    start(work, crowd->port, 1);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(step_to_rest(work), MAILER_BATCH_WAITING);
        assert_int_equal(work->reported, i * 10);
        size_t asked = work->asked;
        assert_int_equal(mailer_batch_step(work->batch, NULL, 0, NULL), MAILER_BATCH_WAITING);
        assert_int_equal(work->asked, asked);
        mailer_batch_wake(work->batch);
    }
    while ((work->result = step_to_rest(work)) == MAILER_BATCH_WAITING)
        mailer_batch_wake(work->batch);
    mailer_batch_free(work->batch);
    crowd_stop(crowd);
    assert_int_equal(work->result, 0);
    assert_int_equal(crowd->connections, 1);
    assert_int_equal(crowd->goodbyes, 1);
    check(work, crowd);
    end(work, crowd);
}

static void a_connection_closed_while_it_waited_is_made_anew_silently(void **state)
{
    (void)state;
    struct work *work = new_work(20);
    struct crowd *crowd = new_crowd();
    work->pause_every = 10;
    crowd_start(crowd);
    start(work, crowd->port, 4);
    assert_int_equal(step_to_rest(work), MAILER_BATCH_WAITING);
    mailer_batch_wake(work->batch);
    assert_int_equal(step_to_rest(work), MAILER_BATCH_WAITING);
    assert_int_equal(work->reported, 10);
    atomic_store(&crowd->hangs_up, true);
    crowd_nudge(crowd);
    assert_int_equal(step_to_rest(work), MAILER_BATCH_WAITING);
    mailer_batch_wake(work->batch);
    while ((work->result = step_to_rest(work)) == MAILER_BATCH_WAITING)
        mailer_batch_wake(work->batch);
    mailer_batch_free(work->batch);
    crowd_stop(crowd);
    assert_int_equal(work->result, 0);
    assert_true(crowd->connections > 1);
    check(work, crowd);
    end(work, crowd);
}

/* ---- What servers do to it ---- */

static void a_server_that_limits_connections_gets_all_over_those_it_takes(void **state)
{
    (void)state;
    struct work *work = new_work(2000);
    struct crowd *crowd = new_crowd();
    crowd->most = 3;
    crowd_start(crowd);
    send_work(work, crowd, 20);
    crowd_stop(crowd);
    assert_int_equal(work->result, 0);
    assert_int_equal(crowd->most_open, 3);
    assert_true(crowd->refused > 0 && crowd->refused <= 4);
    check(work, crowd);
    end(work, crowd);
}

/* Once the pause after a refusal is over, a further connection is tried, and waited for: for as
 * long as it takes, no step may be asked for that would do nothing. */
static void a_connection_that_is_not_greeted_is_waited_for(void **state)
{
    (void)state;
    struct work *work = new_work(2000);
    struct crowd *crowd = new_crowd();
    crowd->shy = true;
    crowd->patience = 10;
    crowd_start(crowd);
    start(work, crowd->port, 3);
    struct pollfd wanted[200];
    size_t idle_steps = 0;
    size_t count = 0;
    for (int64_t end = clock_milliseconds() + 1600; clock_milliseconds() < end;) {
        int64_t timeout = 0;
        assert_int_equal(mailer_batch_step(work->batch, wanted, count, &work->error),
                         MAILER_BATCH_WAITING);
        count = mailer_batch_wants(work->batch, wanted, 200, &timeout);
        idle_steps += poll(wanted, (nfds_t)count, (int)timeout) == 0;
    }
    mailer_batch_free(work->batch);
    crowd_stop(crowd);
    assert_int_equal(crowd->refused, 1);
    assert_true(crowd->connections == 2);
    if (idle_steps > 20)
        fail_msg("%zu steps for nothing", idle_steps);
    end(work, crowd);
}

/* Being let in is not enough: each pause is longer until a further connection is of use. */
static void a_server_that_takes_no_mail_over_further_connections_is_tried_ever_less(void **state)
{
    (void)state;
    struct work *work = new_work(2000);
    struct crowd *crowd = new_crowd();
    crowd->only_first = true;
    crowd->patience = 10;
    crowd_start(crowd);
    start(work, crowd->port, 3);
    struct pollfd wanted[200];
    size_t count = 0;
    int64_t end_at = clock_milliseconds() + 5000;
    while (work->batch->pause < 2000 && clock_milliseconds() < end_at) {
        int64_t timeout = 0;
        assert_int_equal(mailer_batch_step(work->batch, wanted, count, &work->error),
                         MAILER_BATCH_WAITING);
        count = mailer_batch_wants(work->batch, wanted, 200, &timeout);
        poll(wanted, (nfds_t)count, (int)timeout);
    }
    int64_t pause = work->batch->pause;
    mailer_batch_free(work->batch);
    crowd_stop(crowd);
    assert_int_equal(pause, 2000);
    assert_int_equal(crowd->connections, 3);
    end(work, crowd);
}

static void a_server_that_ends_connections_after_some_messages_gets_all(void **state)
{
    (void)state;
    for (unsigned connections = 1; connections <= 9; connections += 4) {
        struct work *work = new_work(500);
        struct crowd *crowd = new_crowd();
        crowd->messages_each = 7;
        crowd_start(crowd);
        send_work(work, crowd, connections);
        crowd_stop(crowd);
        if (work->result != 0)
            fail_msg("%s", work->error.text);
        assert_true(crowd->connections >= 500 / 7);
        check(work, crowd);
        end(work, crowd);
    }
}

static void a_dead_server_is_called_once_and_no_further_message_is_asked_for(void **state)
{
    (void)state;
    struct work *work = new_work(100);
    struct crowd *crowd = new_crowd();
    crowd_start(crowd);
    crowd_stop(crowd);
    send_work(work, crowd, 50);
    assert_int_equal(work->result, MAILER_CONNECT);
    assert_int_equal(work->pulled, 1);
    assert_int_equal(work->reported, 1);
    assert_int_equal(work->classes[-MAILER_CONNECT], 1);
    end(work, crowd);
}

static void a_server_that_dies_fails_what_was_pulled(void **state)
{
    (void)state;
    for (unsigned connections = 1; connections <= 17; connections += 8) {
        struct work *work = new_work(5000);
        struct crowd *crowd = new_crowd();
        crowd->most_messages = 600;
        crowd_start(crowd);
        send_work(work, crowd, connections);
        crowd_stop(crowd);
        assert_true(work->result < 0);
        assert_int_equal(work->pulled, work->reported);
        assert_true(work->pulled < 5000);
        check(work, crowd);
        end(work, crowd);
    }
}

/* ---- What the caller does to it ---- */

static void an_error_of_next_ends_the_sending_and_is_passed_on(void **state)
{
    (void)state;
    for (unsigned connections = 1; connections <= 5; connections += 4) {
        struct work *work = new_work(500);
        struct crowd *crowd = new_crowd();
        work->breaks_at = 200;
        crowd_start(crowd);
        send_work(work, crowd, connections);
        crowd_stop(crowd);
        assert_int_equal(work->result, MAILER_DATA);
        assert_string_equal(work->error.text, "row 200 is broken");
        assert_int_equal(work->reported, 200);
        assert_int_equal(work->classes[0], 200);
        check(work, crowd);
        end(work, crowd);
    }
}

static void a_message_that_is_not_sealed_ends_the_sending(void **state)
{
    (void)state;
    struct work *work = new_work(500);
    struct crowd *crowd = new_crowd();
    work->unfit = 100;
    work->fates[100] = 1;
    crowd_start(crowd);
    send_work(work, crowd, 3);
    crowd_stop(crowd);
    assert_int_equal(work->result, MAILER_USAGE);
    assert_int_equal(work->reported, work->pulled - 1);
    check(work, crowd);
    end(work, crowd);
}

static void what_is_not_settled_is_reported_when_it_is_freed(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct work *work = new_work(500);
        struct crowd *crowd = new_crowd();
        crowd->silent_end = i == 1;
        crowd_start(crowd);
        start(work, crowd->port, 4);
        struct pollfd wanted[64];
        size_t count = 0;
        for (size_t steps = 0; steps < 12; steps++) {
            mailer_batch_step(work->batch, wanted, count, NULL);
            count = mailer_batch_wants(work->batch, wanted, 64, NULL);
            poll(wanted, (nfds_t)count, 100);
        }
        mailer_batch_free(work->batch);
        crowd_stop(crowd);
        assert_true(work->pulled > 0);
        assert_int_equal(work->pulled, work->reported);
        assert_true(i == 0 || work->classes[-MAILER_UNKNOWN] > 0);
        check(work, crowd);
        end(work, crowd);
    }
}

static void options_that_cannot_be_are_refused(void **state)
{
    (void)state;
    struct mailer_server server = MAILER_SERVER_INIT;
    struct mailer_batch_options options = MAILER_BATCH_OPTIONS_INIT;
    struct mailer_batch *batch = NULL;
    server.url = "smtp://127.0.0.1";
    assert_int_equal(mailer_batch_new(&batch, &server, NULL, NULL), MAILER_USAGE);
    assert_int_equal(mailer_batch_new(&batch, &server, &options, NULL), MAILER_USAGE);
    options.next = next;
    options.connections = MAILER_BATCH_CONNECTIONS + 1;
    assert_int_equal(mailer_batch_new(&batch, &server, &options, NULL), MAILER_USAGE);
    options.connections = MAILER_BATCH_CONNECTIONS;
    server.url = "gopher://x";
    assert_int_equal(mailer_batch_new(&batch, &server, &options, NULL), MAILER_USAGE);
    assert_null(batch);
    mailer_batch_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_comes_once_over_several_connections),
        cmocka_unit_test(few_messages_make_few_connections),
        cmocka_unit_test(a_slow_connection_keeps_few_messages_from_the_others),
        cmocka_unit_test(another_loop_can_drive_it),
        cmocka_unit_test(connections_wait_for_messages_that_come_later),
        cmocka_unit_test(a_connection_closed_while_it_waited_is_made_anew_silently),
        cmocka_unit_test(a_server_that_limits_connections_gets_all_over_those_it_takes),
        cmocka_unit_test(a_connection_that_is_not_greeted_is_waited_for),
        cmocka_unit_test(a_server_that_takes_no_mail_over_further_connections_is_tried_ever_less),
        cmocka_unit_test(a_server_that_ends_connections_after_some_messages_gets_all),
        cmocka_unit_test(a_dead_server_is_called_once_and_no_further_message_is_asked_for),
        cmocka_unit_test(a_server_that_dies_fails_what_was_pulled),
        cmocka_unit_test(an_error_of_next_ends_the_sending_and_is_passed_on),
        cmocka_unit_test(a_message_that_is_not_sealed_ends_the_sending),
        cmocka_unit_test(what_is_not_settled_is_reported_when_it_is_freed),
        cmocka_unit_test(options_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
