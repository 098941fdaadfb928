#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""How often the program waits for an answer until its mail is sent, in each mode.

The scripted server answers only when nothing more comes, so what is counted has nothing to do with
time: a program that said each command by itself would have more turns, never fewer. A TLS handshake
(1.3) is one more wait, which the server does not see.
"""
import dataclasses
import itertools
import os
import subprocess
import unittest

import common
import scenarios

GOOD = scenarios.SCENARIOS["good"]
SEND_MANY = os.environ.get("MAILER_SEND_MANY", "")
OFFERS = {"chunking": ("PIPELINING", "8BITMIME", "CHUNKING"), "pipelining": ("PIPELINING",),
          "neither": ()}
# Greeting, EHLO, and then: all of the mail; its envelope and its text; each command and the text.
WAITS = {"chunking": 2 + 1, "pipelining": 2 + 2, "neither": 2 + 4}
# The handshake; STARTTLS and another EHLO with it.
WAITS_FOR_TLS = {"plain": 0, "starttls": 3, "implicit": 1}
OPTIONS_FOR_TLS = {"plain": "off", "starttls": "required", "implicit": "implicit"}


def server_for(tls, offer, login):
    inside = OFFERS[offer] + (("AUTH PLAIN",) if login else ())
    outside = inside + (("STARTTLS",) if tls == "starttls" else ())
    return dataclasses.replace(GOOD, patient=True, capabilities=outside, secure=inside,
                               implicit_tls=tls == "implicit")


class RoundTrips(common.TestCase):
    def waits(self, tls, offer, login):
        options = ["--tls", OPTIONS_FOR_TLS[tls]]
        if tls != "plain":
            options += ["--ca-file", self.tls + "/ca.pem"]
        if login:
            options += ["--user", common.scripted.USER, "--password-file", self.password]
        if login and tls == "plain":
            options += ["--allow-clear-password"]
        with self.scripted(server_for(tls, offer, login)) as server:
            done = self.mailer("--server", f"smtp://localhost:{server.port}", "--from",
                               common.SENDER, *options, "bob@example.test")
        self.assert_silent_success(done)
        self.assertEqual(len(server.messages), 1)
        connection = server.connections[0]
        self.assertEqual(connection["tls"], tls != "plain")
        self.assertEqual(bool(connection["logins"]), login)
        return connection["turns"] + connection["tls"]

    def test_a_message_waits_for_no_answer_that_it_can_do_without(self):
        for tls, offer, login in itertools.product(WAITS_FOR_TLS, WAITS, (False, True)):
            with self.subTest(tls=tls, offer=offer, login=login):
                self.assertEqual(self.waits(tls, offer, login),
                                 WAITS[offer] + WAITS_FOR_TLS[tls] + login)

    @unittest.skipUnless(SEND_MANY, "MAILER_SEND_MANY is not set")
    def test_many_messages_wait_once_each_by_data_and_not_by_bdat(self):
        count = 40
        recipients = [f"r{number}@example.test" for number in range(count)]
        for offer, waits in (("pipelining", 3 + count), ("chunking", 3)):
            with self.subTest(offer=offer), self.scripted(
                    server_for("plain", offer, False)) as server:
                done = subprocess.run([SEND_MANY, f"smtp://127.0.0.1:{server.port}", *recipients],
                                      capture_output=True, check=False, timeout=60,
                                      env=self.environment())
                self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertEqual(len(server.messages), count)
            self.assertEqual([connection["turns"] for connection in server.connections], [waits])


if __name__ == "__main__":
    common.main()
