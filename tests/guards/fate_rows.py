# SPDX-License-Identifier: ISC
"""Mail that was lost, or came twice."""
from row import Guard, Table

TABLE = Table("fate")
SESSION, EVENTS = "src/client/session.c", "src/client/session_events.c"
REPLIES, DELIVERY = "src/smtp/engine_replies.c", "src/client/delivery.c"

TABLE.row(
    "between-dot-and-reply", "the line died between the final dot and its reply",
    Guard(SESSION, "size_t ends = smtp_engine_ends_in_flight(session->engine);",
          "size_t ends = 0;", "test_session_loss",
          "a_connection_that_ends_at_any_octet_is_told_as_what_it_was"),
    Guard("src/smtp/engine.c", "count += is_end && !told && step->end <= engine->sent;",
          "count += is_end && !told;", "test_engine_body",
          "ends_are_in_flight_from_their_last_octet_to_their_answer"))
TABLE.row(
    "at-quit", "a message was accepted and told as failed, because QUIT failed",
    Guard(SESSION, "if (is_done(session))\n            return NET_READY;", "", "test_send",
          "quit_is_said_and_not_waited_for"),
    Guard("src/smtp/engine_rules.c", "{MAILER_STAGE_QUIT, {DONE, DONE, DONE, DONE}}",
          "{MAILER_STAGE_QUIT, {DONE, PROTOCOL, REFUSED, REFUSED}}", "test_engine_rules",
          "every_rule_of_the_table_has_its_consequence"))
TABLE.row(
    "last-words", "what the server said before it hung up in the body was not read",
    Guard(SESSION, "session->write_error.error_class != MAILER_NETWORK;", "true;",
          "test_guards_session", "what_the_server_said_is_read_when_writing_fails"),
    Guard(REPLIES, "if (in_body && refused) {", "if (false) {", "test_engine_body",
          "a_refusal_within_the_body_is_the_result"))
TABLE.row(
    "partly-refused", "all recipients were sent it again, also those who had it",
    Guard(DELIVERY,
          "if (*fate_of(delivery, index) < DELIVERY_BARE)\n        change(delivery, index, "
          "DELIVERY_OPEN);", "change(delivery, index, DELIVERY_OPEN);", "test_delivery",
          "a_restart_opens_what_is_not_settled_and_reports_what_is"),
    Guard(DELIVERY,
          "if (*fate_of(delivery, index) >= DELIVERY_BARE)\n        return;\n    change",
          "change", "test_delivery", "a_restart_opens_what_is_not_settled_and_reports_what_is"),
    Guard(EVENTS, "settle(session, DELIVERY_ACCEPTED, &error);",
          "settle(session, DELIVERY_OPEN, &error);", "test_session",
          "every_mix_of_recipients_gets_its_fates"))
TABLE.row(
    "too-many", "those behind a 452 were forgotten",
    Guard(EVENTS, "return says_so && transaction->accepted > 0;",
          "return says_so && transaction->accepted > 99999;", "test_send",
          "those_who_are_too_many_go_in_further_transactions"),
    Guard(DELIVERY,
          "if (delivery->next == count && delivery->in_flight == 0)\n        delivery->next = "
          "delivery_next_open(delivery, 0, count);", "", "test_delivery",
          "those_left_over_are_gone_through_again_once_the_message_is_not_on_the_way"))
TABLE.row(
    "more-than-told", "more recipients were sent at a time than the server had said it takes",
    Guard("src/client/session_commands.c",
          "if (can->recipient_limit > 0 && can->recipient_limit < limit)\n"
          "        limit = can->recipient_limit;", "", "test_guards_session",
          "no_more_recipients_than_the_server_takes_go_at_a_time"))
TABLE.row(
    "goodbye-between", "behind a 421 between messages the rest was told as failed",
    Guard(EVENTS, "if (event->outcome == MAILER_OK || event->reply->code == 421)",
          "if (event->outcome == MAILER_OK)", "test_send",
          "a_server_that_says_421_after_each_message_gets_all_of_them_once"),
    Guard("src/client/courier.c", "if (progress || (result >= 0 && courier->queue->open == 0))",
          "if (result >= 0 && courier->queue->open == 0)", "test_send",
          "a_server_that_closes_after_each_message_gets_all_of_them_once"),
    Guard(REPLIES,
          "if (reply->code == 421) {\n        engine->closing = true;\n        return 0;\n    }",
          "", "test_engine", "an_unasked_421_closes_without_an_error"))
TABLE.row(
    "for-nobody", "DATA was wanted for nobody, and the body was sent",
    Guard(REPLIES, "if (engine->accepted > 0) {", "if (true) {", "test_engine_rules",
          "nobody_accepted_yet_354_gets_a_lone_dot"),
    Guard(REPLIES, "if (last && !refused && engine->accepted == 0)", "if (false)",
          "test_engine_rules", "nobody_accepted_yet_354_gets_a_lone_dot"))
TABLE.row(
    "two-workers", "two workers sent the same message",
    nothing="there is no outbox yet, and so there are no workers")
