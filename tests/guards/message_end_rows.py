# SPDX-License-Identifier: ISC
"""The end of the message, line ends and dots."""
from row import Guard, Table

TABLE = Table("end")

TABLE.row(
    "bare-line-ends", "a LF or CR alone around a dot ends the message at some servers",
    Guard("src/smtp/stuffing.c", "return after_cr == bits.lf;", "return true;", "test_stuffing",
          "a_bare_cr_or_lf_is_refused_wherever_it_stands"),
    Guard("src/smtp/stuffing.c", "return after_cr == bits.lf;",
          "return (after_cr & bits.lf) == bits.lf;", "test_stuffing",
          "a_bare_cr_or_lf_is_refused_wherever_it_stands"),
    Guard("src/smtp/stuffing.c", "return after_cr == bits.lf;",
          "return (after_cr & bits.lf) == after_cr;", "test_stuffing",
          "a_bare_cr_or_lf_is_refused_wherever_it_stands"))
TABLE.row(
    "dot-behind-cr", "a dot behind a bare CR was not doubled",
    Guard("mime/tree/encoding.c", "return scan->nul_octets > 0 || scan->bare_cr > 0 ||",
          "return scan->nul_octets > 0 ||", "test_encoding", "each_wire_gets_its_encoding"),
    Guard("mime/tree/encoding.c",
          "bool has_lines = scan->nul_octets == 0 && scan->bare_cr == 0;",
          "bool has_lines = scan->nul_octets == 0;", "test_encoding",
          "each_wire_gets_its_encoding"),
    Guard("mime/tree/encoding.c",
          "scan->nul_octets == 0 && scan->bare_cr == 0 && scan->bare_lf == 0 && "
          "!scan->from_line;", "scan->nul_octets == 0 && !scan->from_line;", "test_encoding",
          "each_wire_gets_its_encoding"))
TABLE.row(
    "repair-after-signing", "line ends were mended behind the signature, and so broke it",
    nothing="nothing is signed yet; what is sent is never mended, only refused")
TABLE.row(
    "no-stuffing", "a line that is a dot alone went out as it was",
    Guard("src/smtp/stuffing.c", "*dots = bits.dot & line_starts;",
          "*dots = 0; (void)line_starts;", "test_stuffing", "stuffing_is_the_same_at_all_splits"),
    Guard("src/smtp/stuffing.c", "count += count_bits(dots);", "(void)dots;", "test_stuffing",
          "stuffing_is_the_same_at_all_splits"))
TABLE.row(
    "room-for-dots", "a body of dots overran the buffer in which they were doubled",
    Guard("src/smtp/engine_body.c", "*room = engine->chunked ? usable : (usable - 1) / 4 * 3;",
          "*room = usable;", "test_guards_engine", "a_body_of_dots_fits_into_the_room_offered"),
    Guard("src/smtp/stuffing.c", "return size + size / 3 + 1;", "return size + size / 4 + 1;",
          "test_stuffing", "a_body_of_dots_grows_no_more_than_promised"))
TABLE.row(
    "dot-at-an-edge", "a dot at the very start, or at the edge of a buffer, was forgotten",
    Guard("src/smtp/stuffing.c", "{.line_start = true}", "{.line_start = false}",
          "test_stuffing", "stuffing_is_the_same_at_all_splits"),
    Guard("src/smtp/stuffing.c", "bits.lf << 1 | (uint64_t)stuffing->line_start;",
          "bits.lf << 1;", "test_stuffing", "stuffing_is_the_same_at_all_splits"),
    Guard("src/smtp/stuffing.c", "stuffing->line_start = block[size - 1] == '\\n';", "",
          "test_stuffing", "stuffing_is_the_same_at_all_splits"),
    Guard("src/smtp/stuffing.c", "stuffing->line_start = bits.lf >> (BLOCK - 1);",
          "stuffing->line_start = false;", "test_stuffing", "stuffing_is_the_same_at_all_splits"),
    Guard("src/smtp/stuffing.c", "from == 0 ? line_start : bytes[from - 1] == '\\n';",
          "from > 0 && bytes[from - 1] == '\\n';", "test_stuffing",
          "stuffing_is_the_same_at_all_splits"),
    Guard("src/smtp/engine_replies.c", "engine->stuffing = smtp_stuffing_start();", "",
          "test_engine_body", "dots_are_stuffed_at_every_split_of_the_body"))
TABLE.row(
    "line-end-too-many", "a line end was added where one was, or CR CR LF was made",
    Guard("src/smtp/stuffing.c", "if (!stuffing->line_start)\n        return 5;", "return 5;",
          "test_stuffing", "the_end_adds_a_line_end_only_where_none_is"),
    Guard("mime/codec/newline.c", "codec->after_cr = in[-1] == '\\r';", "", "test_newline",
          "line_feeds_become_cr_lf_and_nothing_else_changes"))
TABLE.row(
    "header-line-broken", "a header line over the limit was cut, and its rest became the body",
    Guard("mime/header/header.c", "space + piece.space + piece.word > LONGEST_LINE", "false",
          "test_header", "one_long_word_may_fill_a_line_and_no_more"),
    Guard("mime/header/header.c", "has_word_beyond(value, LONGEST_LINE - 1))\n        return",
          "false)\n        return", "test_header", "one_long_word_may_fill_a_line_and_no_more"),
    Guard("mime/reader/mend.c", "if (end - start > LONGEST_LINE + 2)", "if (false)", "test_mend",
          "fields_are_fit_or_not"))
TABLE.row(
    "long-lines", "lines of more than 998 octets are cut or split on the way",
    Guard("mime/tree/encoding.c", "if (scan->longest_line > LONGEST_LINE)", "if (false)",
          "test_encoding", "each_wire_gets_its_encoding"))
TABLE.row(
    "last-line", "a last line without a line end was lost, or glued to the dot",
    Guard("src/smtp/stuffing.c", "if (!stuffing->line_start)\n        return 5;", "",
          "test_stuffing", "the_end_adds_a_line_end_only_where_none_is"),
    Guard("src/smtp/stuffing.c", "if (stuffing->after_cr)\n        return 0;", "",
          "test_stuffing", "the_end_adds_a_line_end_only_where_none_is"),
    Guard("src/smtp/engine_body.c", "if (end == 0)", "if (false)", "test_engine_body",
          "a_bare_cr_or_lf_ends_the_connection_without_a_dot"))
TABLE.row(
    "eight-bit", "8-bit text went to a server without 8BITMIME, or with the SIZE of another form",
    Guard("mime/tree/encoding.c", "return scan->high_octets > 0 ? MAILER_WIRE_8BIT :", "return",
          "test_encoding", "each_wire_gets_its_encoding"),
    Guard("src/client/transaction.c",
          "can->eight_bit_mime ? MAILER_WIRE_8BIT : MAILER_WIRE_7BIT;", "MAILER_WIRE_8BIT;",
          "test_transaction",
          "a_message_is_laid_out_for_what_the_server_takes_and_no_wider_than_allowed"),
    Guard("src/client/session_commands.c", ".size = plan->size,",
          ".size = message->layout->size,", "test_guards_session",
          "the_size_announced_is_that_of_the_form_that_is_sent"))
TABLE.row(
    "chunks-confused", "BDAT and DATA were mixed up, and a message given up went on",
    Guard("src/smtp/engine_body.c", "step->given_up = true;", "", "test_engine_body",
          "a_chunk_refused_after_its_message_was_given_up_is_not_told"),
    Guard("src/client/session_commands.c", "if (smtp_engine_needs_reset(session->engine))",
          "if (false)", "test_send", "ten_messages_arrive_in_order_over_one_connection"),
    Guard("src/smtp/engine_replies.c",
          "be taken for commands. */\n        engine->closing = true;",
          "be taken for commands. */", "test_engine_body",
          "a_chunk_refused_before_it_is_out_means_hanging_up"))
