# SPDX-License-Identifier: ISC
"""Addresses, privacy, routing."""
from row import Guard, Table

TABLE = Table("address")
PARSE = "mime/header/address_parse.c"

TABLE.row(
    "quoted-at", "an @ in a quoted local part led the mail to another domain",
    Guard("mime/header/address.c", "const char *at = strrchr(address, '@');",
          "const char *at = strchr(address, '@');", "test_address",
          "mailboxes_are_the_same_but_for_the_case_of_domains"),
    Guard(PARSE, "if (is_dot_atom(local->bytes, local->size)) {", "if (true) {",
          "test_address_parse", "good_addresses_are_read"))
TABLE.row(
    "comment-joined", "what stood around a comment behind the domain was joined",
    Guard(PARSE, "if (result != 0 || !is_special(&parser->token, '.'))",
          "if (result == 0 && parser->token.kind == TOKEN_ATOM)\n            continue;\n        "
          "if (result != 0 || !is_special(&parser->token, '.'))", "test_address_parse",
          "bad_addresses_are_refused_with_a_reason"),
    Guard(PARSE, "return refuse(parser, \"has something behind its end: put commas between "
          "addresses\");", "return 0;", "test_address_parse",
          "bad_addresses_are_refused_with_a_reason"))
TABLE.row(
    "two-readings", "header and envelope disagreed on the same address",
    Guard("src/client/seal.c", "{lists[i]->mailboxes[k].address, count};",
          "{lists[i]->mailboxes[k].name != NULL ? lists[i]->mailboxes[k].name : "
          "lists[i]->mailboxes[k].address, count};", "test_seal",
          "each_recipient_is_in_the_envelope_once_in_the_order_given"))
TABLE.row(
    "ambiguous", "different readers see different addresses",
    Guard("mime/header/phrase.c", "strchr(\"()<>@,;:\\\\\\\".[]\", *text) != NULL)",
          "strchr(\"\\\\\\\"\", *text) != NULL)", "test_address",
          "any_name_reads_back_at_every_column"),
    Guard(PARSE,
          "if (is_special(token, '<'))\n        return refuse(parser, \"has an @ in its name",
          "if (false)\n        return refuse(parser, \"has an @ in its name",
          "test_address_parse", "bad_addresses_are_refused_with_a_reason"))
TABLE.row(
    "hostile-list", "a list took minutes, or the whole stack",
    Guard("mime/header/comment.c", "if (++depth > DEEPEST)", "if (++depth > 999999)",
          "test_comment", "comments_end_and_are_not_too_deep"),
    Guard(PARSE, "if (size > MIME_ADDRESS_TEXT_LIMIT)", "if (false)", "test_guards_address",
          "a_list_of_a_mebibyte_is_read_and_one_octet_more_is_not"))
TABLE.row(
    "odd-phrases", "empty or odd names crashed the writer",
    Guard(PARSE, "if (parser->phrase.size == 0)", "if (false)", "test_address_parse",
          "bad_addresses_are_refused_with_a_reason"),
    Guard(PARSE, "if (*parser->at == '\\0')\n            return refuse(parser, why);", "",
          "test_address_parse", "bad_addresses_are_refused_with_a_reason"))
TABLE.row(
    "very-many", "counts of recipients and lengths of lines wrapped",
    Guard(PARSE, "if (address->size > LONGEST_LOCAL)", "if (false)", "test_address_parse",
          "lengths_are_limited"),
    Guard("src/client/session_commands.c", "uint64_t limit = DELIVERY_TRANSACTION_LIMIT;",
          "uint64_t limit = UINT64_MAX;", "test_send",
          "many_recipients_go_in_transactions_of_a_hundred"),
    Guard("src/smtp/engine.c", "unanswered + 2 > engine->step_room ||", "", "test_engine_rules",
          "more_recipients_than_the_ring_has_steps_wait_their_turn"))
TABLE.row(
    "other-letters", "an 8-bit local part went to a server that cannot, or with a wrong A-label",
    Guard("src/client/transaction.c", "if (message_needs_utf8(message) && !can->smtputf8)",
          "if (false)", "test_transaction", "an_address_in_utf8_needs_smtputf8"),
    Guard(PARSE, "int result = is_ascii ? 0 : idn_to_ascii(&mapped, domain, parser->error);",
          "mapped = strdup(domain);\n    int result = 0;", "test_address_parse",
          "good_addresses_are_read"))
TABLE.row(
    "second-bcc", "the second of two Bcc fields stayed in the message",
    Guard("mime/tree/document.c",
          "mime_field_free(field);\n        else\n            document->fields[kept++] = *field;",
          "{ name = \"\"; mime_field_free(field); }\n        else\n            "
          "document->fields[kept++] = *field;", "test_message_read",
          "hidden_recipients_stay_hidden"))
TABLE.row(
    "kept-bcc", "Bcc stayed in the message that was sent",
    Guard("src/client/message_read.c", "mime_document_remove(&message->tree, \"Bcc\");", "",
          "test_message_read", "hidden_recipients_stay_hidden"),
    Guard("src/client/message_read.c", "mime_document_remove(&message->tree, \"Resent-Bcc\");",
          "", "test_guards_address", "hidden_recipients_of_a_resending_stay_hidden"),
    Guard("src/client/seal.c",
          "return result != 0 ? result : add_mailbox_field(message, \"Cc\", &message->cc, "
          "error);", "if (result == 0)\n        result = add_mailbox_field(message, \"Bcc\", "
          "&message->bcc, error);\n    return result != 0 ? result : add_mailbox_field(message, "
          "\"Cc\", &message->cc, error);", "test_guards_session",
          "hidden_recipients_stand_in_the_envelope_alone"))
TABLE.row(
    "bcc-among-keys", "who gets a hidden copy could be seen among the keys of encryption",
    nothing="nothing is encrypted for recipients yet")
TABLE.row(
    "rides-on", "the recipient of one message got the next one too",
    Guard("src/client/session_commands.c", "if (smtp_engine_needs_reset(session->engine))",
          "if (false)", "test_send", "ten_messages_arrive_in_order_over_one_connection"),
    Guard("src/smtp/engine_replies.c",
          "if (action == SMTP_ACTION_REFUSED && engine->open && !engine->closing)", "if (false)",
          "test_engine_rules", "a_reset_refused_behind_a_refused_message_is_an_error"))
TABLE.row(
    "telling-id", "the Message-ID told time, process and host",
    Guard("mime/header/stamp.c", "int result = random_text(text, error);",
          "int result = random_text(text, error);\n    snprintf(text, sizeof text, \"1234\");",
          "test_stamp", "message_ids_hold_random_text_and_the_domain"),
    Guard("src/client/seal.c",
          "return domain == NULL || mime_address_needs_utf8(domain) ? \"localhost\" : domain;",
          "return domain != NULL ? \"this.host\" : domain;", "test_seal",
          "the_domain_of_the_message_id_leaks_no_host_name"))
TABLE.row(
    "resent", "a message resent went to those of the first sending again",
    Guard("src/client/message_read.c", "result == 0 && !resent && i < document->count",
          "result == 0 && i < document->count", "test_message_read",
          "the_latest_resending_decides_who_gets_it"),
    Guard("src/client/message_read.c", "!begins_another(document, start, *end))", "true)",
          "test_guards_address", "one_resending_right_behind_another_is_another_one"))
