/* SPDX-License-Identifier: ISC */
/*
 * What connections cost, by the allocations of the library, which come by here: not counted are
 * those of OpenSSL, for which tests/end_to_end/test_batch.py has a look at the whole process.
 */
#include "harness/crowd.h"
#include "harness/failing_memory.h"

#include <mailer/mailer.h>

enum { FEW = 10, MANY = 110, EACH = 3 };

/* One message for all: it is not counted. */
struct supply {
    struct mailer_batch *batch;
    struct mailer_message *message;
    size_t left;
    size_t reported;
    size_t failed;
    bool ends; /* behind its last, nothing comes later */
};

static int next(void *context, const struct mailer_message **message, struct mailer_error *error)
{
    struct supply *supply = context;
    (void)error;
    *message = NULL;
    if (supply->left == 0)
        return supply->ends ? 0 : MAILER_NEXT_LATER;
    supply->left--;
    *message = supply->message;
    return 0;
}

static void report(void *context, const struct mailer_message *message,
                   const struct mailer_result *result, const struct mailer_error *error)
{
    struct supply *supply = context;
    (void)message;
    (void)result;
    supply->reported++;
    supply->failed += error->error_class != MAILER_OK;
}

static struct mailer_message *make(void)
{
    struct mailer_message *message = NULL;
    mailer_message_new(&message, NULL);
    mailer_message_set_from(message, "ann@client.test", NULL);
    mailer_message_add_bcc(message, "m0@x.test", NULL);
    mailer_message_set_text(message, "hello\n", NULL);
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    return message;
}

/* Gives work until a number of connections are there, which then all have nothing to do. */
static void fill(struct supply *supply, struct crowd *crowd, size_t connections)
{
    static struct pollfd wanted[CROWD_CONNECTIONS * 2];
    char url[64];
    struct mailer_server server = MAILER_SERVER_INIT;
    struct mailer_batch_options options = MAILER_BATCH_OPTIONS_INIT;
    snprintf(url, sizeof url, "smtp://127.0.0.1:%hu", crowd->port);
    server.url = url;
    options.next = next;
    options.report = report;
    options.context = supply;
    options.connections = (unsigned)connections;
    assert_int_equal(mailer_batch_new(&supply->batch, &server, &options, NULL), 0);
    size_t count = 0;
    int found = 0;
    size_t given = supply->left;
    do {
        assert_int_equal(mailer_batch_step(supply->batch, wanted, found > 0 ? count : 0, NULL),
                         MAILER_BATCH_WAITING);
        count = mailer_batch_wants(supply->batch, wanted, CROWD_CONNECTIONS * 2, NULL);
        found = poll(wanted, (nfds_t)count, 50);
    } while (found > 0 || supply->reported < given);
    assert_int_equal(supply->failed, 0);
    /* The bell, and one descriptor each. */
    assert_int_equal(count, connections + 1);
}

/* Octets in use with connections that wait. */
static size_t octets_of(size_t connections)
{
    struct supply supply = {.message = make(), .left = connections * EACH};
    struct crowd *crowd = calloc(1, sizeof *crowd);
    crowd->patience = 20;
    crowd_start(crowd);
    memory.live = memory.most = memory.fails_at = 0;
    memory.armed = true;
    fill(&supply, crowd, connections);
    size_t live = memory.live;
    mailer_batch_free(supply.batch);
    assert_int_equal(memory.live, 0);
    memory.armed = false;
    crowd_stop(crowd);
    assert_int_equal(crowd->most_open, connections);
    free(crowd);
    mailer_message_free(supply.message);
    return live;
}

static void a_connection_that_waits_costs_little(void **state)
{
    (void)state;
    size_t few = octets_of(FEW);
    size_t many = octets_of(MANY);
    size_t each = (many - few) / (MANY - FEW);
    print_message("%zu octets for each further connection that waits\n", each);
    assert_true(each < 16 * 1024);
}

/* Runs a batch whose n-th allocation fails. @return how many there were. */
static size_t run_with(size_t fails_at)
{
    struct supply supply = {.message = make(), .left = 12, .ends = true};
    struct crowd *crowd = calloc(1, sizeof *crowd);
    char url[64];
    struct mailer_server server = MAILER_SERVER_INIT;
    struct mailer_batch_options options = MAILER_BATCH_OPTIONS_INIT;
    struct mailer_error error = MAILER_ERROR_INIT;
    crowd_start(crowd);
    snprintf(url, sizeof url, "smtp://127.0.0.1:%hu", crowd->port);
    server.url = url;
    server.timeout_seconds = 20;
    options.next = next;
    options.report = report;
    options.context = &supply;
    options.connections = 3;
    memory.allocations = memory.live = memory.most = 0;
    memory.fails_at = fails_at;
    memory.armed = true;
    int result = mailer_batch_new(&supply.batch, &server, &options, &error);
    if (result == 0)
        result = mailer_batch_run(supply.batch, &error);
    mailer_batch_free(supply.batch);
    assert_int_equal(memory.live, 0);
    memory.armed = false;
    crowd_stop(crowd);
    size_t pulled = 12 - supply.left;
    assert_true(supply.reported == pulled || supply.reported + 1 == pulled);
    assert_true(crowd->messages >= supply.reported - supply.failed);
    assert_true(crowd->messages <= pulled);
    assert_true(result == 0 || error.error_class == result);
    mailer_message_free(supply.message);
    free(crowd);
    return memory.allocations;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    size_t total = run_with(0);
    for (size_t n = 1; n <= total; n++)
        run_with(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(a_connection_that_waits_costs_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
