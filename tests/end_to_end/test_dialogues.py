#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The dialogues of coursework clients, and how often the client waits for the server."""
import base64
import os
import subprocess
import threading

import common
from common import SENDER, picture, read

PASSWORD = common.scripted.PASSWORD
SEND_MANY = os.environ.get("MAILER_SEND_MANY", "")


def verbs(connection):
    """The commands without their arguments, but for that of AUTH."""
    return [" ".join(line.split()[:2]) if line.startswith("AUTH") else line.split(" ")[0]
            for line in connection["commands"]]


class CourseworkDialogues(common.TestCase):
    attached = ("-s", "Bericht", "-a", picture("cpu.png"), "-a", picture("photo.jpg"))

    def assert_delivered(self, server):
        [message] = server.messages
        self.assert_fit_for_the_wire(message)
        self.assert_holds(message["octets"], b"Hello.\n",
                          [("cpu.png", "image/png", read(picture("cpu.png"))),
                           ("photo.jpg", "image/jpeg", read(picture("photo.jpg")))])

    def log_in(self, server, *password):
        return self.mailer("--server", f"smtp://localhost:{server.port}", "--tls", "required",
                           "--ca-file", self.tls + "/ca.pem", "--from", SENDER,
                           "--user", common.scripted.USER, *password, *self.attached,
                           "bob@example.test")

    def test_a_server_that_knows_only_helo(self):
        for scenario in ("helo-500", "helo-502"):
            with self.subTest(scenario):
                with self.scripted(scenario) as server:
                    done = self.send(server.port, *self.attached, "bob@example.test")
                self.assert_silent_success(done)
                self.assert_delivered(server)
                [connection] = server.connections
                self.assertEqual(verbs(connection),
                                 ["EHLO", "HELO", "MAIL", "RCPT", "DATA", "QUIT"])
                self.assertEqual(connection["commands"][2], f"MAIL FROM:<{SENDER}>")
                self.assertEqual(connection["commands"][3], "RCPT TO:<bob@example.test>")

    def test_outlook_and_office_365_ask_for_name_and_password(self):
        for scenario in ("outlook", "office365"):
            with self.subTest(scenario):
                with self.scripted(scenario) as server:
                    done = self.log_in(server, "--password-file", self.password)
                self.assert_silent_success(done)
                self.assert_delivered(server)
                [connection] = server.connections
                self.assertEqual(verbs(connection)[:4], ["EHLO", "STARTTLS", "EHLO", "AUTH LOGIN"])
                self.assertEqual(connection["logins"], [["LOGIN", common.scripted.USER, True]])
                self.assertIn(connection["commands"][-1], ("QUIT",))
                self.assertNotIn(b"AUTH", connection["clear"])

    def test_gmail_takes_plain_with_or_without_a_prompt(self):
        for scenario in ("gmail", "gmail-334"):
            with self.subTest(scenario):
                with self.scripted(scenario) as server:
                    done = self.log_in(server, "--password-file", self.password)
                self.assert_silent_success(done)
                self.assert_delivered(server)
                self.assertEqual(server.connections[0]["logins"],
                                 [["PLAIN", common.scripted.USER, True]])

    def test_sender_password_and_receiver_on_the_command_line(self):
        with self.scripted("office365") as server:
            done = self.log_in(server, "--password", PASSWORD)
        self.assert_silent_success(done)
        self.assert_delivered(server)

    def test_the_password_is_gone_from_the_command_line_before_the_first_reply(self):
        started, seen = threading.Event(), []

        def look(dialogue):
            started.wait(10)
            seen.append(read(f"/proc/{process.pid}/cmdline"))
            dialogue.send(b"220 mail.example.test\r\n")

        scenario = common.scripted.scenarios.Scenario(
            "", "auth", set(), {"greeting": look},
            capabilities=("STARTTLS",), secure=("AUTH PLAIN",))
        with self.scripted(scenario) as server:
            with subprocess.Popen(
                    [common.MAILER, "--server", f"smtp://localhost:{server.port}", "--tls",
                     "required", "--ca-file", self.tls + "/ca.pem", "--from", SENDER, "--user",
                     common.scripted.USER, "--password", PASSWORD, "bob@example.test"],
                    stdin=subprocess.DEVNULL, env=self.environment()) as process:
                started.set()
        self.assertEqual(process.returncode, 0)
        self.assertNotIn(PASSWORD.encode(), seen[0])

    def test_verbose_shows_the_dialogue_and_no_secret(self):
        with self.scripted("office365") as server:
            done = self.log_in(server, "--password-file", self.password, "-v", "-v")
        self.assertEqual(done.returncode, 0)
        self.assertTrue(common.is_printable(done.stderr))
        self.assertIn(b"C: MAIL FROM:", done.stderr)
        self.assertIn(b"S: 354", done.stderr)
        for secret in (PASSWORD.encode(), base64.b64encode(PASSWORD.encode())):
            self.assertNotIn(secret, done.stderr + done.stdout)


class Waits(common.TestCase):
    def waits(self, scenario):
        with self.scripted(scenario) as server:
            self.assert_silent_success(self.send(server.port, "-s", "x", "bob@example.test"))
        self.assertEqual(len(server.messages), 1)
        self.assertTrue(server.connections[0]["quit"])
        return server.connections[0]["turns"]

    def test_with_pipelining_a_message_costs_four_waits(self):
        self.assertLessEqual(self.waits("turns-data"), 4)

    def test_with_chunking_a_message_costs_three_waits(self):
        self.assertLessEqual(self.waits("turns-chunks"), 3)

    def many_waits(self, scenario, count):
        if not SEND_MANY:
            self.skipTest("MAILER_SEND_MANY is not set")
        recipients = [f"r{number}@example.test" for number in range(count)]
        with self.scripted(scenario) as server:
            done = subprocess.run([SEND_MANY, f"smtp://127.0.0.1:{server.port}", *recipients],
                                  capture_output=True, check=False, timeout=60,
                                  env=self.environment())
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual([m["recipients"] for m in server.messages],
                         [[f"TO:<{recipient}>"] for recipient in recipients])
        self.assertEqual(len(server.connections), 1)
        return server.connections[0]["turns"]

    def test_with_pipelining_each_of_ten_messages_costs_one_wait(self):
        self.assertLessEqual(self.many_waits("many-data", 10), 3 + 10)

    def test_with_chunking_ten_messages_cost_no_more_waits_than_one(self):
        self.assertLessEqual(self.many_waits("many-chunks", 10), 3)


if __name__ == "__main__":
    common.main()
