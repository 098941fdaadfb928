/* SPDX-License-Identifier: ISC */
#include "harness/send_client.h"

#include "delivery.h"

/* A queue fed from a list, and what it reports. */
struct feed {
    struct mailer_message *messages[8];
    size_t count;
    size_t pulled;
    int ends_with; /* what next gives behind the last message */
    struct mailer_error ends_with_error;
    char reported[512];
};

static int next(void *context, const struct mailer_message **message, struct mailer_error *error)
{
    struct feed *feed = context;
    *message = feed->pulled < feed->count ? feed->messages[feed->pulled] : NULL;
    if (feed->pulled++ < feed->count)
        return 0;
    *error = feed->ends_with_error;
    return feed->ends_with;
}

static void report(void *context, const struct mailer_message *message,
                   const struct mailer_result *result, const struct mailer_error *error)
{
    struct feed *feed = context;
    char fates[256];
    fates_in_words(result, fates, sizeof fates);
    size_t used = strlen(feed->reported);
    size_t number = 0;
    while (feed->messages[number] != message)
        number++;
    snprintf(feed->reported + used, sizeof feed->reported - used, "%zu: %s (%s)\n", number, fates,
             mailer_error_class_name(error->error_class));
}

static struct delivery_queue queue_of(struct feed *feed)
{
    return (struct delivery_queue){.next = next, .report = report, .context = feed};
}

static void feed_free(struct feed *feed)
{
    for (size_t i = 0; i < feed->count; i++)
        mailer_message_free(feed->messages[i]);
}

static const struct mailer_error taken = {.error_class = MAILER_OK, .smtp_code = 250};
static const struct mailer_error refused = {.error_class = MAILER_PERMANENT, .smtp_code = 550};
static const struct mailer_error gone = {.error_class = MAILER_NETWORK};

static void a_message_is_pulled_only_when_no_recipient_is_open(void **state)
{
    (void)state;
    struct feed feed = {.messages = {letter("a@x,b@x", 1), letter("c@x", 1)}, .count = 2};
    struct delivery_queue queue = queue_of(&feed);
    struct delivery *first = delivery_queue_take(&queue);
    assert_ptr_equal(delivery_queue_take(&queue), first);
    delivery_ask(first, 0);
    assert_ptr_equal(delivery_queue_take(&queue), first);
    assert_int_equal(feed.pulled, 1);
    delivery_ask(first, 1);
    struct delivery *second = delivery_queue_take(&queue);
    assert_ptr_not_equal(second, first);
    delivery_ask(second, 0);
    assert_false(delivery_queue_is_drained(&queue));
    assert_null(delivery_queue_take(&queue));
    assert_true(delivery_queue_is_drained(&queue));
    assert_null(delivery_queue_take(&queue));
    assert_int_equal(feed.pulled, 3);
    delivery_queue_fail(&queue, &gone);
    feed_free(&feed);
}

static void messages_are_reported_in_the_order_in_which_they_were_given(void **state)
{
    (void)state;
    struct feed feed = {.messages = {letter("a@x,b@x", 1), letter("c@x", 1)}, .count = 2};
    struct delivery_queue queue = queue_of(&feed);
    struct delivery *first = delivery_queue_take(&queue);
    delivery_ask(first, 0);
    delivery_ask(first, 1);
    struct delivery *second = delivery_queue_take(&queue);
    first->in_flight = 1;
    delivery_settle(second, 0, &taken);
    delivery_queue_report(&queue);
    assert_string_equal(feed.reported, "");
    delivery_settle(first, 0, &taken);
    delivery_settle(first, 1, &refused);
    delivery_settle(first, 1, &taken); /* a second time changes nothing */
    delivery_queue_report(&queue);
    assert_string_equal(feed.reported, "");
    first->in_flight = 0;
    delivery_queue_report(&queue);
    assert_string_equal(feed.reported, "0: OK PERMANENT (PERMANENT)\n1: OK (OK)\n");
    assert_int_equal(queue.error.error_class, MAILER_PERMANENT);
    assert_null(queue.first);
    assert_null(queue.last);
    feed_free(&feed);
}

static void a_range_is_settled_as_far_as_its_recipients_are_known(void **state)
{
    (void)state;
    static const char *const fates[] = {"PERMANENT PERMANENT PERMANENT PERMANENT NETWORK",
                                        "PERMANENT NETWORK PERMANENT PERMANENT NETWORK",
                                        "PERMANENT NETWORK NETWORK PERMANENT NETWORK"};
    for (uint32_t least = DELIVERY_OPEN; least <= DELIVERY_ACCEPTED; least++) {
        struct feed feed = {.messages = {letter("a@x,b@x,c@x,d@x,e@x", 1)}, .count = 1};
        struct delivery_queue queue = queue_of(&feed);
        struct delivery *delivery = delivery_queue_take(&queue);
        delivery_settle(delivery, 0, &refused);
        delivery_ask(delivery, 2);
        delivery_ask(delivery, 3);
        delivery_accept(delivery, 3);
        delivery_ask(delivery, 4);
        delivery_accept(delivery, 4);
        delivery_settle_range(delivery, 0, 4, least, &refused);
        delivery_queue_fail(&queue, &gone);
        assert_non_null(strstr(feed.reported, fates[least]));
        feed_free(&feed);
    }
}

static void those_left_over_are_gone_through_again_once_the_message_is_not_on_the_way(void **state)
{
    (void)state;
    struct feed feed = {.messages = {letter("a@x,b@x,c@x", 1)}, .count = 1};
    struct delivery_queue queue = queue_of(&feed);
    struct delivery *delivery = delivery_queue_take(&queue);
    for (size_t i = 0; i < 3; i++)
        delivery_ask(delivery, i);
    delivery->next = 3;
    delivery->in_flight = 1;
    delivery_accept(delivery, 0);
    delivery_reopen(delivery, 1);
    delivery_accept(delivery, 2);
    assert_null(delivery_queue_take(&queue));
    assert_false(delivery_queue_is_drained(&queue));
    delivery_settle(delivery, 0, &taken);
    delivery_settle(delivery, 2, &taken);
    delivery->in_flight = 0;
    assert_ptr_equal(delivery_queue_take(&queue), delivery);
    assert_int_equal(delivery_next_open(delivery, delivery->next, 3), 1);
    assert_int_equal(delivery_next_open(delivery, 2, 3), 3);
    delivery_queue_fail(&queue, &gone);
    assert_string_equal(feed.reported, "0: OK NETWORK OK (NETWORK)\n");
    feed_free(&feed);
}

static void a_restart_opens_what_is_not_settled_and_reports_what_is(void **state)
{
    (void)state;
    struct feed feed = {.messages = {letter("a@x", 1), letter("b@x,c@x,d@x", 1)}, .count = 2};
    struct delivery_queue queue = queue_of(&feed);
    struct delivery *first = delivery_queue_take(&queue);
    delivery_ask(first, 0);
    first->in_flight = 1;
    struct delivery *second = delivery_queue_take(&queue);
    second->in_flight = 1;
    delivery_settle(first, 0, &refused);
    delivery_ask(second, 0);
    delivery_ask(second, 1);
    delivery_accept(second, 1);
    delivery_settle(second, 2, &refused);
    second->next = 3;
    delivery_queue_restart(&queue);
    assert_string_equal(feed.reported, "0: PERMANENT (PERMANENT)\n");
    assert_ptr_equal(delivery_queue_take(&queue), second);
    assert_int_equal(queue.open, 2);
    assert_int_equal(delivery_next_open(second, 0, 3), 0);
    assert_int_equal(delivery_next_open(second, 1, 3), 1);
    delivery_queue_fail(&queue, &gone);
    assert_string_equal(feed.reported,
                        "0: PERMANENT (PERMANENT)\n1: NETWORK NETWORK PERMANENT (NETWORK)\n");
    assert_int_equal(queue.open, 0);
    feed_free(&feed);
}

static void an_error_of_next_ends_the_queue_and_is_kept(void **state)
{
    (void)state;
    struct feed feed = {.messages = {letter("a@x", 1)}, .count = 1, .ends_with = MAILER_SOURCE};
    struct delivery_queue queue = queue_of(&feed);
    delivery_settle(delivery_queue_take(&queue), 0, &taken);
    delivery_queue_report(&queue);
    assert_null(delivery_queue_take(&queue));
    assert_true(delivery_queue_is_drained(&queue));
    assert_int_equal(queue.error.error_class, MAILER_SOURCE);
    feed_free(&feed);
    struct feed other = {.ends_with = MAILER_DATA,
                         .ends_with_error = {.error_class = MAILER_DATA, .text = "row 7"}};
    queue = queue_of(&other);
    assert_null(delivery_queue_take(&queue));
    assert_string_equal(queue.error.text, "row 7");
}

static void a_message_that_cannot_be_sent_is_wrong_use(void **state)
{
    (void)state;
    struct mailer_message *unsealed = NULL;
    assert_int_equal(mailer_message_new(&unsealed, NULL), 0);
    struct mailer_message *unaddressed = NULL;
    assert_int_equal(mailer_message_new(&unaddressed, NULL), 0);
    mailer_message_set_from(unaddressed, "ann@x.test", NULL);
    struct delivery_queue queue = {.exhausted = true};
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(delivery_queue_add(&queue, unsealed, &error), MAILER_USAGE);
    assert_non_null(strstr(error.text, "sealed"));
    if (mailer_message_seal(unaddressed, NULL) == 0) {
        error = (struct mailer_error)MAILER_ERROR_INIT;
        assert_int_equal(delivery_queue_add(&queue, unaddressed, &error), MAILER_USAGE);
        assert_non_null(strstr(error.text, "recipient"));
    }
    assert_null(queue.first);
    mailer_message_free(unsealed);
    mailer_message_free(unaddressed);
}

static void what_comes_later_ends_only_a_queue_that_cannot_wait(void **state)
{
    (void)state;
    struct feed feed = {.ends_with = MAILER_NEXT_LATER};
    struct delivery_queue queue = {.next = next, .context = &feed, .can_wait = true};
    assert_null(delivery_queue_take(&queue));
    assert_null(delivery_queue_take(&queue));
    assert_int_equal(feed.pulled, 2);
    assert_false(queue.exhausted);
    assert_false(delivery_queue_is_drained(&queue));
    queue.can_wait = false;
    assert_null(delivery_queue_take(&queue));
    assert_true(queue.exhausted);
    assert_int_equal(queue.error.error_class, MAILER_USAGE);
}

/* A connection that is lost at the end of one message says nothing else of those behind it. */
static void what_was_not_sent_when_a_connection_was_lost_is_not_in_doubt(void **state)
{
    (void)state;
    static const enum mailer_error_class classes[] = {MAILER_NETWORK, MAILER_PROTOCOL};
    for (size_t i = 0; i < 2; i++) {
        struct mailer_message *message = letter("a@x.test", 1);
        const struct mailer_error lost = {.error_class = classes[i], .stage = MAILER_STAGE_END};
        struct mailer_result *result = NULL;
        struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
        struct delivery_queue queue = {.kept = &result};
        assert_int_equal(mailer_fate_of(&lost), MAILER_FATE_UNKNOWN);
        assert_int_equal(delivery_queue_add(&queue, message, NULL), 0);
        delivery_queue_fail(&queue, &lost);
        assert_int_equal(mailer_result_recipient(result, 0, &recipient), 0);
        assert_int_equal(recipient.error.error_class, classes[i]);
        assert_int_not_equal(recipient.fate, MAILER_FATE_UNKNOWN);
        assert_int_not_equal(mailer_fate_of(&queue.error), MAILER_FATE_UNKNOWN);
        mailer_result_free(result);
        mailer_message_free(message);
    }
}

/* Who may have the message already counts for more than why the others have not. */
static void the_first_failure_of_a_queue_is_that_of_its_first_recipient(void **state)
{
    (void)state;
    struct mailer_message *message = letter("a@x.test,b@x.test", 1);
    const struct mailer_error unknown = {.error_class = MAILER_UNKNOWN};
    struct feed feed = {.messages = {message}, .count = 1};
    struct delivery_queue queue = queue_of(&feed);
    struct delivery *delivery = delivery_queue_take(&queue);
    delivery_settle(delivery, 0, &unknown);
    delivery_queue_fail(&queue, &gone);
    assert_string_equal(feed.reported, "0: UNKNOWN NETWORK (UNKNOWN)\n");
    assert_int_equal(queue.error.error_class, MAILER_UNKNOWN);
    /* Without any recipient it is why no further message is asked for. */
    feed = (struct feed){.messages = {NULL}};
    queue = queue_of(&feed);
    delivery_queue_fail(&queue, &gone);
    assert_int_equal(queue.error.error_class, MAILER_NETWORK);
    mailer_message_free(message);
}

static void messages_can_be_handed_over_to_another_queue(void **state)
{
    (void)state;
    struct mailer_message *messages[] = {letter("a@x.test", 1), letter("b@x.test,c@x.test", 1)};
    struct mailer_error error = MAILER_ERROR_INIT;
    struct feed feed = {.messages = {messages[0], messages[1]}};
    struct delivery_queue from = {.exhausted = true};
    struct delivery_queue to = {.exhausted = true, .report = report, .context = &feed};
    for (size_t full = 0; full < 2; full++) {
        assert_int_equal(delivery_queue_add(&from, messages[0], NULL), 0);
        assert_int_equal(delivery_queue_add(&from, messages[1], NULL), 0);
        delivery_queue_hand_over(&from, &to);
        assert_null(from.first);
        assert_int_equal(from.open, 0);
        assert_int_equal(to.open, 3 * (full + 1));
    }
    delivery_queue_hand_over(&from, &to);
    assert_int_equal(to.open, 6);
    error_set(&error, MAILER_NETWORK, MAILER_STAGE_NONE, "lost");
    delivery_queue_fail(&to, &error);
    assert_null(to.first);
    assert_int_equal(to.open, 0);
    assert_string_equal(feed.reported, "0: NETWORK (NETWORK)\n1: NETWORK NETWORK (NETWORK)\n"
                                       "0: NETWORK (NETWORK)\n1: NETWORK NETWORK (NETWORK)\n");
    mailer_message_free(messages[0]);
    mailer_message_free(messages[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_pulled_only_when_no_recipient_is_open),
        cmocka_unit_test(messages_are_reported_in_the_order_in_which_they_were_given),
        cmocka_unit_test(a_range_is_settled_as_far_as_its_recipients_are_known),
        cmocka_unit_test(those_left_over_are_gone_through_again_once_the_message_is_not_on_the_way),
        cmocka_unit_test(a_restart_opens_what_is_not_settled_and_reports_what_is),
        cmocka_unit_test(an_error_of_next_ends_the_queue_and_is_kept),
        cmocka_unit_test(a_message_that_cannot_be_sent_is_wrong_use),
        cmocka_unit_test(what_comes_later_ends_only_a_queue_that_cannot_wait),
        cmocka_unit_test(what_was_not_sent_when_a_connection_was_lost_is_not_in_doubt),
        cmocka_unit_test(the_first_failure_of_a_queue_is_that_of_its_first_recipient),
        cmocka_unit_test(messages_can_be_handed_over_to_another_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
