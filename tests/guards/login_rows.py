# SPDX-License-Identifier: ISC
"""Logging in, and secrets."""
from row import Guard, Table

TABLE = Table("login")
MECHANISM, SASL = "src/auth/mechanism.c", "src/auth/sasl.c"
EVENTS, COMMANDS = "src/client/session_events.c", "src/smtp/engine_commands.c"

TABLE.row(
    "in-clear", "the password went in clear where TLS was not asked for",
    Guard(MECHANISM, "bool may_reveal = options->secure || options->allow_clear;",
          "bool may_reveal = true;", "test_session_secure",
          "a_password_does_not_go_in_the_clear_unless_the_caller_insists"),
    Guard(EVENTS, ".secure = secure,", ".secure = true,",
          "test_session_secure", "a_password_does_not_go_in_the_clear_unless_the_caller_insists"))
TABLE.row(
    "not-offered", "the server offered no login, and the mail went without",
    Guard(EVENTS, "if (server->user[0] != '\\0')\n        return log_in(session, error);\n    "
          "become_ready",
          "if (server->user[0] != '\\0' && can->auth)\n        return log_in(session, "
          "error);\n    become_ready", "test_session_secure",
          "a_login_that_cannot_be_done_sends_nothing"),
    Guard(SASL, "if (offered == NULL || offered[strspn(offered, \" \")] == '\\0')",
          "if (offered == NULL)", "test_sasl", "a_login_that_cannot_be_done_says_why"))
TABLE.row(
    "token-in-clear", "a token went over a line in clear",
    Guard(MECHANISM, "{\"XOAUTH2\", AUTH_BY_TOKEN, .reveals = true,",
          "{\"XOAUTH2\", AUTH_BY_TOKEN,", "test_guards_login",
          "what_reveals_the_secret_needs_tls"),
    Guard(MECHANISM, "{\"OAUTHBEARER\", AUTH_BY_TOKEN, .reveals = true,",
          "{\"OAUTHBEARER\", AUTH_BY_TOKEN,", "test_guards_login",
          "what_reveals_the_secret_needs_tls"),
    Guard(MECHANISM, "{\"LOGIN\", .reveals = true}", "{\"LOGIN\"}", "test_guards_login",
          "what_reveals_the_secret_needs_tls"),
    Guard(MECHANISM, "{\"NTLM\", .reveals = true,", "{\"NTLM\",", "test_guards_login",
          "what_reveals_the_secret_needs_tls"))
TABLE.row(
    "list-in-clear", "somebody in between took the strong ways to log in out of the list",
    Guard("src/smtp/engine_replies.c", "engine->capabilities = smtp_capabilities_read(reply);",
          "engine->capabilities = engine->capabilities.extended ? engine->capabilities : "
          "smtp_capabilities_read(reply);", "test_session_secure",
          "what_was_offered_before_tls_is_forgotten",
          also=(("src/smtp/engine_replies.c",
                 "memset(&engine->capabilities, 0, sizeof engine->capabilities);\n    if (kind",
                 "if (kind"),
                ("src/smtp/engine_replies.c",
                 "memset(&engine->capabilities, 0, sizeof engine->capabilities);\n    "
                 "engine->securing", "engine->securing"),
                (COMMANDS, "memset(&engine->capabilities, 0, sizeof engine->capabilities);", ""))),
    Guard(MECHANISM, "return options->allowed == NULL && !mechanism->when_named;",
          "return !mechanism->when_named;", "test_sasl", "a_login_that_cannot_be_done_says_why"))
TABLE.row(
    "fall-back", "behind a refusal the password was sent by a weaker way",
    Guard(EVENTS, "return code == 504 || code == 534 || code == 538;", "return code / 100 == 5;",
          "test_session_secure", "only_a_refused_mechanism_makes_it_try_another"),
    Guard(EVENTS, "session->needs_stronger_login |= code == 534 || code == 538;", "",
          "test_session_secure", "only_a_refused_mechanism_makes_it_try_another"),
    Guard(MECHANISM, "!(mechanism->reveals && options->needs_stronger) &&", "", "test_sasl",
          "what_the_server_refused_as_a_mechanism_is_not_chosen_again"))
TABLE.row(
    "rounds", "billions of rounds of hashing hung the client, one round was taken",
    Guard(SASL, "if (rounds < FEWEST_ROUNDS || rounds > MOST_ROUNDS)",
          "if (rounds < FEWEST_ROUNDS)", "test_sasl", "scram_refuses_a_false_server"),
    Guard(SASL, "if (rounds < FEWEST_ROUNDS || rounds > MOST_ROUNDS)",
          "if (rounds > MOST_ROUNDS)", "test_sasl", "scram_refuses_a_false_server"))
TABLE.row(
    "signature", "the server's own proof was not looked at",
    Guard(SASL, "if (sasl->done)\n        return 0;", "if (true)\n        return 0;",
          "test_sasl", "scram_refuses_a_false_server"),
    Guard(SASL, "if (status != GSASL_OK && status != GSASL_NEEDS_MORE)",
          "if (status == GSASL_MALLOC_ERROR)", "test_sasl", "scram_refuses_a_false_server"))
TABLE.row(
    "nonce", "the server's nonce did not begin with ours",
    Guard(SASL, "if (status != GSASL_OK && status != GSASL_NEEDS_MORE)",
          "if (status == GSASL_MALLOC_ERROR)", "test_sasl",
          "scram_refuses_a_nonce_that_is_not_ours"))
TABLE.row(
    "long-key", "the key of CRAM-MD5 was cut at a NUL, where it is longer than 64 octets",
    Guard(SASL, "set(sasl, session, GSASL_PASSWORD, is_secret ? options->password : NULL)",
          "set(sasl, session, GSASL_PASSWORD, is_secret && strlen(options->password) > 64 ? "
          "\"cut\" : is_secret ? options->password : NULL)", "test_guards_login",
          "cram_md5_takes_long_passwords_whole"))
TABLE.row(
    "several-steps", "a second challenge, or a response that went along, was not understood",
    Guard("src/smtp/engine_rules.c", "{MAILER_STAGE_AUTH, {DONE, GO_ON, REFUSED, REFUSED}}",
          "{MAILER_STAGE_AUTH, {DONE, REFUSED, REFUSED, REFUSED}}", "test_engine",
          "two_challenges_are_answered_one_by_one"),
    Guard(EVENTS, "bool initial = auth_sasl_client_first(session->sasl);",
          "bool initial = true;", "test_session_secure",
          "a_login_that_cannot_be_done_sends_nothing"),
    Guard(SASL, "sasl->done = status == GSASL_OK;", "sasl->done = true;", "test_sasl",
          "scram_logs_in_and_makes_the_server_prove_itself"))
TABLE.row(
    "helo-only", "the login was told as refused where the server cannot log anybody in",
    Guard(EVENTS, "if (!can->extended)", "if (false)", "test_guards_session",
          "a_server_without_ehlo_is_told_to_log_nobody_in"))
TABLE.row(
    "empty-response", "an empty response was written in the wrong way",
    Guard(SASL,
          "if (result == 0 && response[0] == '\\0')\n            memcpy(response, \"=\", sizeof "
          "\"=\");", "", "test_guards_login", "an_empty_initial_response_is_an_equals_sign"),
    Guard(COMMANDS, "initial ? initial_response : \"\", error);",
          "initial ? initial_response : \"=\", error);", "test_engine", "a_server_may_ask_first"))
TABLE.row(
    "cut", "long names and passwords were cut",
    Guard(SASL, "if (size > AUTH_SASL_RESPONSE_SIZE / 4 * 3 - 3)", "if (size > 255)",
          "test_sasl", "long_and_strange_names_and_passwords_arrive_whole"),
    Guard("src/cli/password/secret.c",
          "if (size > SECRET_LIMIT - secret->size)\n        return false;",
          "if (size > 255 - secret->size)\n        return true;", "test_password",
          "the_longest_password_fits_and_one_more_octet_does_not"))
TABLE.row(
    "in-the-trace", "the password stood in what is shown for debugging",
    Guard(COMMANDS, "smtp_engine_trace(engine, shown, strlen(shown));",
          "smtp_engine_trace(engine, line, length - 2);", "test_engine",
          "the_trace_shows_commands_but_no_secret"),
    Guard("src/smtp/engine_replies.c", "bool is_login = awaits_login(engine);",
          "bool is_login = false && awaits_login(engine);", "test_session_secure",
          "a_login_that_cannot_be_done_sends_nothing"),
    Guard(SASL, "if (is_by_token(sasl) && message != NULL)", "if (false)", "test_sasl",
          "a_token_that_the_server_repeats_is_not_shown"))
TABLE.row(
    "in-the-arguments", "others could read the password among the arguments or in its file",
    Guard("src/cli/password/secret.c", "explicit_bzero(string, size);", "", "test_options",
          "a_password_leaves_the_command_line"),
    Guard("src/cli/environment.c", "explicit_bzero(value, strlen(value));", "",
          "test_environment", "a_password_that_is_not_used_leaves_the_environment_too"),
    Guard("src/cli/environment.c", "unsetenv(name);", "", "test_environment",
          "a_password_leaves_the_environment"),
    Guard("src/cli/password/password.c", "if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)",
          "if (false)", "test_password", "a_file_is_read_when_only_its_owner_may"))
TABLE.row(
    "url-in-the-log", "the password of a URL stood in the log",
    Guard("src/client/server.c", "at != NULL ? at : url, why);", "url, why);", "test_server",
          "a_password_in_a_url_is_refused_and_not_repeated"),
    Guard("src/client/server.c", "if (memchr(*at, ':', (size_t)(end - *at)) != NULL)",
          "if (false)", "test_server", "a_password_in_a_url_is_refused_and_not_repeated"))
TABLE.row(
    "core-files", "secrets stayed in memory, and stood in core files",
    Guard("src/smtp/engine.c",
          "if (engine->holds_secret)\n        explicit_bzero(engine->out + engine->start, size);",
          "", "test_engine", "a_secret_is_wiped_as_soon_as_it_is_sent"),
    Guard(SASL, "explicit_bzero(secret, strlen(secret));", "(void)secret;", "test_secrets",
          "no_login_leaves_its_password_or_token_behind"),
    Guard("src/client/server.c", "explicit_bzero(&server->proxy, sizeof server->proxy);", "",
          "test_guards_tls", "the_password_of_a_proxy_does_not_stay"),
    Guard("src/net/tunnel.c", "explicit_bzero(tunnel->out + tunnel->out_start, size);", "",
          "test_guards_tls", "the_password_of_a_proxy_does_not_stay"),
    Guard("src/cli/password/secret.c", "(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);", "",
          "test_secret", "a_process_that_holds_a_secret_leaves_no_core"))
