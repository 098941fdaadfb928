#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Whom the mailer reaches, and how: LMTP, local sockets, routes, proxies."""
import asyncio
import os
import socket
import threading

import common
from common import SENDER
from actions import DEFAULT, close
from proxy import Proxy

CHUNKS = ("PIPELINING", "8BITMIME", "CHUNKING", "BINARYMIME")
THREE = ("a@example.test", "b@example.test", "c@example.test")


def server_like(answers=None, **options):
    return common.scripted.scenarios.Scenario("", "plain", set(), answers or {}, **options)


class Lmtp(common.TestCase):
    def deliver(self, scenario, *arguments, url="lmtp://127.0.0.1:{}", path=None, **more):
        with common.scripted.Server(scenario, self.tls, path) as server:
            done = self.mailer("--server", url.format(path or server.port), "--from", SENDER,
                               *arguments, **more)
        self.connections = server.connections
        return done, server.messages

    def test_each_recipient_has_a_fate_of_its_own(self):
        for offered in (("PIPELINING",), CHUNKS, ()):
            with self.subTest(offered):
                done, [message] = self.deliver(
                    server_like({"end": [DEFAULT, "452 4.2.2 Full", DEFAULT]},
                                capabilities=offered), *THREE)
                self.assert_told(done, 79)
                self.assertIn(b"b@example.test", done.stderr)
                self.assertIn(b"452 4.2.2 Full", done.stderr)
                self.assertEqual(message["recipients"],
                                 ["TO:<a@example.test>", "TO:<c@example.test>"])
                self.assertEqual(message["chunked"], "CHUNKING" in offered)
                self.assertEqual(self.connections[0]["commands"][0][:5], "LHLO ")
                self.assertTrue(self.connections[0]["quit"])

    def test_a_recipient_refused_before_gets_no_reply_behind(self):
        for offered in (("PIPELINING",), CHUNKS):
            done, [message] = self.deliver(
                server_like({"rcpt": [DEFAULT, "550 5.1.1 No", DEFAULT]}, capabilities=offered),
                *THREE)
            self.assert_told(done, 79)
            self.assertEqual(len(message["recipients"]), 2)

    def test_all_refused_is_refused(self):
        for step in ("rcpt", "end"):
            for offered in (("PIPELINING",), CHUNKS):
                done, messages = self.deliver(
                    server_like({step: "550 5.2.1 No"}, capabilities=offered), *THREE)
                self.assertEqual((done.returncode, messages), (67, []), done.stderr)

    def test_a_connection_lost_between_the_replies_leaves_the_rest_unknown(self):
        done, _messages = self.deliver(server_like({"end": [DEFAULT, close]}), *THREE)
        self.assertEqual(done.returncode, 80, done.stderr)
        self.assertIn(b"may have been delivered", done.stderr)

    def test_there_is_no_fall_back_to_another_hello(self):
        done, messages = self.deliver(server_like({"ehlo": "500 5.5.1 What?"}), *THREE)
        self.assert_told(done, 69, 67)
        self.assertEqual(messages, [])
        self.assertEqual(len(self.connections[0]["commands"]), 1)

    def test_local_sockets_are_reached_by_lmtp_and_smtp(self):
        for scheme, hello in (("lmtp", "LHLO "), ("smtp", "EHLO ")):
            path = os.path.join(self.folder, scheme)
            done, [message] = self.deliver(server_like(), *THREE, url=scheme + "+unix:{}",
                                           path=path)
            self.assert_silent_success(done)
            self.assertEqual(len(message["recipients"]), 3)
            self.assertEqual(self.connections[0]["commands"][0][:5], hello)

    def test_a_socket_that_nobody_listens_on_is_named(self):
        path = os.path.join(self.folder, "nobody")
        done = self.mailer("--server", f"lmtp+unix:{path}", "--from", SENDER, "a@example.test")
        self.assert_told(done, 75)
        self.assertIn(path.encode(), done.stderr)
        done = self.mailer("--server", f"lmtp+unix:{path}", "--tls", "required", "--from", SENDER,
                           "a@example.test")
        self.assert_told(done, 64)

    def test_aiosmtpd_takes_a_message_by_lmtp(self):
        from aiosmtpd.lmtp import LMTP  # pylint: disable=import-error,import-outside-toplevel
        kept, path = [], os.path.join(self.folder, "aiosmtpd")

        class Keeper:
            async def handle_DATA(self, _server, _session, envelope):  # pylint: disable=invalid-name
                kept.append((envelope.rcpt_tos, envelope.original_content))
                return "250 2.0.0 Kept"

        loop = asyncio.new_event_loop()
        loop.run_until_complete(loop.create_unix_server(lambda: LMTP(Keeper()), path))
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        done = self.mailer("--server", f"lmtp+unix:{path}", "--from", SENDER, "a@example.test")
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
        self.assert_silent_success(done)
        self.assertEqual(kept[0][0], ["a@example.test"])
        self.assert_holds(kept[0][1], b"Hello.\n")


class Route(common.SendingTestCase):
    def test_a_source_and_a_family_are_kept_to(self):
        self.accept("--source", "127.0.0.7", "-4", "a@example.test")
        self.assertIn("[127.0.0.7]", self.connections[0]["commands"][0])
        self.refuse((68,), "-6", "a@example.test")
        self.refuse((64,), "-6", "--source", "127.0.0.7", "a@example.test")
        self.refuse((64,), "-4", "-6", "a@example.test")
        self.refuse((64,), "--source", "localhost", "a@example.test")
        self.refuse((75,), "--source", "192.0.2.7", "a@example.test")


class Proxies(common.TestCase):
    SECRET = "ann:p%C3%A4ss%3A%40word"
    LOGIN = "ann:päss:@word"
    KINDS = ("socks5", "http")

    def through(self, proxy, *arguments, login="", host="mail.example.test", scenario="good", **more):
        with common.scripted.Server(scenario, self.tls) as server, proxy:
            done = self.mailer("-v", "--server", f"smtp://{host}:{server.port}", "--from", SENDER,
                               "--proxy", f"{proxy.kind}://{login}127.0.0.1:{proxy.port}",
                               *arguments, "a@example.test", **more)
        self.connections = server.connections
        for secret in ("päss", "p%C3", "YW5uOnDDpHNzOkB3b3Jk"):
            self.assertNotIn(secret.encode(), done.stderr)
        return done, server.messages

    def test_the_proxy_looks_up_the_name_and_logs_in(self):
        for kind in self.KINDS:
            for login in (None, self.LOGIN):
                with self.subTest(kind, login=login):
                    proxy = Proxy(kind, login)
                    done, [_message] = self.through(proxy, "--tls", "off",
                                                    login=self.SECRET + "@" if login else "")
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertEqual(proxy.asked, ["mail.example.test"])
                    self.assertEqual(proxy.logins, [login] if login else [])
                    self.assertIn("[127.0.0.1]", self.connections[0]["commands"][0])

    def test_tls_is_checked_against_the_name_of_the_server(self):
        starttls = server_like(capabilities=("STARTTLS",))
        for kind in self.KINDS:
            done, messages = self.through(Proxy(kind), "--ca-file", self.tls + "/ca.pem",
                                          host="localhost", scenario=starttls)
            self.assertEqual((done.returncode, len(messages)), (0, 1), done.stderr)
            self.assertTrue(self.connections[0]["tls"], "off for a localhost behind a proxy")
            done, messages = self.through(Proxy(kind), "--ca-file", self.tls + "/ca.pem",
                                          host="other.example.test", scenario=starttls)
            self.assertEqual((done.returncode, messages), (69, []), done.stderr)

    def test_a_name_in_another_script_is_asked_for_as_the_dns_has_it(self):
        for kind in self.KINDS:
            proxy = Proxy(kind)
            done, messages = self.through(proxy, "--tls", "off", host="bücher.example.test")
            self.assertEqual((done.returncode, len(messages)), (0, 1), done.stderr)
            self.assertEqual(proxy.asked, ["xn--bcher-kva.example.test"])

    def test_a_proxy_that_refuses_is_told(self):
        cases = [("socks5", self.LOGIN, None, 77, b"wants a login"),
                 ("http", self.LOGIN, None, 77, b"wants a login"),
                 ("socks5", None, b"\5\5", 75, b"connection refused"),
                 ("socks5", None, b"\4\0", 76, b"SOCKS 5"),
                 ("socks5", None, b"", 75, b"closed the connection"),
                 ("http", None, b"HTTP/1.1 503 No way\r\n\r\n", 75, b"503 No way"),
                 ("http", None, b"220 mail.example.test\r\n", 76, b"HTTP proxy")]
        for kind, login, answer, code, words in cases:
            done, messages = self.through(Proxy(kind, login, answer), "--tls", "off")
            self.assertEqual((done.returncode, messages), (code, []), done.stderr)
            self.assertIn(words, done.stderr)

    def test_a_wrong_login_is_told(self):
        for kind in self.KINDS:
            proxy = Proxy(kind, self.LOGIN)
            done, messages = self.through(proxy, "--tls", "off", login="ann:wrong@")
            self.assertEqual((done.returncode, messages), (77, []), done.stderr)
            self.assertIn(b"login of ann", done.stderr)
            self.assertEqual(proxy.logins, ["ann:wrong"])

    def test_a_silent_proxy_times_out(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            for kind in self.KINDS:
                done = self.mailer("--server", "smtp://mail.example.test", "--from", SENDER,
                                   "--timeout", "1", "--proxy",
                                   f"{kind}://127.0.0.1:{listener.getsockname()[1]}",
                                   "a@example.test")
                self.assert_told(done, 75)
                self.assertIn(b"within 1 seconds", done.stderr)

    def test_what_cannot_be_asked_for_is_refused(self):
        for server, proxy in (("lmtp+unix:/x", "http://p"), ("smtp://a\r\nX: y", "http://p"),
                              ("smtp://a", "ftp://p"), ("smtp://a", "http://u:pass@p:x")):
            done = self.mailer("--server", server, "--from", SENDER, "--proxy", proxy,
                               "a@example.test")
            self.assert_told(done, 64)
            self.assertNotIn(b"pass", done.stderr)


class SeveralServers(common.TestCase):
    """The second one is in good order."""

    def try_first(self, first, *arguments):
        with self.scripted(first) as one, self.scripted("good") as two:
            done = self.mailer("--server", f"smtp://127.0.0.1:{one.port}",
                               "--server", f"smtp://127.0.0.1:{two.port}", "--from", SENDER,
                               *arguments, *THREE)
        return done, one.messages, two

    def test_the_next_one_gets_what_the_first_did_not_take(self):
        for answers in ({"greeting": "554 5.7.1 No"}, {"greeting": "421 4.3.2 Busy"},
                        {"greeting": b"HTTP/1.1 400\r\n\r\n"}, {"greeting": close},
                        {"ehlo": "421 4.3.2 Busy"}, {"mail": "421 4.3.2 Busy"},
                        {"mail": close}, {"data": close}, {"rcpt": [DEFAULT, "421 4.3.2 Bye"]}):
            with self.subTest(answers):
                done, messages, two = self.try_first(server_like(answers))
                self.assert_silent_success(done)
                self.assertEqual((messages, len(two.messages)), ([], 1))
                self.assertEqual(len(two.messages[0]["recipients"]), 3)

    def test_a_server_that_is_not_there_is_passed_over(self):
        with self.scripted("good") as server:
            done = self.mailer("--server", f"smtp+unix:{self.folder}/nobody",
                               "--server", "smtp://127.0.0.1:1",
                               "--server", f"smtp://127.0.0.1:{server.port}", "--from", SENDER,
                               *THREE)
        self.assert_silent_success(done)
        self.assertEqual(len(server.messages), 1)

    def test_what_is_refused_or_may_be_delivered_goes_no_further(self):
        for answers, code in (({"end": close}, 80), ({"end": "554 5.6.0 Spam"}, 69),
                              ({"mail": "550 5.7.1 No"}, 69), ({"mail": "451 4.3.0 Later"}, 75),
                              ({"rcpt": "550 5.1.1 No"}, 67)):
            with self.subTest(answers):
                done, _messages, two = self.try_first(server_like(answers))
                self.assertEqual((done.returncode, two.connections), (code, []), done.stderr)

    def test_a_refused_login_is_not_tried_elsewhere(self):
        done, _messages, two = self.try_first(
            server_like({"auth": "535 5.7.8 No"}, capabilities=("AUTH PLAIN",)), "--user", "ann",
            "--allow-clear-password", "--password-file", self.password)
        self.assert_told(done, 77)
        self.assertEqual(two.connections, [])

    def test_when_none_is_of_use_all_of_them_are_told(self):
        done = self.mailer("--server", "smtp://127.0.0.1:1", "--server", "smtp://127.0.0.1:2",
                           "--from", SENDER, *THREE)
        self.assert_told(done, 75)
        self.assertIn(b"none of 2 servers", done.stderr)


if __name__ == "__main__":
    common.main()
