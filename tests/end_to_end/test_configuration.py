#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Configuration files: which are read, what they give, what is refused, and where passwords come
from, in their order."""
import os
import shutil

import common
import scripted
from common import SENDER

SECRET = scripted.PASSWORD
WRONG = "wrong-pass"


class ConfigurationTestCase(common.TestCase):
    def setUp(self):
        self.home = os.path.join(self.folder, "home")
        os.makedirs(self.home + "/.config/mailer")
        self.addCleanup(shutil.rmtree, self.home)
        self.config = self.home + "/.config/mailer/config"

    def write(self, text, path=None, mode=0o600):
        path = path or self.config
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        os.chmod(path, mode)
        return path

    def run_mailer(self, *arguments, text=b"Hello.\n", more=None):
        return self.mailer(*arguments, text=text,
                           env=self.environment(HOME=self.home, **(more or {})))

    def account(self, port, *lines, name="test"):
        return "\n".join([f'[account "{name}"]', f"from = {SENDER}",
                          f"server = smtp://localhost:{port}", "tls = required",
                          f"ca-file = {self.tls}/ca.pem", *lines, ""])


class Files(ConfigurationTestCase):
    def refuse(self, *words, arguments=(), code=78):
        done = self.run_mailer("bob@example.test", *arguments)
        self.assert_told(done, code)
        for word in words:
            self.assertIn(word, done.stderr.decode())
        self.assertNotIn("sesame", done.stderr.decode())

    def test_the_account_of_the_sender_sends(self):
        with self.scripted("good") as server:
            self.write(f'[account "a"]\nfrom = Ann <{SENDER}>\n'
                       f"server = smtp://127.0.0.1:{server.port}\n")
            self.assert_silent_success(self.run_mailer("-r", SENDER, "bob@example.test"))
            self.assert_silent_success(self.run_mailer("--account", "a", "bob@example.test"))
            self.write("[defaults]\naccount = a\ninclude = more\n")
            self.write(f'\ufeff[account "a"]\r\n\tfrom = Ann <{SENDER}>\r\n'
                       f"\tserver = smtp://127.0.0.1:{server.port}\r\n",
                       self.home + "/.config/mailer/more")
            self.assert_silent_success(self.run_mailer("bob@example.test"))
            moved = self.home + "/moved"
            os.mkdir(moved)
            os.rename(self.home + "/.config/mailer", moved + "/mailer")
            self.assert_silent_success(
                self.run_mailer("bob@example.test", more={"XDG_CONFIG_HOME": moved}))
            self.assert_silent_success(
                self.run_mailer("-n", "--config", moved + "/mailer/config", "bob@example.test"))
            self.assert_silent_success(
                self.run_mailer("bob@example.test",
                                more={"MAILER_CONFIG": moved + "/mailer/config"}))
        self.assertEqual(len(server.messages), 6)
        for message in server.messages:
            self.assertIn(SENDER.encode(), message["octets"])

    def test_without_a_home_there_is_no_file(self):
        environment = self.environment()
        del environment["HOME"]
        done = self.mailer("bob@example.test", "-r", SENDER, env=environment)
        self.assert_told(done, 78)
        self.assertIn(b"no server", done.stderr)

    def test_each_wrong_line_is_named(self):
        for text, *words in (
                ("[defaults]\nserver localhost\n", "line 2", "neither"),
                ("[defaults\nserver = localhost\n", "line 1", "]"),
                ("[defaults]\nsever = localhost\n", "line 2", "sever", "server"),
                ("[defaults]\nserver =\n", "line 2", "no value"),
                ("[defaults]\nuser = a\nuser = b\n", "line 3", "user", "line 2"),
                ("[defaults]\ntimeout = 1x\n", "line 2", "timeout", "number"),
                ("[defaults]\ntimeout = 99999999999999999999\n", "line 2", "timeout"),
                ("[defaults]\ntls-verify = perhaps\n", "line 2", "tls-verify"),
                ("[account]\nuser = a\n", "line 2", '[account "NAME"]'),
                ("[more]\nuser = a\n", "line 2", "more"),
                ("user = a\n", "line 1", "section"),
                ("include = nowhere\n", "nowhere"),
                ("include = config\n", "line 1", "included"),
                ("[defaults]\naccount = none\n", "line 2", "none"),
                ("[defaults]\nuser = \x1b[31m\n", "line 2", "control"),
                (b"[defaults]\nuser = \xff\n", "line 2", "UTF-8"),
                (b"[defaults]\nuser = a\0b\n", "line 2", "control"),
                (b"\x7fELF\x02\x01\x01\0\0\0", "line 1"),
                (b"x" * 500000, "line 1", "long")):
            with self.subTest(text[:40]):
                self.write(text)
                self.refuse(self.config, *words)

    def test_what_is_no_file_of_ones_own_is_refused(self):
        self.write(b"#" * (1024 * 1024 + 1))
        self.refuse(self.config, "1 MiB")
        os.unlink(self.config)
        os.mkdir(self.config)
        self.refuse(self.config, "no file")
        os.rmdir(self.config)
        os.mkfifo(self.config)
        self.refuse(self.config, "no file")
        os.unlink(self.config)
        self.write("[defaults]\nuser = a\n", mode=0o622)
        self.refuse(self.config, "chmod go-w")
        self.write("[defaults]\nuser = a\n")
        os.chmod(os.path.dirname(self.config), 0o777)
        self.refuse(self.config, "folder")
        os.chmod(os.path.dirname(self.config), 0o700)
        if os.geteuid() == 0:
            os.chown(self.config, 12345, 12345)
            self.refuse(self.config, "another user")
            os.rename(self.config, self.config + ".other")
            os.symlink(self.config + ".other", self.config)
            self.refuse(self.config, "another user")

    def test_a_secret_that_others_may_read_is_refused(self):
        for line in ("password = sesame", "proxy = socks5://ann:sesame@proxy.example.test:80"):
            for mode in (0o640, 0o604):
                with self.subTest(line, mode=mode):
                    self.write(f"[defaults]\n{line}\n", mode=mode)
                    self.refuse(self.config, "line 2", "chmod 600")

    def test_a_broken_file_does_not_keep_the_help_away(self):
        self.write("nonsense")
        for option in ("--help", "--version"):
            self.assertEqual(self.run_mailer(option).returncode, 0)

    def test_unknown_accounts_and_settings_are_told(self):
        self.write('[account "home"]\nuser = a\n')
        self.refuse("none", "home", arguments=("--account", "none"))
        self.refuse("none", arguments=("--config", self.home + "/none"))
        self.refuse("sever", "server", arguments=("-S", "sever=x"), code=64)
        self.refuse("sendmail", arguments=("-S", "mta=/usr/sbin/sendmail"), code=64)

    def test_settings_by_the_names_of_s_nail(self):
        with self.scripted("good") as server:
            done = self.run_mailer("-S", f"mta=smtp://127.0.0.1:{server.port}", "-S",
                                   f"from={SENDER}", "-S", "v15-compat", "bob@example.test")
            self.assert_silent_success(done)

    def test_a_provider_is_found_by_the_address(self):
        done = self.run_mailer("-r", "ann@outlook.com", "bob@example.test")
        self.assert_told(done, 77)
        self.assertIn(b"OAuth", done.stderr)
        done = self.run_mailer("-r", "ann@gmail.com", "bob@example.test")
        self.assert_told(done, 77)
        self.assertIn(b"no password", done.stderr)


class Passwords(ConfigurationTestCase):
    def log_in(self, port, lines, *arguments, more=None):
        self.write("[defaults]\naccount = test\n" + self.account(port, "user = test", *lines))
        return self.run_mailer("bob@example.test", *arguments, more=more)

    def tool(self, password):
        """A folder with a secret-tool that knows that password, in front of PATH."""
        folder = os.path.join(self.home, "tools")
        os.makedirs(folder, exist_ok=True)
        self.write(f'#!/bin/sh\n[ "$*" = "lookup service smtp host localhost user test" ] && '
                   f"echo {password}\n", folder + "/secret-tool", 0o700)
        return {"PATH": folder + ":" + os.environ["PATH"],
                "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}

    def netrc(self, password, mode=0o600):
        self.write(f"machine localhost login test password {password}\n", self.home + "/.netrc",
                   mode)

    def test_each_source_gives_the_password(self):
        file = self.write(SECRET + "\n", self.home + "/.config/mailer/secret")
        with self.scripted("A19") as server:
            for lines, arguments, more in (
                    ([f"password = {SECRET}"], (), {}),
                    ([f'password = "{SECRET}"'], (), {}),
                    (["password-file = secret"], (), {}),
                    (["password-file = ~/.config/mailer/secret"], (), {}),
                    ([f"password-command = cat {file}"], (), {}),
                    ([f"password = {WRONG}"], ("--password-file", file), {}),
                    ([f"password = {WRONG}"], ("--password-command", f"cat {file}"), {}),
                    ([f"password = {WRONG}"], (), {"MAILER_PASSWORD": SECRET}),
                    ([f"password = {WRONG}"], ("-S", f"smtp-auth-password={SECRET}"), {}),
                    ([], (), self.tool(SECRET))):
                with self.subTest(lines, arguments=arguments, more=more):
                    self.assert_silent_success(
                        self.log_in(server.port, lines, *arguments, more=more))

    def test_netrc_comes_behind_the_keyring(self):
        with self.scripted("A19") as server:
            self.netrc(SECRET)
            self.assert_silent_success(self.log_in(server.port, []))
            self.assert_told(self.log_in(server.port, [], more=self.tool(WRONG)), 77)
            self.netrc(WRONG)
            self.assert_silent_success(self.log_in(server.port, [], more=self.tool(SECRET)))
            self.netrc(SECRET, 0o644)
            done = self.log_in(server.port, [])
            self.assert_told(done, 78)
            self.assertIn(b"chmod 600", done.stderr)
            self.assertNotIn(SECRET.encode(), done.stderr)

    def test_another_server_is_not_told_the_password(self):
        self.write("[defaults]\naccount = test\n"
                   + self.account(1, "user = test", f"password = {SECRET}"))
        with self.scripted("A19") as server:
            done = self.run_mailer("--server", f"smtp://localhost:{server.port}", "--tls",
                                   "required", "--ca-file", self.tls + "/ca.pem", "-r", SENDER,
                                   "bob@example.test")
            self.assert_silent_success(done)
        self.assertEqual(server.connections[0]["logins"], [])


if __name__ == "__main__":
    common.main()
