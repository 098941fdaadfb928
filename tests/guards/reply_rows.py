# SPDX-License-Identifier: ISC
"""Reading replies."""
from row import Guard, Table

TABLE = Table("reply")
REPLY, REPLIES, ENGINE = "src/smtp/reply.c", "src/smtp/engine_replies.c", "src/smtp/engine.c"
SESSION = "src/client/session.c"

TABLE.row(
    "code", "a code that is none ran over the stack",
    Guard(REPLY, "line[0] >= '2' && line[0] <= '5'", "line[0] >= '2' && line[0] <= '9'",
          "test_reply", "what_is_no_reply_is_refused"),
    Guard(REPLY, "line[0] >= '2' && line[0] <= '5'", "line[0] >= '1' && line[0] <= '5'",
          "test_reply", "what_is_no_reply_is_refused"),
    Guard(REPLY, "&& text_is_digit(line[1]) &&\n                 text_is_digit(line[2]) &&",
          "&&", "test_reply", "what_is_no_reply_is_refused"),
    Guard(REPLY, "(size == 3 || line[3] == ' ' || line[3] == '-')", "true", "test_reply",
          "what_is_no_reply_is_refused"))
TABLE.row(
    "read-past-the-end", "the last reply was read past its end",
    Guard(REPLY, "size_t skip = size > 3 ? 4 : 3;", "size_t skip = 4;", "test_reply",
          "a_bare_code_is_a_reply"),
    Guard(REPLY, "skip += skip < size;", "skip++;", "test_reply",
          "enhanced_codes_are_taken_off_where_they_fit_the_code"))
TABLE.row(
    "short-ehlo", "an EHLO reply that is too short was read past its end",
    Guard("src/smtp/capabilities.c", "size - length - (length < size);", "size - length - 1;",
          "test_capabilities", "a_reply_without_text_offers_nothing"))
TABLE.row(
    "case", "keywords in small letters were not known",
    Guard("src/smtp/capabilities.c", "if (text_same_bytes(line, length, keywords[i].keyword))",
          "if (length == strlen(keywords[i].keyword) && memcmp(line, keywords[i].keyword, "
          "length) == 0)", "test_capabilities", "keywords_may_be_in_any_case"))
TABLE.row(
    "segments", "several replies in one packet, or one reply in several, were not understood",
    Guard(SESSION, "while (taken < size) {\n        struct smtp_event event;",
          "if (taken < size) {\n        struct smtp_event event;", "test_session",
          "every_mix_of_recipients_gets_its_fates"),
    Guard(REPLY, "if (end == NULL || reader->line.size > 0) {", "if (end == NULL) {",
          "test_reply", "one_line_and_many_lines_are_read_at_all_splits"),
    Guard(REPLY, "return size == 3 || line[3] == ' ';", "return 1;", "test_reply",
          "one_line_and_many_lines_are_read_at_all_splits"))
TABLE.row(
    "cache", "what is kept of a reply overflowed",
    Guard(REPLY, "if (reader->size > SMTP_REPLY_LIMIT || ", "if (", "test_reply",
          "a_reply_may_have_1_mib_and_no_more"))
TABLE.row(
    "nul", "a NUL cut a reply",
    Guard(REPLY, "if (!buffer_append(&reply->text, line + skip, size - skip))",
          "if (!buffer_append(&reply->text, line + skip, strnlen(line + skip, size - skip)))",
          "test_reply", "any_octet_may_stand_in_the_text"),
    Guard("src/client/session_events.c",
          "(size > 0 && memchr(event->challenge, '\\0', size) != NULL)",
          "false", "test_guards_session", "a_challenge_with_a_nul_or_too_long_is_nonsense"))
TABLE.row(
    "huge-line", "a length of 32 bits wrapped at a line of 4 GiB",
    Guard("src/core/buffer.c", "size <= buffer->limit - buffer->size && grow",
          "buffer->size + size <= buffer->limit && grow", "test_buffer",
          "sizes_near_the_end_of_memory_do_not_wrap"),
    Guard("src/core/buffer.c", "size <= buffer->limit - buffer->size && grow", "grow",
          "test_buffer", "it_grows_to_its_limit_and_never_beyond"))
TABLE.row(
    "endless-line", "one line without an end was read for ever",
    Guard(REPLY, "|| reader->line.size + taken > SMTP_REPLY_LINE_LIMIT)", ")", "test_reply",
          "a_line_may_have_64_kib_and_no_more"))
TABLE.row(
    "endless-reply", "lines of one reply without an end",
    Guard(REPLY, "reader->size += taken;", "reader->size = taken;", "test_reply",
          "a_reply_may_have_1_mib_and_no_more"))
TABLE.row(
    "drip", "each octet began the time limit anew",
    Guard(SESSION, "if (smtp_engine_answered(session->engine) != session->answered ||",
          "if (session->answered != UINT64_MAX ||", "test_session_loss", "silence_at_any_step_ends_at_the_deadline"),
    Guard(SESSION, "session->heard = true;",
          "session->heard = true;\n    session_set_deadline(session);", "test_session_loss",
          "octets_that_drip_in_do_not_move_the_deadline"),
    Guard(SESSION, "if (now < session->deadline)\n        return 0;",
          "if (true)\n        return 0;", "test_session_loss",
          "silence_at_any_step_ends_at_the_deadline"))
TABLE.row(
    "text-alone", "text without a code, or a QUIT without an answer, was waited on for minutes",
    Guard(REPLY,
          "if (!coded)\n        return refuse(\"a line is no reply\", line, size, error);",
          "if (!coded)\n        return 0;", "test_reply", "what_is_no_reply_is_refused"),
    Guard(SESSION, "if (is_done(session))\n            return NET_READY;", "", "test_send",
          "quit_is_said_and_not_waited_for"))
TABLE.row(
    "bare-or-long", "a bare code, or a long text, was refused",
    Guard(REPLY, "(size == 3 || line[3] == ' '", "(line[3] == ' '", "test_reply",
          "a_bare_code_is_a_reply"),
    Guard("src/smtp/reply.h", "SMTP_REPLY_LINE_LIMIT = 64 * 1024,",
          "SMTP_REPLY_LINE_LIMIT = 512,", "test_reply", "a_reply_may_have_1_mib_and_no_more"))
TABLE.row(
    "first-digit", "251 and 252 counted as failures",
    Guard("src/smtp/engine_rules.c", "rules[kind].actions[code / 100 - 2]",
          "rules[kind].actions[code == 251 || code == 252 ? 3 : code / 100 - 2]",
          "test_dialogue", "r06_cannot_verify"),
    Guard("src/smtp/engine_rules.c", "rules[kind].actions[code / 100 - 2]",
          "rules[kind].actions[code == 251 || code == 252 ? 3 : code / 100 - 2]", "test_session",
          "good_answers_in_odd_clothes_are_understood"))
TABLE.row(
    "out-of-step", "a slow answer put both sides out of step",
    Guard(REPLIES, "if (action == SMTP_ACTION_REFUSED && engine->open && !engine->closing)",
          "if (false)", "test_engine_properties",
          "whoever_is_in_a_hurry_the_client_hears_the_truth"))
TABLE.row(
    "used-on", "a connection was used on behind a protocol error",
    Guard(REPLIES, "if (engine->failure != 0)\n        return error_set(",
          "if (false)\n        return error_set(", "test_engine",
          "what_is_no_smtp_names_the_stage"),
    Guard(ENGINE, "engine->closing || engine->failure != 0;\n}\n\nbool smtp_engine_is_ready",
          "engine->closing;\n}\n\nbool smtp_engine_is_ready", "test_guards_engine",
          "nothing_is_sent_once_the_connection_has_failed"))
TABLE.row(
    "unasked", "a reply that nobody asked for crashed the client, or was taken for an answer",
    Guard(REPLIES, "if (engine->answered == engine->submitted)\n        return take_unasked(",
          "if (false)\n        return take_unasked(", "test_guards_engine",
          "an_unasked_reply_is_an_error_however_old_the_session"),
    Guard(SESSION, "session->listens = true;", "", "test_send",
          "ten_messages_arrive_in_order_over_one_connection"))
TABLE.row(
    "two-codes", "the lines of one reply had different codes",
    Guard(REPLY, "if (!first && code != reply->code)", "if (false)", "test_reply",
          "two_codes_in_one_reply_are_refused"))
TABLE.row(
    "sent-ahead", "replies sent ahead counted as answers, and nothing had been accepted",
    Guard(REPLIES, "if (step.end > engine->reply_began) {", "if (false) {", "test_engine",
          "replies_sent_ahead_are_no_answers"),
    Guard(REPLIES, "if (!smtp_reply_is_partial(&engine->reader))\n", "", "test_engine",
          "a_reply_that_began_before_the_command_was_sent_is_no_answer"),
    Guard(REPLIES, "if (!is_body || engine->reader.reply.code < 400)", "if (!is_body)",
          "test_engine_body", "a_success_before_the_end_is_sent_is_not_believed"))
