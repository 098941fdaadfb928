#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""--json: what became of each recipient, read back by Python, and by jq where there is one."""
import dataclasses
import json
import shutil
import subprocess

import common
import scenarios

GOOD = scenarios.SCENARIOS["good"]
MEMBERS = ["recipient", "status", "code", "enhanced", "text", "host", "queue_id", "message_id"]
BOTH = ("bob@example.test", "eve@example.test")


def answering(base=GOOD, **answers):
    return dataclasses.replace(base, answers={**base.answers, **answers})


class JsonOutput(common.SendingTestCase):
    def read_lines(self, octets):
        lines = [json.loads(line) for line in octets.decode("utf-8").splitlines()]
        for line in lines:
            self.assertEqual(list(line), MEMBERS)
            self.assertTrue(line["message_id"].startswith("<"), line)
        if shutil.which("jq") and octets:
            told = subprocess.run(["jq", "-r", ".recipient"], input=octets, check=True,
                                  capture_output=True).stdout.decode("utf-8").splitlines()
            self.assertEqual(told, [line["recipient"] for line in lines])
        return lines

    def tell(self, code, scenario, *arguments, **more):
        """The lines for both recipients; the exit code is the same without --json."""
        done, _messages = self.try_to_send("--json", *arguments, *BOTH, scenario=scenario, **more)
        without, _messages = self.try_to_send(*arguments, *BOTH, scenario=scenario, **more)
        self.assertEqual((done.returncode, without.returncode), (code, code), done.stderr)
        self.assertEqual(done.stderr.count(b"\n"), 0 if code == 0 else 1)
        self.assertEqual(without.stdout, b"")
        lines = self.read_lines(done.stdout)
        self.assertEqual([line["recipient"] for line in lines], list(BOTH))
        return lines

    def assert_line(self, line, **members):
        self.assertEqual({name: line[name] for name in members}, members)

    def test_each_recipient_has_a_line_with_the_queue_id(self):
        for line in self.tell(0, answering(end="250 2.0.0 Ok: queued as 4F1C2A")):
            self.assert_line(line, status="accepted", code=250, enhanced="2.0.0",
                             text="250 2.0.0 Ok: queued as 4F1C2A", host="127.0.0.1",
                             queue_id="4F1C2A")

    def test_what_there_is_none_of_is_null(self):
        for line in self.tell(0, answering(end="250 OK")):
            self.assert_line(line, status="accepted", code=250, enhanced=None, queue_id=None)

    def test_each_recipient_has_a_fate_of_its_own(self):
        first, second = self.tell(79, answering(rcpt=["250 ok", "550 5.1.1 no such user"]))
        self.assert_line(first, status="accepted", code=250)
        self.assert_line(second, status="refused", code=550, enhanced="5.1.1", queue_id=None,
                         host="127.0.0.1",
                         text="eve@example.test was refused: 550 5.1.1 no such user")
        first, second = self.tell(75, answering(rcpt=["450 4.2.1 later", "550 5.1.1 no"]))
        self.assert_line(first, status="try_again", code=450)
        self.assert_line(second, status="refused", code=550)

    def test_what_may_have_been_delivered_is_unknown(self):
        for line in self.tell(80, answering(end=scenarios.close)):
            self.assert_line(line, status="unknown", code=None, host="127.0.0.1", queue_id=None)

    def test_failures_before_the_message_are_told_of_each(self):
        for line in self.tell(75, answering(greeting="421 4.3.2 busy")):
            self.assert_line(line, status="try_again", host="127.0.0.1", code=421)
        for line in self.tell(69, GOOD, "--tls", "required"):
            self.assert_line(line, status="refused", host="127.0.0.1", code=None)
        for line in self.tell(69, GOOD, "-N", "never"):
            self.assertIn("DSN", line["text"])

    def test_what_stops_the_program_itself_is_told_of_each(self):
        done = self.mailer("--json", "--server", "smtp://127.0.0.1:9", "--from", common.SENDER,
                           "--user", "ann", "--password-file", self.folder + "/none", *BOTH)
        self.assertNotEqual(done.returncode, 0)
        for line in self.read_lines(done.stdout):
            self.assert_line(line, status="refused", code=None, host=None, queue_id=None)
            self.assertIn("none", line["text"])
        self.assertEqual(done.stdout.count(b"\n"), 2)

    def test_hostile_words_are_one_string(self):
        words = b'250 2.0.0 "\\ \x1b[2J\x00\x7f\xff\xfe \xe2\x80\xa8 </script> {"a":1} queued as "1"\r\n'
        for line in self.tell(0, answering(end=words)):
            self.assert_line(line, status="accepted", code=250)
            self.assertTrue(common.is_printable(line["text"].encode("utf-8")))
            self.assertIn('"\\', line["text"])

    def test_no_address_breaks_the_line(self):
        done, _messages = self.try_to_send(
            "--json", '"a\\"b\\\\c d"@example.test', scenario=GOOD)
        line, = self.read_lines(done.stdout)
        self.assertEqual(line["recipient"], '"a\\"b\\\\c d"@example.test')

    def test_several_servers_are_told_apart(self):
        busy = answering(greeting="421 4.3.2 busy")
        with self.scripted(busy) as first, self.scripted(GOOD) as second:
            done = self.mailer("--json", "--server", f"smtp://127.0.0.1:{first.port}", "--server",
                               f"smtp://localhost:{second.port}", "--from", common.SENDER, *BOTH)
        self.assertEqual(done.returncode, 0, done.stderr)
        for line in self.read_lines(done.stdout):
            self.assert_line(line, status="accepted", host="localhost")
        with self.scripted(busy) as first, self.scripted(busy) as second:
            done = self.mailer("--json", "--server", f"smtp://127.0.0.1:{first.port}", "--server",
                               f"smtp://localhost:{second.port}", "--from", common.SENDER, *BOTH)
        self.assertEqual(done.returncode, 75, done.stderr)
        for line in self.read_lines(done.stdout):
            self.assert_line(line, status="try_again", host=None)

    def test_a_message_that_is_not_sent_has_no_lines(self):
        self.refuse([64], "--json", "-d", "bob@example.test")
        done, _messages = self.try_to_send("--json", "-E", "bob@example.test", text=b"")
        self.assert_silent_success(done)

    def test_output_that_cannot_be_written_is_told_and_the_message_sent(self):
        with open("/dev/full", "wb") as full, self.scripted(GOOD) as server:
            done = subprocess.run(
                [common.MAILER, "--json", "--server", f"smtp://127.0.0.1:{server.port}", "--from",
                 common.SENDER, *BOTH], input=b"Hello.\n", stdout=full, stderr=subprocess.PIPE,
                check=False, timeout=60, env=self.environment())
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"standard output", done.stderr)
        self.assertEqual(len(server.messages), 1)


if __name__ == "__main__":
    common.main()
