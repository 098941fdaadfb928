/* SPDX-License-Identifier: ISC */
#include "harness/send_client.h"
#include "harness/smtp_script.h"

#include "courier.h"

/* A courier with a queue to which messages are added by hand. */
struct post {
    struct settings settings;
    struct route *route;
    struct courier *courier;
    struct delivery_queue queue;
    struct mailer_result *kept;
};

static int nothing_yet(void *context, const struct mailer_message **message,
                       struct mailer_error *error)
{
    (void)context;
    (void)error;
    *message = NULL;
    return MAILER_NEXT_LATER;
}

static void set_up_post(struct post *post, struct smtp_server *server, const char *const *further)
{
    *post = (struct post){.queue = {.next = nothing_yet, .can_wait = true}};
    post->queue.kept = &post->kept;
    smtp_server_start(server);
    settings_for(&post->settings, server)->further_urls = further;
    assert_int_equal(route_new(&post->route, &post->settings.server, NULL), 0);
    assert_int_equal(courier_new(&post->courier, post->route, &post->queue, NULL), 0);
}

static void tear_down_post(struct post *post, struct smtp_server *server)
{
    courier_free(post->courier);
    route_free(post->route);
    smtp_server_stop(server);
    smtp_server_free(server);
    mailer_result_free(post->kept);
}

/* Steps until it is ready, or its queue is empty, or it has failed. */
static int step_until_ready(struct post *post, struct mailer_error *error)
{
    int result = courier_step(post->courier, error);
    while (result == NET_WAITING && !courier_is_ready(post->courier)) {
        struct net_wait wait = net_wait_nothing();
        courier_wants(post->courier, &wait);
        assert_true(wait.count > 0 || wait.deadline < INT64_MAX);
        assert_int_equal(net_wait_poll(&wait, NULL), 0);
        result = courier_step(post->courier, error);
    }
    return result;
}

static void it_connects_before_there_is_a_message_only_when_told_to(void **state)
{
    (void)state;
    struct smtp_server server = {.capabilities = "PIPELINING"};
    struct post post;
    set_up_post(&post, &server, NULL);
    assert_int_equal(courier_step(post.courier, NULL), NET_WAITING);
    assert_false(courier_is_connecting(post.courier));
    courier_connect(post.courier);
    assert_int_equal(step_until_ready(&post, NULL), NET_WAITING);
    assert_true(courier_is_ready(post.courier));
    struct net_wait wait = net_wait_nothing();
    courier_wants(post.courier, &wait);
    assert_int_equal(wait.count, 1);
    assert_int_equal(wait.descriptors[0].events, POLLIN);
    assert_true(wait.deadline == INT64_MAX);
    tear_down_post(&post, &server);
}

static void while_it_is_held_it_makes_no_connection(void **state)
{
    (void)state;
    struct smtp_server server = {.capabilities = "PIPELINING"};
    struct post post;
    struct mailer_message *message = letter("a@x.test", 10);
    set_up_post(&post, &server, NULL);
    assert_int_equal(delivery_queue_add(&post.queue, message, NULL), 0);
    courier_hold(post.courier, true);
    assert_int_equal(courier_step(post.courier, NULL), NET_WAITING);
    assert_true(courier_is_stranded(post.courier));
    courier_hold(post.courier, false);
    assert_int_equal(courier_run(post.courier, NULL), 0);
    assert_int_equal(mailer_result_accepted(post.kept), 1);
    tear_down_post(&post, &server);
    mailer_message_free(message);
}

static void only_one_that_cannot_be_replaced_goes_to_the_next_server(void **state)
{
    (void)state;
    for (size_t spare = 0; spare < 2; spare++) {
        struct script script = {.sayings = {{AT_GREETING, 1, "421 busy" THEN_CLOSE, NULL}}};
        struct smtp_server server = {
            .capabilities = "PIPELINING", .answer = answer_by_script, .context = &script};
        struct post post;
        const char *further[] = {post.settings.url, NULL};
        struct mailer_error error = MAILER_ERROR_INIT;
        set_up_post(&post, &server, further);
        courier_connect(post.courier);
        courier_set_spare(post.courier, spare == 1);
        int result = step_until_ready(&post, &error);
        assert_int_equal(result, spare == 1 ? MAILER_TEMPORARY : NET_WAITING);
        assert_int_equal(courier_is_ready(post.courier), spare == 0);
        tear_down_post(&post, &server);
    }
}

static void what_is_abandoned_in_the_middle_may_be_sent_again_or_may_not(void **state)
{
    (void)state;
    struct script script = {.sayings = {{AT_END, 0, "", NULL}}};
    struct smtp_server server = {
        .capabilities = "PIPELINING|CHUNKING", .answer = answer_by_script, .context = &script};
    struct post post;
    struct mailer_message *message = letter("a@x.test", 10);
    struct mailer_error cause = MAILER_ERROR_INIT;
    error_set(&cause, MAILER_CANCELLED, MAILER_STAGE_NONE, "it was stopped");
    set_up_post(&post, &server, NULL);
    assert_int_equal(delivery_queue_add(&post.queue, message, NULL), 0);
    assert_int_equal(step_until_ready(&post, NULL), NET_WAITING);
    assert_int_equal(courier_load(post.courier), 1);
    courier_abandon(post.courier, &cause);
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    assert_int_equal(mailer_result_recipient(post.kept, 0, &recipient), 0);
    assert_int_equal(recipient.error.error_class, MAILER_UNKNOWN);
    tear_down_post(&post, &server);
    mailer_message_free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_connects_before_there_is_a_message_only_when_told_to),
        cmocka_unit_test(while_it_is_held_it_makes_no_connection),
        cmocka_unit_test(only_one_that_cannot_be_replaced_goes_to_the_next_server),
        cmocka_unit_test(what_is_abandoned_in_the_middle_may_be_sent_again_or_may_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
