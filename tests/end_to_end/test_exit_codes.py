#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Each exit code is reached, with one line that begins with the program's name."""
import os
import re
import socket
import unittest

import common
from common import SENDER

BOB = "bob@example.test"
LINE_LIMIT = 400


def closed_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class ExitCodes(common.SendingTestCase):
    reached = set()

    @classmethod
    def tearDownClass(cls):
        wanted = {0, 64, 65, 66, 67, 68, 69, 71, 73, 74, 75, 76, 77, 78, 79, 80}
        super().tearDownClass()
        # 70 is a defect of the program, so no test can reach it.
        if wanted - cls.reached:
            raise AssertionError(f"exit codes that no test reached: {wanted - cls.reached}")

    def ends(self, code, done, *words):
        """It ended so, and its one line has these words; with 0 it has none."""
        self.reached.add(done.returncode)
        self.assertEqual(done.returncode, code, done.stderr)
        if code == 0:
            self.assert_silent_success(done)
            return
        self.assert_told(done, code)
        line = done.stderr.decode().rstrip("\n")
        self.assertLessEqual(len(done.stderr), LINE_LIMIT, line)
        self.assertRegex(line, r"^mailer: [^ ]", "how each line begins")
        self.assertNotRegex(line, r"[^.]\.$", "a line of this program has no full stop")
        self.assertNotRegex(line, r"  |\(null\)|%[a-z]", "left over from making the text")
        for word in words:
            self.assertIn(word, line)

    def local(self, *arguments, **more):
        """No server is needed to see that it is wrong."""
        return self.mailer("--server", "smtp://127.0.0.1:1", "--from", SENDER, *arguments, **more)

    def test_use_64(self):
        for arguments in (("--wrong",), ("--subject",), (), ("--tls", "perhaps", BOB),
                          ("--timeout", "soon", BOB), ("-d", "--json", BOB), ("--name", "x", BOB),
                          ("-a", "Subject: x", BOB), ("|cat",), ("/tmp/mbox",), ("-H", "x", BOB),
                          ("-N", "perhaps", BOB), ("--deliver-by", "soon", BOB),
                          ("--hold-until", "soon", BOB), ("--thread", "x", "--references", "<a@b>",
                                                          BOB)):
            with self.subTest(arguments):
                self.ends(64, self.local(*arguments))

    def test_data_65(self):
        for arguments in (("bob@",), ("bob@exa mple.test",), ("-s", "\u0007", BOB),
                          ("-H", "X Y: z", BOB), ("--charset", "none", BOB),
                          ("--priority", "high", "-H", "Received: x", BOB)):
            with self.subTest(arguments):
                self.ends(65, self.local(*arguments))
        self.ends(65, self.local(BOB, text=b"\xff\xfe\xfd"))
        self.ends(65, self.local("-t", text=b"To: bob@\n\nx\n"))

    def test_input_66(self):
        for arguments in (("-a", "/none"), ("-a", "/dev/zero"), ("-a", "/"), ("--text", "/none"),
                          ("--html", "/none"), ("-I", "/none"), ("--eml", "/none"),
                          ("--calendar", "/none"), ("-a", "/none/" + "x" * 250)):
            with self.subTest(arguments):
                self.ends(66, self.local(*arguments, BOB), arguments[1])
        self.ends(66, self.local(BOB, text=None, stdin=os.open("/", os.O_RDONLY)))

    def server_tells(self, scenario, code, *arguments, **more):
        done, _messages = self.try_to_send(*arguments, scenario=scenario, **more)
        self.ends(code, done)
        return done.stderr.decode()

    def test_success_0(self):
        self.server_tells("good", 0, BOB)

    def test_recipients_67_and_79(self):
        line = self.server_tells("R12", 67, BOB)
        self.assertIn(BOB, line)
        line = self.server_tells("R03", 79, "ann@example.test", BOB)
        self.assertIn("550", line)
        self.assertIn("sent to the other", line)

    def test_host_68(self):
        self.ends(68, self.mailer("--server", "smtp://x..example", "--from", SENDER, BOB))

    def test_refused_69(self):
        self.server_tells("size-limit", 69, "-a", self.file("big.bin", os.urandom(300000)), BOB)
        with self.scripted("T01") as server:
            self.ends(69, self.mailer("--server", f"smtp://localhost:{server.port}", "--tls",
                                      "required", "--ca-file", self.tls + "/ca.pem", "--from",
                                      SENDER, BOB), "STARTTLS")

    def test_system_71(self):
        # No room for the temporary file of what is on standard input.
        self.ends(71, self.mailer("-d", "--from", SENDER, BOB, text=b"x\n" * 500000,
                                  preexec_fn=limit_files))

    def test_creation_73(self):
        self.ends(73, self.local("--only-if-changed", "/none/state", BOB), "/none/state")

    def test_output_74(self):
        with open("/dev/full", "wb") as full:
            done = common.subprocess.run(
                [common.MAILER, "-d", "--from", SENDER, BOB], input=b"x\n", stdout=full,
                stderr=common.subprocess.PIPE, env=self.environment(), check=False)
        lines = done.stderr.splitlines(keepends=True)
        done.stdout, done.stderr = b"", lines[-1]
        self.ends(74, done, "standard output")

    def test_later_75(self):
        self.ends(75, self.mailer("--server", f"smtp://127.0.0.1:{closed_port()}", "--from",
                                  SENDER, BOB), "127.0.0.1")
        for scenario in ("F02", "F12", "hang-up-mail", "hang-up-rcpt"):
            with self.subTest(scenario):
                self.server_tells(scenario, 75, BOB)

    def test_nonsense_76(self):
        for scenario in ("G08", "nonsense-ehlo", "nonsense-mail", "M06", "M08"):
            with self.subTest(scenario):
                self.server_tells(scenario, 76, BOB)

    def test_login_77(self):
        for scenario in ("A01", "A06", "A09", "A14"):
            with self.subTest(scenario), self.scripted(scenario) as server:
                self.ends(77, self.mailer(
                    "--server", f"smtp://localhost:{server.port}", "--tls", "required",
                    "--ca-file", self.tls + "/ca.pem", "--from", SENDER, "--user",
                    common.scripted.USER, "--password-file", self.password, BOB))

    def test_configuration_78(self):
        wrong = self.file("wrong.ini", b"[account\n", 0o600)
        self.ends(78, self.mailer("--config", wrong, "--from", SENDER, BOB), "wrong.ini")
        self.ends(78, self.mailer("--config", self.file("unknown.ini", b"[account \"x\"]\nno = 1\n",
                                                        0o600), "--from", SENDER, BOB))
        self.ends(78, self.mailer("--config", self.file("no.ini", b""), "--account", "x", "--from",
                                  SENDER, BOB))

    def test_perhaps_delivered_80(self):
        for scenario in ("D08", "D09", "hang-up-end"):
            with self.subTest(scenario):
                line = self.server_tells(scenario, 80, BOB)
                self.assertRegex(line, re.compile("may have|look whether"))


def limit_files():
    import resource  # pylint: disable=import-outside-toplevel
    import signal    # pylint: disable=import-outside-toplevel
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


if __name__ == "__main__":
    unittest.main(warnings="ignore")
