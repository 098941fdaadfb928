#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Whom the mailer reaches, and how: LMTP, local sockets."""
import asyncio
import os
import threading

import common
from common import SENDER
from actions import DEFAULT, close

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


if __name__ == "__main__":
    common.main()
