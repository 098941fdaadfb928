#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Long transfers: the progress bar, signals in the middle of one, and the lines of --log."""
import dataclasses
import os
import re
import signal
import stat
import subprocess

import common
import actions
import scenarios
import terminal

GOOD = scenarios.SCENARIOS["good"]
BOTH = ("bob@example.test", "eve@example.test")
LINE = re.compile(rb"^ *\d+ %.*")


def answering(base=GOOD, **answers):
    return dataclasses.replace(base, answers={**base.answers, **answers})


# The server reads the beginning of the body and then nothing for a while.
STUCK = dataclasses.replace(answering(body=actions.pause(2)), body_after=1000)
STUCK_CHUNKS = dataclasses.replace(GOOD, capabilities=("PIPELINING", "CHUNKING"))
SLOW = dataclasses.replace(GOOD, reads_slowly=True)
# It takes the whole message and says nothing of it.
SILENT = answering(end=actions.pause(2))


class ProgressTestCase(common.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.large = cls.file("large", os.urandom(40_000_000))

    def words(self, server, *more):
        return [common.MAILER, "--server", f"smtp://127.0.0.1:{server.port}", "--from",
                common.SENDER, *more]

    def interrupt(self, scenario, number, *arguments, count=1, ready=None):
        """Sends a signal once the server has had part of the message; returns what is told."""
        with self.scripted(scenario) as server:
            process = subprocess.Popen(self.words(server, *arguments, *BOTH),
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, env=self.environment())
            process.stdin.write(b"Hello.\n")
            process.stdin.close()
            self.assertTrue(common.wait_for(
                lambda: server.connections and (ready or self.has_body)(server.connections[0])))
            for _ in range(count):
                process.send_signal(number)
            told = process.stderr.read()
            output = process.stdout.read()
            code = process.wait(20)
            process.stderr.close()
            process.stdout.close()
        return code, told, output, server

    @staticmethod
    def has_body(connection):
        return b"Content-Type" in connection["clear"]


class Signals(ProgressTestCase):
    def test_half_a_message_is_nobodys_and_that_is_said(self):
        for number, name in ((signal.SIGINT, b"SIGINT"), (signal.SIGTERM, b"SIGTERM"),
                             (signal.SIGHUP, b"SIGHUP")):
            code, told, _output, server = self.interrupt(STUCK, number, "-a", self.large)
            self.assertEqual(code, 75, told)
            self.assertEqual(told, b"mailer: interrupted (" + name + b"): not sent to "
                             b"bob@example.test, eve@example.test\n")
            self.assertEqual(server.messages, [])
            self.assertEqual(len(server.connections), 1)

    def test_a_refused_recipient_has_not_got_it_either(self):
        scenario = dataclasses.replace(
            answering(STUCK, rcpt=["250 ok", "550 5.1.1 no such user"]))
        code, told, _output, server = self.interrupt(scenario, signal.SIGINT, "-a", self.large)
        self.assertEqual(code, 75)
        self.assertIn(b"not sent to bob@example.test, eve@example.test", told)
        self.assertEqual(server.messages, [])

    def test_behind_the_end_it_may_have_been_delivered(self):
        code, told, output, _server = self.interrupt(
            SILENT, signal.SIGINT, "--json",
            ready=lambda connection: b"\r\n.\r\n" in connection["clear"])
        self.assertEqual(code, 80, told)
        self.assertEqual(told, b"mailer: interrupted (SIGINT): may have been sent to "
                         b"bob@example.test, eve@example.test\n")
        self.assertEqual(output.count(b'"status":"unknown"'), 2, output)

    def test_a_server_that_says_nothing_is_left_at_once(self):
        code, told, _output, _server = self.interrupt(
            answering(greeting=actions.pause(2)), signal.SIGINT,
            ready=lambda _connection: True)
        self.assertEqual(code, 75)
        self.assertIn(b"not sent to bob@example.test", told)

    def test_who_ignores_signals_goes_on(self):
        with self.scripted(SLOW) as server:
            process = subprocess.Popen(
                ["/bin/sh", "-c", 'trap "" HUP; exec "$@"', "sh",
                 *self.words(server, "-a", self.large, *BOTH)],
                stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=self.environment())
            common.wait_for(lambda: server.connections and self.has_body(server.connections[0]))
            process.send_signal(signal.SIGHUP)
            self.assertEqual(process.stderr.read(), b"")
            process.stderr.close()
            self.assertEqual(process.wait(30), 0)
        self.assertEqual(len(server.messages), 1)

    def test_a_question_is_answered_and_changes_nothing(self):
        code, told, _output, server = self.interrupt(SLOW, signal.SIGUSR1, "-a", self.large)
        self.assertEqual(code, 0, told)
        self.assertEqual(told.count(b"\n"), 1, told)
        self.assertRegex(told, rb"^ *\d+ % .* of 5\d\.\d MB  .*/s")
        self.assertEqual(len(server.messages), 1)


class Bar(ProgressTestCase):
    def run_at_terminal(self, scenario, *arguments, **more):
        with self.scripted(scenario) as server:
            with terminal.Terminal(self.words(server, *arguments), self.environment(),
                                   input_file="/dev/null", **more) as screen:
                self.assertEqual(screen.end(60), 0, screen.seen)
        self.assertEqual(len(server.messages), 1)
        return screen.seen

    def test_a_long_transfer_has_a_bar_on_a_terminal(self):
        seen = self.run_at_terminal(SLOW, "-a", self.large, "bob@example.test")
        self.assertRegex(seen, r"\r *\d+ % \[=*> *\] of 5\d\.\d MB  \S+ .B/s  0:\d\d left\033\[K")
        self.assertRegex(seen, r"100 % \[=+\] of .*\r\n$")
        for line in re.split(r"[\r\n]+", seen):
            self.assertLess(len(line.replace("\033[K", "")), 80)
        self.assertNotRegex(self.run_at_terminal(SLOW, "-a", self.large, "bob@example.test",
                                                 columns=40), r"\[=")

    def test_a_short_one_has_none(self):
        self.assertEqual(self.run_at_terminal(GOOD, "bob@example.test"), "")

    def test_who_asks_for_it_has_it_always(self):
        self.assertIn("100 %", self.run_at_terminal(GOOD, "--progress", "bob@example.test"))
        with self.scripted(SLOW) as server:
            done = self.mailer(*self.words(server, "--progress", "-a", self.large, *BOTH)[1:])
        self.assertEqual((done.returncode, done.stdout), (0, b""))
        lines = done.stderr.splitlines()
        self.assertGreater(len(lines), 1)
        for line in lines:
            self.assertRegex(line, LINE)
        self.assertTrue(lines[-1].startswith(b"100 %"))

    def test_without_a_terminal_there_is_nothing(self):
        with self.scripted(SLOW) as server:
            done = self.mailer(*self.words(server, "-a", self.large, *BOTH)[1:])
        self.assert_silent_success(done)


class Log(common.SendingTestCase):
    def log(self, *arguments, **more):
        path = os.path.join(self.folder, "log")
        if os.path.exists(path):
            os.unlink(path)
        done, _messages = self.try_to_send("--log", path, *arguments, **more)
        with open(path, encoding="utf-8") as file:
            return done, file.read()

    def test_each_message_has_a_line(self):
        done, text = self.log(*BOTH, scenario=answering(end="250 2.0.0 Ok: queued as 4F1C2A"))
        self.assert_silent_success(done)
        self.assertRegex(text, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ sent exit=0 recipients=2 "
                         r"accepted=2 bytes=\d+ host=127\.0\.0\.1 queue=4F1C2A id=<[^>]+>\n$")
        path = os.path.join(self.folder, "log")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.try_to_send("--log", path, *BOTH)
        self.assertEqual(len(common.read(path).splitlines()), 2)

    def test_failures_are_told_with_their_words(self):
        done, text = self.log(*BOTH, scenario=answering(rcpt=["250 ok", '550 5.1.1 "no" user']))
        self.assertEqual(done.returncode, 79)
        self.assertRegex(text, r"Z partly exit=79 recipients=2 accepted=1 ")
        self.assertIn(r'\"no\" user', text)
        done, text = self.log(*BOTH, scenario=answering(end=scenarios.close))
        self.assertRegex(text, r"Z unknown exit=80 recipients=2 accepted=0 ")
        done, text = self.log("--tls", "required", *BOTH)
        self.assertRegex(text, r"Z failed exit=69 .* error=")
        done, text = self.log("--user", "x", "--password-file", "/nowhere", *BOTH)
        self.assertRegex(text, r'Z failed exit=78 .* error="[^"]*/nowhere')

    def test_no_secret_is_in_it(self):
        _done, text = self.log("--user", "test", "--allow-clear-password", "--password",
                               "Geheim-77", *BOTH, scenario="plain login"
                               if "plain login" in scenarios.SCENARIOS else "good")
        self.assertNotIn("Geheim-77", text)
        self.assertEqual(text.count("\n"), 1)

    def test_a_log_that_cannot_be_written_stops_the_message(self):
        done, messages = self.try_to_send("--log", "/nowhere/log", *BOTH)
        self.assert_told(done, 73)
        self.assertEqual(messages, [])
        done, messages = self.try_to_send("--log", "/dev/full", *BOTH)
        self.assertEqual((done.returncode, len(messages)), (0, 1))
        self.assertIn(b"--log /dev/full", done.stderr)


if __name__ == "__main__":
    common.main()
