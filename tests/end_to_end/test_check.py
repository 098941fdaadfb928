#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mailer check: what is said of servers, good and bad, in words and as JSON, and that nothing is
sent; mailer accounts test, which runs it; --check, which looks at a message."""
import base64
import dataclasses
import json
import re
import socket
from concurrent.futures import ThreadPoolExecutor

import common
import scenarios
from common import SENDER
from proxy import Proxy

SCENARIOS = scenarios.SCENARIOS
USER, PASSWORD = common.scripted.USER, common.scripted.PASSWORD
SECRETS = [PASSWORD.encode(), base64.b64encode(PASSWORD.encode()),
           base64.b64encode(f"\0{USER}\0{PASSWORD}".encode())]
MEMBERS = ["ok", "exit_code", "error", "advice", "stage", "code", "enhanced", "host", "port",
           "address", "by_proxy", "tls_version", "tls_cipher", "trust", "certificates", "offers",
           "used", "on_request", "not_offered", "size_limit", "mechanisms", "user", "mechanism",
           "logged_in", "warnings"]
CERTIFICATE = ["subject", "issuer", "authority", "names", "not_before", "not_after", "days_left",
               "key_pin", "certificate_pin"]
SAID = {"EHLO", "HELO", "STARTTLS", "AUTH", "QUIT", "*"}
# Here a time-out ends the waiting.
WAITING = {"G12", "T09", "T28"}


class CheckTestCase(common.TestCase):
    def options(self, scenario):
        """As the scenario's mode has it."""
        tls = {"plain": "off", "clear-auth": "off", "tls": "implicit"}.get(scenario.mode,
                                                                           "required")
        login = ["--user", USER, "--password-file", self.password]
        return ["--tls", tls, *(["--ca-file", self.tls + "/ca.pem"] if tls != "off" else []),
                *(login if "auth" in scenario.mode else []),
                *(["--auth", scenario.mechanisms] if scenario.mechanisms else [])]

    def check(self, scenario, *arguments, options=None, **more):
        """Checks a scripted server; nothing but what a check says may have been heard."""
        if isinstance(scenario, str):
            scenario = SCENARIOS[scenario]
        options = self.options(scenario) if options is None else options
        with self.scripted(scenario) as server:
            done = self.mailer("check", *options, *arguments,
                               f"smtp://{scenario.host}:{server.port}", **more)
        self.connections = server.connections
        self.assertEqual(server.messages, [])
        for connection in server.connections:
            for line in connection["commands"]:
                verb = line.split(" ")[0].upper()
                self.assertTrue(verb in SAID or re.fullmatch(r"[\w+/=<>]*", line), line)
        for octets in (done.stdout, done.stderr):
            self.assertTrue(common.is_printable(octets), octets)
            for secret in SECRETS:
                self.assertNotIn(secret, octets)
        self.assertEqual(done.stderr.count(b"\n"), 0 if done.returncode == 0 else 1, done.stderr)
        return done

    def tell(self, scenario, *arguments, **more):
        """What is told as JSON; the exit code is the same as in words."""
        done = self.check(scenario, "--json", *arguments, **more)
        self.assertEqual(done.stdout.count(b"\n"), 1)
        told = json.loads(done.stdout)
        self.assertEqual(list(told), MEMBERS)
        for certificate in told["certificates"]:
            self.assertEqual(list(certificate), CERTIFICATE)
        self.assertEqual(told["exit_code"], done.returncode)
        self.assertEqual(told["ok"], done.returncode == 0)
        if not told["ok"]:
            self.assertIn(told["error"], done.stderr.decode())
        return told


class Words(CheckTestCase):
    def assert_words(self, done, *lines):
        text = done.stdout.decode()
        for line in lines:
            self.assertRegex(text, re.compile(f"^{line}$", re.MULTILINE))

    def test_a_good_server_is_told_of_line_by_line(self):
        done = self.check("A12", "--from", "test@example.test")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_words(
            done, r"connected to localhost \(127\.0\.0\.1:\d+\)",
            r"TLSv1\.3, TLS_\w+, certificate of localhost by mailer test authority, good for \d days?, "
            "verified",
            r"  certificate 1: CN=mail\.example\.test, signed by CN=mailer test authority, .*",
            "it offers: PIPELINING; AUTH SCRAM-SHA-256", "will be used:", "  PIPELINING  .*",
            "not offered:", "  CHUNKING  .*", "  DSN  .*", "login as test by SCRAM-SHA-256: ok",
            "warning: the certificate of .*")
        verbs = [line.split(" ")[0] for line in self.connections[0]["commands"]]
        self.assertEqual(verbs[:4], ["EHLO", "STARTTLS", "EHLO", "AUTH"])
        self.assertEqual(verbs[-1], "QUIT")

    def test_a_wrong_certificate_is_told_with_the_very_pin_to_give(self):
        for name in ("T10", "T11", "T12", "T13", "T18"):
            with self.subTest(name):
                done = self.check(name)
                self.assertEqual(done.returncode, 69)
                self.assert_words(done, "TLS was not set up, certificate of .*, not accepted",
                                  "  certificate 1: .*")
                self.assertIn(b"--ca-file", done.stdout)
                pin = re.search(rb"--tls-pin (sha256:[0-9a-f]{64})", done.stdout)[1].decode()
                again = self.check(name, options=["--tls", "required", "--tls-pin", pin])
                self.assertEqual(again.returncode, 0, again.stderr)
                self.assert_words(again, "TLSv1.3, .*, pinned")

    def test_a_login_that_is_refused_is_told(self):
        done = self.check("A01")
        self.assertEqual(done.returncode, 77)
        self.assert_words(done, "login as test by PLAIN: failed")
        self.assertIn(b"535", done.stderr)

    def test_a_server_without_tls_or_ehlo(self):
        done = self.check("E01")
        self.assertEqual(done.returncode, 0)
        self.assert_words(done, "no TLS: .*", "it speaks only HELO.*", "no login was asked for")

    def test_sender_and_user_that_do_not_fit_are_warned_of(self):
        scenario = dataclasses.replace(SCENARIOS["A12"])
        done = self.check(scenario, "--from", "ann@gmail.com")
        self.assertEqual(done.returncode, 0)
        self.assert_words(done, "warning: .*--server gmail.*")

    def test_through_a_proxy(self):
        with Proxy("socks5") as proxy:
            told = self.tell("T21", "--proxy", f"socks5://127.0.0.1:{proxy.port}")
        self.assertTrue(told["ok"])
        self.assertTrue(told["by_proxy"])
        self.assertTrue(told["address"].endswith(f":{proxy.port}"))

    def test_verbose_shows_the_dialogue(self):
        with self.scripted("good") as server:
            done = self.mailer("check", "-v", f"127.0.0.1:{server.port}")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"C: QUIT\n", done.stderr)


class Json(CheckTestCase):
    def test_all_that_is_known_is_told(self):
        told = self.tell("A12", "--from", SENDER)
        self.assertEqual({name: told[name] for name in MEMBERS if name not in (
            "address", "port", "certificates", "tls_cipher", "not_offered", "warnings")}, {
                "ok": True, "exit_code": 0, "error": None, "advice": None, "stage": None,
                "code": None, "enhanced": None, "host": "localhost", "by_proxy": False,
                "tls_version": "TLSv1.3", "trust": "authority",
                "offers": ["PIPELINING", "AUTH SCRAM-SHA-256"], "used": ["PIPELINING"],
                "on_request": [], "size_limit": None, "mechanisms": ["SCRAM-SHA-256"],
                "user": "test", "mechanism": "SCRAM-SHA-256", "logged_in": True})
        self.assertEqual(told["address"], f"127.0.0.1:{told['port']}")
        [certificate] = told["certificates"]
        self.assertEqual(certificate["names"], ["localhost", "127.0.0.1", "::1"])
        self.assertIn(certificate["days_left"], (1, 2))
        self.assertRegex(certificate["not_after"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_failures_are_told_with_stage_and_code(self):
        told = self.tell("A01")
        self.assertEqual([told[name] for name in ("stage", "code", "enhanced", "mechanism")],
                         ["AUTH", 535, "5.7.8", "PLAIN"])
        told = self.tell("T13")
        self.assertEqual([told["stage"], told["trust"], told["used"]], ["TLS", "failed", []])
        self.assertIn("--ca-file", told["advice"])

    def test_nobody_answers(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
            done = self.mailer("check", "--json", f"smtp://127.0.0.1:{port}")
        self.assertEqual(done.returncode, 75)
        told = json.loads(done.stdout)
        self.assertEqual([told["address"], told["certificates"]], [None, []])
        self.assertEqual(self.mailer("check", "-6", "smtp://127.0.0.1:1").returncode, 68)

    def test_wrong_use_and_settings(self):
        for code, words in ((64, ["a", "b"]), (64, ["-s", "x"]), (64, ["--server", "a", "b"]),
                            (64, ["ftp://x"]), (78, []), (78, ["--account", "none"])):
            with self.subTest(words):
                self.assert_told(self.mailer("check", *words), code)


class LikeSending(CheckTestCase):
    def test_every_server_is_judged_as_by_sending(self):
        """Greeting, EHLO, TLS and login decide; what comes later a check does not see."""
        names = [name for name, scenario in SCENARIOS.items()
                 if re.fullmatch(r"[GETA]\d+", name) and scenario.recipients == 1
                 and not scenario.attachment]
        self.assertGreater(len(names), 80)

        def play(name):
            scenario = SCENARIOS[name]
            with self.scripted(scenario) as server:
                done = self.mailer("check", "--json", *self.options(scenario), "--timeout",
                                   "2" if name in WAITING else "30",
                                   f"smtp://{scenario.host}:{server.port}")
            return name, done, server.messages

        with ThreadPoolExecutor(4) as pool:
            for name, done, messages in pool.map(play, names):
                with self.subTest(name):
                    codes = {code for code, _count in SCENARIOS[name].outcomes}
                    self.assertIn(done.returncode, codes, done.stderr)
                    self.assertEqual(list(json.loads(done.stdout)), MEMBERS)
                    self.assertEqual(messages, [])
                    self.assertTrue(common.is_printable(done.stdout + done.stderr))
                    self.assertNotIn(PASSWORD.encode(), done.stdout + done.stderr)


class Accounts(CheckTestCase):
    def test_an_account_is_tested_by_a_check(self):
        with self.scripted("A12") as server:
            path = self.file("accounts", (
                '[account "work"]\nfrom = test@example.test\n'
                f"server = smtp://localhost:{server.port}\ntls = required\n"
                f"ca-file = {self.tls}/ca.pem\nuser = test\npassword-file = {self.password}\n"
            ).encode(), 0o600)
            done = self.mailer("accounts", "--config", path, "test", "work")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn(b"login as test by SCRAM-SHA-256: ok\n", done.stdout)
        self.assertEqual(server.messages, [])
        self.assert_told(self.mailer("accounts", "--config", path, "test", "none"), 78)


class Messages(common.SendingTestCase):
    """--check with a message."""

    def lint(self, *arguments, scenario="good", **more):
        """The code and the lines; nothing was sent."""
        done, messages = self.try_to_send("--check", *arguments, "bob@example.test",
                                          scenario=scenario, **more)
        self.assertEqual((done.stdout, messages), (b"", []))
        for connection in self.connections:
            self.assertEqual([line.split(" ")[0] for line in connection["commands"]],
                             ["EHLO", "QUIT"])
        self.assertTrue(common.is_printable(done.stderr))
        return done.returncode, done.stderr.decode().splitlines()

    def test_a_good_message_is_met_with_silence(self):
        self.assertEqual(self.lint("-a", common.picture("cpu.png")), (0, []))
        self.assertEqual(len(self.connections), 1)

    def test_one_that_is_too_big_is_an_error(self):
        small = dataclasses.replace(SCENARIOS["good"], capabilities=("8BITMIME", "SIZE 2000"))
        code, [line] = self.lint("-a", self.file("big.bin", b"\0" * 3000), scenario=small)
        self.assertEqual(code, 65)
        self.assertRegex(line, r"^mailer: error: the message has \d+ octets and 127.0.0.1 takes 2000:")
        self.assertEqual(self.lint("-a", self.file("big.bin", b"\0" * 900), scenario=small), (0, []))

    def test_warnings_leave_0(self):
        code, lines = self.lint("-a", self.file("none.log"), "--name", "photo.jpg", "-a",
                                common.picture("cpu.png"), "--cid", "x@y", "-a",
                                self.file("a.txt", b"x\n"))
        self.assertEqual((code, len(lines)), (0, 3))
        for line, words in zip(lines, ("none.log is empty", "photo.jpg", "x@y")):
            self.assertTrue(line.startswith("mailer: warning: "), line)
            self.assertIn(words, line)
        code, [line] = self.lint(text=b"")
        self.assertEqual(code, 0)
        self.assertIn("no text", line)
        code, [line] = self.lint("-s", "x" * 40 + " word" * 400)
        self.assertIn("Subject", line)
        code, [line] = self.lint(sender=("--from", "ann@gmail.com"))
        self.assertIn("--server gmail", line)

    def test_a_picture_that_is_missing_is_an_error(self):
        message = self.file("message.eml", (
            b"From: ann@example.test\r\nTo: bob@example.test\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: text/html\r\n\r\n<img src='cid:plot'>\r\n"))
        code, lines = self.lint("--eml", message, sender=())
        self.assertEqual((code, len(lines)), (65, 2))
        self.assertIn("cid:plot", lines[1])
        html = self.file("page.html", b"<img src='none.png'>")
        code, [line] = self.lint("--html", html)
        self.assertIn(code, (65, 66))
        self.assertIn("none.png", line)

    def test_with_a_dry_run_no_server_is_asked(self):
        done, messages = self.try_to_send("-d", "--check", "-a", self.file("none.log"),
                                          "bob@example.test")
        self.assertEqual((done.returncode, messages, self.connections), (0, [], []))
        self.assertIn(b"To: bob@example.test", done.stdout)
        self.assertIn(b"mailer: warning: the attachment none.log is empty", done.stderr)

    def test_a_server_that_cannot_be_used_is_told_as_when_sending(self):
        for name, code in (("G08", 76), ("A01", 77)):
            scenario = SCENARIOS[name]
            login = (["--user", USER, "--password-file", self.password, "--tls", "required",
                      "--ca-file", self.tls + "/ca.pem"] if name == "A01" else [])
            with self.scripted(scenario) as server:
                done = self.mailer("--check", "--server", f"smtp://localhost:{server.port}",
                                   "--from", SENDER, *login, "bob@example.test")
            self.assert_told(done, code)


if __name__ == "__main__":
    common.main()
