#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What a run does not need is neither loaded nor asked for: by strace, and by callgrind's count.

Environment: MAILER_RELEASE  not empty when the program is built as it is installed.
"""
import os
import re
import shutil
import subprocess
import unittest

import common
from common import MAILER, SENDER

# Of the program's own libraries, and of what OpenSSL and the resolver read when they wake up.
HEAVY = re.compile(r"libmagic|magic\.mgc|libgumbo|libarchive|libidn2|libunistring|libgsasl|libinih|"
                   r"openssl\.cnf|/ssl/|resolv\.conf|/etc/hosts|nsswitch|gconv|/locale/")
INSTRUCTIONS = 5_000_000


@unittest.skipUnless(shutil.which("strace"), "there is no strace")
class Opened(common.TestCase):
    def trace(self, *arguments, text=b"Hello.\n"):
        """The files that were opened, and the sockets that were made."""
        log = os.path.join(self.folder, "strace.log")
        # LeakSanitizer cannot run where another program traces already.
        environment = self.environment()
        sanitizer = environment.get("ASAN_OPTIONS", "")
        environment["ASAN_OPTIONS"] = f"{sanitizer}:detect_leaks=0"
        done = subprocess.run(
            ["strace", "-f", "-qq", "-o", log, "-e", "trace=open,openat,socket,execve", MAILER,
             *arguments], input=text, capture_output=True, env=environment, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = common.read(log).decode().splitlines()
        opened = [re.search(r'"(.*?)"', line)[1] for line in lines if " open" in line
                  and " = -1 " not in line]
        self.assertEqual(len([line for line in lines if " execve(" in line]), 1)
        self.assertTrue(any("libc.so" in name for name in opened), lines)
        return opened, [line for line in lines if " socket(" in line]

    def assert_light(self, opened):
        self.assertEqual([name for name in opened if HEAVY.search(name)], [])

    def test_help_and_version_read_nothing(self):
        for option in ("--help", "--version"):
            with self.subTest(option):
                opened, sockets = self.trace(option)
                self.assert_light(opened)
                self.assertEqual(sockets, [])
                home = [name for name in opened if name.startswith(self.folder)]
                self.assertEqual(home, [], "no configuration is asked for")

    def test_a_dry_run_with_text_asks_nobody(self):
        for arguments in ((), ("--server", "smtps://mail.example.test"), ("--tls", "required"),
                          ("--user", "ann", "--server", "smtp://mail.example.test")):
            with self.subTest(arguments):
                opened, sockets = self.trace("-d", "--from", SENDER, "-s", "Grüße", *arguments,
                                             "bob@example.test", text="Grüße\n".encode())
                self.assert_light(opened)
                self.assertEqual(sockets, [])

    def test_a_small_mail_makes_one_socket(self):
        with self.scripted("good") as server:
            opened, sockets = self.trace("--server", f"smtp://127.0.0.1:{server.port}", "--from",
                                         SENDER, "bob@example.test")
        self.assertEqual(len(server.messages), 1)
        self.assert_light(opened)
        self.assertEqual(len(sockets), 1, sockets)

    def test_what_needs_a_library_has_it(self):
        """So that the other tests are seen to look at the right thing."""
        page = self.file("page.html", b"<p>Hello.")
        opened, _sockets = self.trace("-d", "--from", SENDER, "--html", page, "bob@example.test")
        self.assertTrue(any("libgumbo" in name for name in opened), opened)


@unittest.skipUnless(os.environ.get("MAILER_RELEASE") and shutil.which("valgrind"),
                     "for a release build, and valgrind")
class Instructions(common.TestCase):
    def count(self, *arguments):
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", MAILER, *arguments],
            input=b"Hello.\n", capture_output=True, env=self.environment(), check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return int(re.search(rb"Collected : (\d+)", done.stderr)[1])

    def test_a_small_mail_costs_little(self):
        with self.scripted("good") as server:
            count = self.count("--server", f"smtp://127.0.0.1:{server.port}", "--from", SENDER,
                               "bob@example.test")
        print(f"a small mail: {count / 1e6:.2f} million instructions")
        self.assertLessEqual(count, INSTRUCTIONS)

    def test_help_costs_less(self):
        self.assertLessEqual(self.count("--help"), INSTRUCTIONS)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
