# SPDX-License-Identifier: ISC
"""STARTTLS, TLS and certificates."""
from row import Guard, Table

TABLE = Table("tls")
REPLIES, CONTEXT, TLS = "src/smtp/engine_replies.c", "src/net/tls_context.c", "src/net/tls.c"
EVENTS = "src/client/session_events.c"
INJECTED = "octets_behind_the_answer_to_starttls_are_not_trusted_at_any_split"
IN_THE_PACKET = (REPLIES, "if (left > 0)\n        return refuse_clear_octets(error);",
                 "(void)left;")
IN_A_LATER_ONE = (REPLIES, "if (engine->securing && size > 0) {", "if (false) {")


def injected(test, case):
    """Each of the two also does for the other."""
    return Guard(*IN_THE_PACKET, test, case, also=(IN_A_LATER_ONE,))


BEHIND = injected("test_engine", INJECTED)
LATER = Guard(*IN_A_LATER_ONE, "test_engine", INJECTED)
FORGET = Guard(REPLIES,
               "memset(&engine->capabilities, 0, sizeof engine->capabilities);\n"
               "    engine->securing = true;",
               "engine->securing = true;", "test_engine",
               "starttls_forgets_all_and_says_ehlo_again")

TABLE.row("injected-command", "octets in clear around STARTTLS were kept and used behind the "
          "handshake", BEHIND, LATER)
TABLE.row("injected-reply-in-clients", "the same in a client, for all its protocols", BEHIND)
TABLE.row("injected-answers", "answers sent ahead of TLS counted for later commands", LATER)
TABLE.row("pipelined-answers", "answers in the packet of the 220 were cached and trusted", BEHIND)
TABLE.row("old-capabilities", "what was offered in clear was believed within TLS", FORGET,
          Guard("src/smtp/engine_commands.c",
                "memset(&engine->capabilities, 0, sizeof engine->capabilities);", "",
                "test_guards_engine", "hello_within_tls_knows_nothing_from_before",
                also=((FORGET.file, FORGET.text, FORGET.without),
                      (REPLIES,
                       "memset(&engine->capabilities, 0, sizeof engine->capabilities);\n    if",
                       "if"))))
TABLE.row("half-line", "half a line was kept and put before the first reply within TLS", BEHIND,
          Guard(REPLIES, "if (engine->securing && size > 0) {",
                "if (engine->securing && size > 9) {", "test_engine", INJECTED))
TABLE.row("again-and-again", "the same three times in one product",
          injected("test_dialogue", "t05_injection"),
          injected("test_session_secure",
                   "octets_behind_the_answer_to_starttls_are_not_trusted"))
TABLE.row(
    "refused-starttls", "a refused STARTTLS was no error, and the mail went in clear",
    Guard(EVENTS, "if (server->tls == MAILER_TLS_OPPORTUNISTIC && server->user[0] == '\\0') {",
          "if (server->user[0] == '\\0') {", "test_session_secure",
          "nothing_is_said_in_the_clear_when_tls_is_not_to_be_had"),
    Guard(EVENTS, "if (server->tls == MAILER_TLS_OPPORTUNISTIC)\n        return log_in",
          "if (true)\n        return log_in", "test_session_secure",
          "nothing_is_said_in_the_clear_when_tls_is_not_to_be_had"),
    Guard("src/smtp/engine_rules.c", "{MAILER_STAGE_TLS, {DONE, REFUSED, REFUSED, REFUSED}}",
          "{MAILER_STAGE_TLS, {DONE, DONE, REFUSED, REFUSED}}", "test_engine_rules",
          "every_rule_of_the_table_has_its_consequence"))
TABLE.row(
    "not-offered", "STARTTLS was taken out of the list, and the client went on without",
    Guard(EVENTS, "if (!secure && needs_tls)", "if (false)", "test_session_secure",
          "nothing_is_said_in_the_clear_when_tls_is_not_to_be_had"))
TABLE.row(
    "way-around", "on one way through the states it was not asked whether TLS is on",
    Guard(EVENTS, "bool needs_tls = server->tls == MAILER_TLS_REQUIRED || server->tls == "
          "MAILER_TLS_IMPLICIT;", "bool needs_tls = server->tls == MAILER_TLS_IMPLICIT;",
          "test_session_secure", "nothing_is_said_in_the_clear_when_tls_is_not_to_be_had"),
    Guard("src/smtp/engine_commands.c", "if (!engine->securing || engine->failure != 0)",
          "if (engine->failure != 0)", "test_guards_engine",
          "without_leave_nothing_is_secured"),
    Guard("src/client/server.c",
          "if (server->given.tls == MAILER_TLS_OFF || server->given.tls == "
          "MAILER_TLS_OPPORTUNISTIC)", "if (false)", "test_guards_tls",
          "a_domain_and_a_pin_need_tls"),
    Guard("src/client/server.c", "if (needs_tls && server->tls != MAILER_TLS_REQUIRED",
          "if (false && server->tls != MAILER_TLS_REQUIRED", "test_guards_tls",
          "a_domain_and_a_pin_need_tls"),
    Guard("src/client/transaction.c", "if (envelope->require_tls && !trusted)", "if (false)",
          "test_guards_tls", "tls_all_the_way_is_not_left_to_chance"),
    Guard("src/client/transaction.c", "if (envelope->require_tls && !can->require_tls)",
          "if (false)", "test_guards_tls", "tls_all_the_way_is_not_left_to_chance"))
TABLE.row(
    "failed-greeting", "behind a failed greeting the client went on, in clear",
    Guard("src/smtp/engine_rules.c", "{MAILER_STAGE_GREETING, {DONE, PROTOCOL, FATAL, FATAL}}",
          "{MAILER_STAGE_GREETING, {DONE, DONE, DONE, DONE}}", "test_engine",
          "a_server_that_turns_us_away_is_believed"),
    Guard("src/smtp/engine.c", "return engine->closing || engine->failure != 0 ? 0 :",
          "return engine->closing ? 0 :", "test_guards_engine",
          "nothing_is_sent_once_the_connection_has_failed"))
TABLE.row(
    "rejected-certificate", "the client went on with a certificate that had been rejected",
    Guard("src/net/tls_explain.c", "explain(SSL_get_app_data(ssl), store);\n    return 0;",
          "explain(SSL_get_app_data(ssl), store);\n    return 1;", "test_tls",
          "the_authority_must_be_trusted"),
    Guard("src/net/tls_explain.c", "X509_V_ERR_APPLICATION_VERIFICATION);\n    return 0;",
          "X509_V_OK);\n    return 1;", "test_tls_pin",
          "a_pin_makes_up_for_name_dates_and_authority_and_a_wrong_one_for_nothing"))
TABLE.row(
    "default-store", "with the system's own store the outcome of the check was not looked at",
    Guard(CONTEXT, "SSL_CTX_set_verify(context->settings, SSL_VERIFY_PEER, net_tls_verified);",
          "SSL_CTX_set_verify(context->settings, options->ca_file != NULL ? SSL_VERIFY_PEER : "
          "SSL_VERIFY_NONE, net_tls_verified);", "test_tls", "the_authority_must_be_trusted"))
TABLE.row(
    "nul-in-name", "a NUL cut a name of the certificate",
    Guard(CONTEXT, "return X509_VERIFY_PARAM_set1_host(checks, context->server_name, 0);",
          "return true;", "test_tls", "a_name_with_a_nul_in_it_is_not_cut_there"))
TABLE.row(
    "common-name-beside-names", "the common name was tried although there are names",
    Guard(CONTEXT, "return X509_VERIFY_PARAM_set1_host(checks, context->server_name, 0);",
          "return true;", "test_tls", "a_common_name_does_not_count"))
TABLE.row(
    "common-name-alone", "a certificate without names was taken for its common name",
    Guard(CONTEXT, "X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |", "", "test_tls",
          "a_common_name_does_not_count"))
TABLE.row(
    "wildcards", "*, a part of a label and a * behind, matched",
    Guard(CONTEXT, "X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |\n"
          "                                                X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS",
          "X509_CHECK_FLAG_NEVER_CHECK_SUBJECT", "test_tls",
          "a_certificate_is_good_for_the_names_it_has"))
TABLE.row(
    "addresses", "an address was looked for among the names",
    Guard(CONTEXT, "if (!context->is_address)\n        return X509",
          "if (true)\n        return X509", "test_tls", "a_certificate_is_good_for_the_names_it_has"))
TABLE.row(
    "purpose", "a certificate for clients alone was taken for a server's",
    Guard(CONTEXT, "X509_PURPOSE_SSL_SERVER", "X509_PURPOSE_ANY", "test_tls",
          "a_certificate_must_be_made_for_servers"))
TABLE.row(
    "old-versions", "TLS 1.0 and 1.1 were taken",
    Guard(CONTEXT, "if (SSL_CTX_get_min_proto_version(context->settings) < TLS1_2_VERSION &&\n"
          "        !SSL_CTX_set_min_proto_version(context->settings, TLS1_2_VERSION))",
          "if (!SSL_CTX_set_min_proto_version(context->settings, TLS1_VERSION))", "test_tls",
          "tls_1_1_is_too_old"))
TABLE.row(
    "alias", "the name that was checked was the one behind an alias, not the one given",
    Guard("src/client/session_life.c", ".server_name = server->host,",
          ".server_name = server->proxy.host[0] != '\\0' ? server->proxy.host : server->host,",
          "test_guards_tls", "the_name_checked_is_the_one_given_whoever_passes_it_on"))
TABLE.row(
    "renegotiation", "commands from before a renegotiation were answered behind it",
    Guard(CONTEXT, "SSL_CTX_set_options(context->settings, SSL_OP_NO_RENEGOTIATION);", "",
          "test_guards_tls", "a_server_cannot_renegotiate"))
TABLE.row(
    "by-flag", "a flag said that TLS was on, and the socket was in clear",
    Guard(TLS, "return SSL_is_init_finished(ssl) && (is_good", "return (is_good", "test_guards_tls",
          "before_the_handshake_is_over_nothing_is_secure"),
    Guard("src/net/connection.c", "static bool socket_is_secure(const struct net_connection "
          "*connection)\n{\n    (void)connection;\n    return false;",
          "static bool socket_is_secure(const struct net_connection *connection)\n{\n"
          "    (void)connection;\n    return true;", "test_session_secure",
          "nothing_is_said_in_the_clear_when_tls_is_not_to_be_had"))
TABLE.row(
    "moved-buffer", "a write that was not finished went on from another buffer",
    Guard(TLS, "if (result == NET_WAITING)\n        return result;",
          "if (result == NET_WAITING && tls->flushed == 0)\n        return result;", "test_tls",
          "octets_survive_narrow_sockets_both_ways"),
    Guard(TLS, "*taken = take_records(tls);", "*taken = take_records(tls) + (result < 0);",
          "test_tls", "records_that_went_out_before_a_failure_count_as_taken"))
TABLE.row(
    "hidden-input", "the socket was waited for while octets lay in the buffer of TLS",
    Guard(TLS, "return SSL_has_pending(tls->ssl) && !tls->incomplete;",
          "return tls->ssl == NULL;", "test_tls", "input_in_the_buffer_of_tls_is_told"),
    Guard("src/client/session.c",
          "*more = got == sizeof input || net_connection_has_input(session->connection);",
          "*more = got == sizeof input;", "test_guards_tls",
          "a_reply_of_many_records_is_read_to_its_end"))
TABLE.row(
    "no-handshake", "no handshake at all with a new version of the library",
    nothing="shown by handshakes with OpenSSL, GnuTLS and Python, in tests of servers")
TABLE.row(
    "ticket-twice", "a ticket that was shown twice told that two connections are one person's",
    Guard(TLS, "if (SSL_SESSION_get_protocol_version(context->session) >= TLS1_3_VERSION)\n"
          "        net_tls_forget_session(context);", "", "test_guards_tls",
          "a_ticket_is_gone_as_soon_as_it_is_shown"))
TABLE.row(
    "close-notify", "nobody could tell a connection that was cut from one that ended",
    Guard(TLS, "SSL_shutdown(tls->ssl);\n", "", "test_tls", "closing_says_close_notify"),
    Guard(TLS, "connection->truncated = true;", "", "test_tls",
          "an_end_with_close_notify_is_told_from_one_without"),
    Guard("src/client/session.c", "if (is_done(session))\n            return NET_READY;", "",
          "test_send", "quit_is_said_and_not_waited_for"))
