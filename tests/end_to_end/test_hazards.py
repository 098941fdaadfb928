#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Every scenario of tests/servers/scenarios.py: the exit code, what the server really accepted,
one line that says what happened, no password outside TLS, and an end in time.

MAILER_HAZARDS, a regular expression, chooses some of them by name."""
import base64
import contextlib
import os
import random
import re
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import common
from common import SENDER
from proxy import Proxy

SEND_MANY = os.environ.get("MAILER_SEND_MANY", "")
SCENARIOS = common.scripted.scenarios.SCENARIOS
USER, PASSWORD = common.scripted.USER, common.scripted.PASSWORD
SECRETS = [PASSWORD.encode(), base64.b64encode(PASSWORD.encode()),
           base64.b64encode(f"\0{USER}\0{PASSWORD}".encode())]
TEXT = "Grüße.\n.dot\n..\nend\n".encode()

# Whatever a server sends, no more memory is asked for. (Sanitizers need some of their own.)
HAS_LIMIT = shutil.which("prlimit") and not common.SANITIZED
LIMIT = ["prlimit", f"--data={64 << 20}"] if HAS_LIMIT else []

# Here only a time-out ends the waiting, so it is short; elsewhere it must not be what ends it.
SHORT, LONG = 3, 30
WAITING = {"G12", "T09", "T28", "F06", "F08", "F10", "K20", "W10", "S06", "L02", "B01",
           "B01-tls"} | {name for name in SCENARIOS
                                   if name.startswith("hang-") and not name.startswith("hang-up")
                                   and name != "hang-quit"}


# Through a proxy too, where the other end of the connection is not the server's.
BY_PROXY = ("G01", "G08", "G14", "E06", "T01", "T05", "T06", "T08", "T10", "T13", "T18", "T26",
            "T27", "A01", "A08", "A16", "M08", "R03", "R08", "D05", "D09", "D12", "D13", "D23",
            "C01", "F07", "F11", "W16", "W18")
RUNS = {name: (name, None) for name in SCENARIOS}
RUNS.update({f"{name}-{kind}": (name, kind) for kind in ("socks5", "http") for name in BY_PROXY})


class Run:
    """One scenario, played, through a proxy of a kind if there is one."""

    def __init__(self, name, kind, case):
        scenario = self.scenario = SCENARIOS[name]
        begin = time.monotonic()
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(common.scripted.Server(name, case.tls))
            command = self.command(name, server.port, case)
            if kind:
                proxy = stack.enter_context(Proxy(kind))
                command[1:1] = ["--proxy", f"{kind}://127.0.0.1:{proxy.port}"]
            self.done = subprocess.run([*LIMIT, *command], input=TEXT, capture_output=True,
                                       check=False, timeout=120, env=case.environment())
            self.seconds = time.monotonic() - begin
        self.connections = server.connections
        self.messages = [message for message in server.messages if message["recipients"]]

    def command(self, name, port, case):
        scenario = self.scenario
        recipients = [f"r{number}@example.test" for number in range(scenario.recipients)]
        if scenario.mode == "many":
            return [SEND_MANY, f"smtp://127.0.0.1:{port}", *(f"r{n}@example.test" for n in range(3))]
        tls = {"plain": "off", "clear-auth": "off", "lmtp": "off",
               "tls": "implicit"}.get(scenario.mode, "required")
        login = ["--user", USER, "--password-file", case.password]
        scheme = "lmtp" if scenario.mode == "lmtp" else "smtp"
        return [common.MAILER, "--server", f"{scheme}://{scenario.host}:{port}", "--tls", tls,
                *(["--ca-file", case.tls + "/ca.pem"] if tls != "off" else []),
                "--from", SENDER, "-s", name,
                "--timeout", str(SHORT if name in WAITING else LONG),
                *(login if "auth" in scenario.mode else []),
                *(["--auth", scenario.mechanisms] if scenario.mechanisms else []),
                *(["-a", case.attachments[scenario.attachment]] if scenario.attachment else []),
                *recipients]


class Hazards(common.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.attachments = {
            size: cls.file(f"{size}.bin", random.Random(26).randbytes(1 << 16) * (size >> 16))
            for size in {scenario.attachment for scenario in SCENARIOS.values()}}
        names = [name for name in RUNS if SEND_MANY or SCENARIOS[RUNS[name][0]].mode != "many"]
        chosen = os.environ.get("MAILER_HAZARDS")
        if chosen:
            names = [name for name in names if re.fullmatch(chosen, name)]
        with ThreadPoolExecutor(8) as pool:
            cls.runs = dict(zip(names, pool.map(lambda name: Run(*RUNS[name], cls), names)))

    def check(self, name):
        if name not in self.runs:
            self.skipTest("MAILER_SEND_MANY is not set, or MAILER_HAZARDS leaves it out")
        run = self.runs[name]
        done, scenario = run.done, run.scenario
        self.assertGreaterEqual(done.returncode, 0, "ended by a signal")
        if scenario.mode == "many":
            outcome = " ".join(done.stdout.decode().split())
        else:
            outcome = done.returncode
            if done.returncode == 0:
                self.assert_silent_success(done)
            else:
                self.assert_told(done, done.returncode)
        self.assertIn((outcome, len(run.messages)), scenario.outcomes, done.stderr.decode())
        if RUNS[name][0] not in WAITING:
            self.assertLess(run.seconds, LONG - 5, "it waited for a time-out")
        else:
            self.assertLess(run.seconds, LONG, "it waited longer than --timeout says")
        transactions = max(len(run.messages), 1)
        self.assertLessEqual(len(run.connections), 3 if scenario.mode == "many" else transactions)
        for connection in run.connections:
            for secret in SECRETS:
                self.assertNotIn(secret, connection["clear"])
                self.assertNotIn(secret, done.stderr)
        for message in run.messages:
            self.assert_fit_for_the_wire(message)
            if scenario.mode != "many":
                attached = (os.path.basename(self.attachments[scenario.attachment]),
                            "application/octet-stream",
                            common.read(self.attachments[scenario.attachment]))
                self.assert_holds(message["octets"], TEXT,
                                  [attached] if scenario.attachment else [])



class Shown(common.TestCase):
    def test_a_token_that_is_refused_is_told_in_words(self):
        for name in ("A22", "A23"):
            with self.subTest(name), self.scripted(name) as server:
                done = self.mailer("--server", f"smtp://localhost:{server.port}",
                                   "--tls", "required", "--ca-file", self.tls + "/ca.pem",
                                   "--user", USER, "--password-file", self.password,
                                   "--auth", SCENARIOS[name].mechanisms,
                                   "--from", SENDER, "bob@example.test")
                self.assert_told(done, 77)
                self.assertIn(b"invalid_token, it must be for the scope mail", done.stderr)

    def test_a_login_that_cannot_be_done_is_told_by_its_reason(self):
        for name, words in (("A06", b"offers no login, but a user was given"),
                            ("A08", b"would send the password in clear"),
                            ("A31", b"speaks only HELO"), ("A32", b"of which none is known here"),
                            ("A39", b"and only SCRAM-SHA-256 is allowed"),
                            ("A46", b"offers no login without TLS: require TLS")):
            tls = "off" if SCENARIOS[name].mode == "clear-auth" else "required"
            chosen = ["--auth", SCENARIOS[name].mechanisms] if SCENARIOS[name].mechanisms else []
            with self.subTest(name), self.scripted(name) as server:
                done = self.mailer("--server", f"smtp://localhost:{server.port}", "--tls", tls,
                                   *(["--ca-file", self.tls + "/ca.pem"] if tls != "off" else []),
                                   "--user", USER, "--password-file", self.password, *chosen,
                                   "--from", SENDER, "bob@example.test")
                self.assert_told(done, 77)
                self.assertIn(words, done.stderr)

    def test_a_login_that_goes_wrong_on_this_side_is_taken_back(self):
        for name in ("A03", "A15", "A16"):
            with self.subTest(name):
                with self.scripted(name) as server:
                    self.mailer("--server", f"smtp://localhost:{server.port}",
                                "--tls", "required", "--ca-file", self.tls + "/ca.pem",
                                "--user", USER, "--password-file", self.password,
                                "--from", SENDER, "bob@example.test")
                self.assertTrue(server.connections[0]["secure"].endswith(b"\r\n*\r\n"))

    def test_nothing_that_a_server_says_reaches_the_terminal_unmasked(self):
        for name in ("G11", "G15", "R12", "D21", "A09", "G08", "nonsense-mail"):
            with self.subTest(name), self.scripted(name) as server:
                login = ("--user", USER, "--password-file", self.password, "--tls", "required",
                         "--ca-file", self.tls + "/ca.pem") if name == "A09" else ()
                done = self.mailer("-v", "-v", "--server", f"smtp://localhost:{server.port}",
                                   *login, "--from", SENDER, "bob@example.test")
                self.assertTrue(common.is_printable(done.stderr + done.stdout), done.stderr)
                for secret in SECRETS:
                    self.assertNotIn(secret, done.stderr + done.stdout)


def add_test(name):
    def test(self):
        self.check(name)
    scenario, kind = RUNS[name]
    test.__doc__ = f"{name}: {SCENARIOS[scenario].about}" + (f", by {kind}" if kind else "")
    setattr(Hazards, "test_" + name.replace("-", "_"), test)


for run_name in RUNS:
    add_test(run_name)


if __name__ == "__main__":
    common.main()
