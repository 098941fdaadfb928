#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mailer accounts: what is listed and shown, accounts that are added at a terminal and without one,
and those that are taken over from other programs."""
import os
import pty
import select
import shutil
import signal
import stat
import subprocess
import time
import unittest

import common
import scripted
from common import SENDER

SECRET = scripted.PASSWORD


class AccountsTestCase(common.TestCase):
    def setUp(self):
        self.home = os.path.join(self.folder, "home")
        os.makedirs(self.home)
        self.addCleanup(shutil.rmtree, self.home)
        self.config = self.home + "/.config/mailer/config"

    def run_mailer(self, *arguments, text=b"Hello.\n", **more):
        return self.mailer(*arguments, text=text, env=self.environment(HOME=self.home, **more))

    def accounts(self, *words, **more):
        done = self.run_mailer("accounts", *words, **more)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout.decode()

    def refuse(self, code, *words):
        done = self.run_mailer("accounts", *words)
        self.assert_told(done, code)
        return done.stderr.decode()

    def written(self, name, text, mode=0o600):
        path = os.path.join(self.home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def mode(self, path):
        return stat.S_IMODE(os.stat(path).st_mode)


class ListAndShow(AccountsTestCase):
    TEXT = ('[defaults]\naccount = work\ntimeout = 9\ninclude = more\n'
            '[account "work"]\nfrom = Ann <ann@example.test>\nserver = gmail\n'
            'password = sesame\nproxy = socks5://ann:sesame@proxy.example.test\n'
            '[account "home"]\nserver = smtp://ann:sesame@mail.example.test\ntimeout = 5\n')

    def test_accounts_are_listed_and_shown_without_secrets(self):
        self.written(".config/mailer/more", "[defaults]\nuser = anybody\n")
        self.written(".config/mailer/config", self.TEXT)
        for words in ((), ("list",)):
            self.assertEqual(self.accounts(*words),
                             "* work\tAnn <ann@example.test>\tgmail\n"
                             "  home\t-\t(with a password)\n")
        shown = self.accounts("show", "WORK")
        self.assertTrue(shown.startswith('[account "work"]\n'))
        self.assertIn(f"server = gmail  # {self.config}, line 7\n", shown)
        self.assertIn("user = anybody  # ", shown)
        self.assertIn("timeout = 9  # ", shown)
        self.assertEqual(shown.count("(not shown)"), 2)
        self.assertNotIn("sesame", shown)
        shown = self.accounts("show", "home")
        self.assertIn("timeout = 5", shown)
        self.assertNotIn("timeout = 9", shown)
        self.assertNotIn("sesame", shown)
        self.assertEqual(self.accounts("--config", self.config, "list").count("\n"), 2)

    def test_what_is_not_there_is_told(self):
        self.assertEqual(self.accounts("list"), "")
        self.refuse(78, "show", "none")
        self.refuse(64, "show")
        self.refuse(64, "list", "x")
        self.refuse(64, "drop", "x")
        self.refuse(64, "--no-such-option")
        self.refuse(78, "--config", self.home + "/none", "list")
        self.assertLess(max(map(len, self.accounts("--help").splitlines())), 80)


class Add(AccountsTestCase):
    def at_terminal(self, answers, *words, **more):
        """Runs `accounts` at a terminal of its own; answers are (question, answer)."""
        process, terminal = pty.fork()
        if process == 0:
            os.execve(common.MAILER, [common.MAILER, "accounts", *words],
                      self.environment(HOME=self.home, **more))
        seen, end = "", time.monotonic() + 60
        answers = list(answers)
        while time.monotonic() < end:
            if answers and answers[0][0] in seen:
                seen = seen.split(answers[0][0], 1)[1]
                time.sleep(0.1)
                os.write(terminal, answers.pop(0)[1].encode() + b"\n")
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    octets = os.read(terminal, 4096)
                except OSError:
                    break
                if not octets:
                    break
                self.transcript += octets.decode()
                seen += octets.decode()
        else:
            os.kill(process, signal.SIGKILL)
        os.close(terminal)
        self.assertEqual(answers, [], self.transcript)
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])

    def setUp(self):
        super().setUp()
        self.transcript = ""

    def test_an_account_is_added_from_words_and_sends(self):
        with self.scripted("good") as server:
            told = self.accounts("add", "here", f"from={SENDER}",
                                 f"server=smtp://127.0.0.1:{server.port}")
            self.assertIn("here", told)
            self.assertIn("default", told)
            self.assert_silent_success(self.run_mailer("bob@example.test"))
        self.assertEqual(self.mode(self.config), 0o600)
        self.assertEqual(self.mode(os.path.dirname(self.config)), 0o700)
        self.assertEqual(os.listdir(os.path.dirname(self.config)), ["config"])

    def test_what_is_in_the_file_stays_as_it_was(self):
        before = "# mine\n[account \"a\"]\n  user = x   \n; end"
        path = self.written("real", before, 0o640)
        os.makedirs(os.path.dirname(self.config))
        os.symlink(path, self.config)
        self.accounts("add", "b", "from=ann@example.test", "server=localhost:1", "helo= x ")
        text = common.read(path).decode()
        self.assertTrue(text.startswith(before + "\n"))
        self.assertIn('helo = " x "', text)
        self.assertTrue(os.path.islink(self.config))
        self.assertEqual(self.mode(path), 0o640)
        self.accounts("add", "c", "from=ann@example.test", "server=localhost:1", "password=sesame")
        self.assertEqual(self.mode(path), 0o600)
        self.assertEqual(common.read(path).count(b"[defaults]"), 1)

    def test_a_password_in_a_url_makes_the_file_its_owners(self):
        os.makedirs(os.path.dirname(self.config))
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("[defaults]\ntimeout = 5\n")
        os.chmod(self.config, 0o644)
        self.accounts("add", " a ", "from=ann@example.test", "server=localhost:1",
                      "proxy=socks5://ann:sesame@127.0.0.1")
        self.assertEqual(self.mode(self.config), 0o600)
        # A name with spaces at its ends is found again.
        self.assertIn('account = " a "', common.read(self.config).decode())
        self.accounts("list")
        self.assertNotIn("sesame", self.accounts("show", " a "))

    def test_what_cannot_be_an_account_is_refused(self):
        self.accounts("add", "a", "from=ann@example.test", "server=localhost:1")
        before = common.read(self.config)
        for code, *words in ((64, "a", "from=ann@example.test", "server=localhost:1"),
                             (64, "b", "sever=x"), (64, "b", "from="), (65, "b", "from=ann"),
                             (64, "b", "from=ann@example.test", "server=localhost", "timeout=x"),
                             (65, "b", "from=ann@example.test", "server=a\nb"),
                             (65, "b", "from=ann@example.test", "server=localhost",
                              "helo=" + "x" * 20000),
                             (64, 'b"', "from=ann@example.test", "server=localhost"),
                             (64, "../b", "from=ann@example.test", "server=localhost"),
                             (64, "b" * 60, "from=ann@example.test", "server=localhost"),
                             (64, "b"), (64, "b", "from=ann@example.test"),
                             (77, "b", "from=ann@gmail.com"), (77, "b", "from=ann@outlook.com")):
            with self.subTest(words):
                # Without a terminal nobody can be asked.
                done = subprocess.run([common.MAILER, "accounts", "add", *words],
                                      stdin=subprocess.DEVNULL, capture_output=True, check=False,
                                      env=self.environment(HOME=self.home),
                                      start_new_session=True)
                self.assert_told(done, code)
        self.assertEqual(common.read(self.config), before)

    def test_at_a_terminal_the_rest_is_asked_for_and_a_mail_sent(self):
        with self.scripted("A19") as server:
            code = self.at_terminal(
                [("Address:", SENDER), ("Server", f"smtp://localhost:{server.port}"),
                 ("Name of the account [example]:", ""), ("Send a first mail", "y")],
                "add", "tls=required", f"ca-file={self.tls}/ca.pem", "user=test",
                f"password-command=echo {SECRET}")
        self.assertEqual(code, 0, self.transcript)
        self.assertEqual([message["recipients"] for message in server.messages],
                         [[f"TO:<{SENDER}>"]])

    def test_a_password_is_kept_in_a_file_of_its_own(self):
        code = self.at_terminal([("Password of ann@gmail.com at smtp.gmail.com:", "sesame")],
                                "add", "mine", "from=ann@gmail.com")
        self.assertEqual(code, 0, self.transcript)
        file = os.path.dirname(self.config) + "/mine.password"
        self.assertEqual(common.read(file), b"sesame\n")
        self.assertEqual(self.mode(file), 0o600)
        self.assertIn(b"password-file = mine.password\n", common.read(self.config))
        self.assertNotIn("sesame", self.transcript)

    def test_a_password_is_kept_in_the_keyring_where_there_is_one(self):
        tools = os.path.join(self.home, "tools")
        self.written("tools/secret-tool", "#!/bin/sh\n{ echo \"$*\"; cat; } > "
                     f"{self.home}/stored\n", 0o700)
        code = self.at_terminal([("Password of ann@gmail.com at smtp.gmail.com:", "sesame")],
                                "add", "from=ann@gmail.com",
                                PATH=tools + ":" + os.environ["PATH"],
                                DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere")
        self.assertEqual(code, 0, self.transcript)
        stored = common.read(self.home + "/stored").decode()
        self.assertIn("service smtp host smtp.gmail.com user ann@gmail.com\nsesame", stored)
        self.assertNotIn("sesame", common.read(self.config).decode() + self.transcript)
        self.assertEqual(os.listdir(os.path.dirname(self.config)), ["config"])


class Import(AccountsTestCase):
    def test_accounts_of_msmtp(self):
        self.written(".msmtprc", "defaults\ntls on\nlogfile ~/x\n\n# c\naccount work\n"
                     "host mail.example.test\nport 587\nfrom ann@example.test\nauth on\n"
                     'user ann\npasswordeval "pass mail"\n'
                     "account home : work\nport 465\ntls_starttls off\nauth off\n"
                     "tls_fingerprint 00:11\naccount default : work\n")
        told = self.accounts("import", "msmtp")
        self.assertIn("logfile is not taken", told)
        self.assertIn("tls_fingerprint is not taken", told)
        self.assertEqual(self.accounts("list"),
                         "* work\tann@example.test\tsmtp://mail.example.test:587\n"
                         "  home\tann@example.test\tsmtps://mail.example.test:465\n")
        shown = self.accounts("show", "work")
        self.assertIn("password-command = pass mail  #", shown)
        self.assertIn("tls = required  #", shown)
        self.assertNotIn("user", self.accounts("show", "home"))
        self.assertIn("there already", self.accounts("import", "msmtp"))

    def test_accounts_of_s_nail(self):
        self.written(".mailrc", "# c\nset v15-compat mta=smtp://mail.example.test:587 "
                     'from="Ann <ann@example.test>"\nset noheader smtp-auth-user=ann\n'
                     "alias x y\naccount other {\n  set mta=submissions://other.example.test "
                     "smtp-auth=login\n  set ssl-method=x\n}\n")
        told = self.accounts("import")
        self.assertIn("ssl-method is not taken", told)
        self.assertEqual(self.accounts("list"),
                         "* mailrc\tAnn <ann@example.test>\tsmtp://mail.example.test:587\n"
                         "  other\tAnn <ann@example.test>\tsmtps://other.example.test\n")
        self.assertIn("auth = login  #", self.accounts("show", "other"))

    @unittest.skipUnless(shutil.which("git"), "git is not installed")
    def test_what_git_sends_by(self):
        self.written(".gitconfig", "[sendemail]\n\tsmtpServer = smtp.example.test\n"
                     "\tsmtpEncryption = tls\n\tsmtpUser = ann\n\tsmtpPass = sesame\n"
                     "\tfrom = Ann <ann@example.test>\n\tconfirm = always\n\tsmtpServerOption = x\n"
                     '[sendemail "other"]\n\tsmtpServer = other.example.test\n'
                     "\tsmtpEncryption = ssl\n")
        told = self.accounts("import", "git", PATH=os.environ["PATH"])
        self.assertIn("smtpserveroption is not taken", told)
        self.assertEqual(self.accounts("list"),
                         "* git\tAnn <ann@example.test>\tsmtp://smtp.example.test:587\n"
                         "  other\tAnn <ann@example.test>\tsmtps://other.example.test:465\n")
        self.assertEqual(self.mode(self.config), 0o600)
        self.assertNotIn("sesame", told + self.accounts("show", "git"))

    def test_nothing_to_take_over_is_told(self):
        self.refuse(66, "import")
        self.refuse(66, "import", "msmtp")
        self.refuse(64, "import", "outlook")


if __name__ == "__main__":
    common.main()
