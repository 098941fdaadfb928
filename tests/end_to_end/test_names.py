#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The program under other names: as sendmail, called by the programs that call it; as mail and
mailx, beside the originals, against one server.

A program that is missing is skipped, but with CI in the environment it is a failure. BSD_MAILX says
where bsd-mailx is, which cannot be installed beside others.
"""
import dataclasses
import email
import email.message
import email.policy
import email.utils
import os
import re
import shutil
import subprocess
import unittest

import common
import scenarios
from common import SendingTestCase

BOB, CARL, DORA = "bob@y.test", "carl@y.test", "dora@y.test"
MESSAGE = f"From: Ann <ann@x.test>\nTo: {BOB}\nSubject: Kept\n\nHello.\n.\nStill here.\n"
CRON = common.read(os.path.join(common.HERE, "..", "messages", "cron.eml"))


def find(program):
    """Where a program is, or None."""
    if program == "bsd-mailx" and os.environ.get("BSD_MAILX"):
        return os.environ["BSD_MAILX"]
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/lib/git-core")


class NamesTestCase(SendingTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bin = os.path.join(cls.folder, "bin")
        os.mkdir(cls.bin)
        for name in ("sendmail", "mail", "mailx", "mailq", "newaliases", "mailer"):
            os.symlink(os.path.abspath(common.MAILER), os.path.join(cls.bin, name))
        cls.report = cls.file("report.txt", b"All is well.\n")
        cls.picture = os.path.join(cls.folder, "cpu.png")
        shutil.copy(common.picture("cpu.png"), cls.picture)

    def need(self, program):
        path = find(program)
        if path is None and os.environ.get("CI"):
            self.fail(f"{program} is missing: tests/run.sh installs it")
        if path is None:
            self.skipTest(f"{program} IS MISSING: nothing is proved of it")
        return path

    def call(self, words, port, text="", **environment):
        """Runs a program, with our server in its environment; `mailer` names are ours."""
        text = text.encode() if isinstance(text, str) else text
        path = os.path.join(self.bin, words[0])
        return subprocess.run(
            [path if os.path.exists(path) else words[0], *words[1:]], input=text, check=False,
            capture_output=True, timeout=60, cwd=self.folder,
            env=self.environment(MAILER_SERVER=f"smtp://127.0.0.1:{port}", LOGNAME="cron",
                                 **environment))

    def deliver(self, words, text="", **environment):
        """Runs a program that sends one message; returns it as the server has it."""
        with self.scripted("good") as server:
            done = self.call(words, server.port, text, **environment)
        self.assertEqual((done.returncode, done.stderr), (0, b""), done)
        self.assertEqual(len(server.messages), 1)
        self.assert_fit_for_the_wire(server.messages[0])
        return server.messages[0]

    @staticmethod
    def recipients(message):
        return sorted(re.match(r"TO:<(.*?)>", line)[1] for line in message["recipients"])

    @staticmethod
    def sender(message):
        return re.match(r"FROM:<(.*?)>", message["sender"])[1]

    def text_of(self, message):
        return self.parse(message["octets"]).get_body().get_content().replace("\r\n", "\n")


class Sendmail(NamesTestCase):
    """What programs call."""

    def test_cron(self):
        message = self.deliver(["sendmail", "-i", "-FCronDaemon", "-B8BITMIME", "-oem", "root"],
                               CRON)
        self.assertEqual((self.sender(message), self.recipients(message)), ("root", ["root"]))
        self.assertIn(b"From: root (Cron Daemon)\r\nTo: root\r\n", message["octets"])

    def test_cron_with_a_domain(self):
        message = self.deliver(["sendmail", "-i", "-FCronDaemon", "-B8BITMIME", "-oem", "root"],
                               CRON, MAILER_DOMAIN="x.test")
        self.assertEqual((self.sender(message), self.recipients(message)),
                         ("root@x.test", ["root@x.test"]))
        self.assertIn(b"From: root@x.test (Cron Daemon)\r\nTo: root@x.test\r\n", message["octets"])

    def test_a_local_name_does_not_go_to_another_machine(self):
        done = self.call(["sendmail", "-i", "--server", "smtp://mail.example.invalid", "root"], 9,
                         CRON)
        self.assert_told(done, 65)
        self.assertIn(b"MAILER_DOMAIN", done.stderr)

    def test_a_lone_dot_ends_nothing(self):
        for words in (["sendmail", BOB], ["sendmail", "-i", BOB], ["sendmail", "-oi", "-t"],
                      ["sendmail", "-ti"], ["sendmail", "-oi", "--", BOB],
                      ["sendmail", BOB, "-oem"]):
            with self.subTest(words=words):
                message = self.deliver(words, MESSAGE)
                self.assertEqual(self.recipients(message), [BOB])
                self.assertEqual(self.text_of(message), "Hello.\n.\nStill here.\n")

    def test_the_header_is_read_without_t_but_not_for_recipients(self):
        message = self.deliver(["sendmail", CARL], MESSAGE)
        self.assertEqual(self.recipients(message), [CARL])
        self.assertEqual(self.parse(message["octets"])["To"], BOB)

    def test_t_adds_those_of_the_header(self):
        message = self.deliver(["sendmail", "-t", DORA], f"Bcc: {CARL}\n" + MESSAGE)
        self.assertEqual(self.recipients(message), [BOB, CARL, DORA])
        self.assertNotIn(b"carl", message["octets"])

    def test_what_the_header_lacks_is_made(self):
        message = self.deliver(["sendmail", "-t", "-fann@x.test", "-F", "Ann Müller"],
                               f"To: {BOB}\n\nHello.\n")
        self.assertEqual(self.sender(message), "ann@x.test")
        parsed = self.parse(message["octets"])
        self.assertEqual(parsed["From"], "Ann Müller <ann@x.test>")
        self.assertTrue(parsed["Date"] and parsed["Message-ID"])
        message = self.deliver(["sendmail", "-t"], f"To: {BOB}\n\nHello.\n")
        self.assertEqual(self.parse(message["octets"])["From"], "cron@localhost")
        message = self.deliver(["sendmail", "-t"], f"To: {BOB}\n\nHello.\n", MAILER_DOMAIN="x.test")
        self.assertEqual(self.parse(message["octets"])["From"], "cron@x.test")

    def test_the_line_of_a_mailbox_is_dropped(self):
        message = self.deliver(["sendmail", "-t"], "From ann Sat Nov 21 10:00:00 2026\n" + MESSAGE)
        self.assertTrue(message["octets"].startswith(b"From: Ann"), message["octets"][:80])

    def test_news_of_the_delivery_are_asked_for(self):
        good = scenarios.SCENARIOS["good"]
        dsn = dataclasses.replace(good, capabilities=(*good.capabilities, "DSN"))
        with self.scripted(dsn) as server:
            done = self.call(["sendmail", "-N", "delay,failure", "-Rhdrs", "-V", "QQ1", BOB],
                             server.port, MESSAGE)
        self.assert_silent_success(done)
        self.assertTrue(server.messages[0]["sender"].endswith(" RET=HDRS ENVID=QQ1"))
        self.assertIn(" NOTIFY=FAILURE,DELAY ", server.messages[0]["recipients"][0])

    def test_c_names_the_configuration(self):
        path = self.file("config", b"[defaults]\ndomain = conf.test\n", 0o600)
        message = self.deliver(["sendmail", "-C", path, "root"], CRON)
        self.assertEqual(self.recipients(message), ["root@conf.test"])

    def test_modes(self):
        for words in (["mailq"], ["sendmail", "-bp"]):
            done = self.call(words, 9)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertTrue(done.stdout.startswith(b"Mail queue is empty"), done.stdout)
        for words in (["newaliases"], ["sendmail", "-bi"], ["sendmail", "-q"],
                      ["sendmail", "-q15m"]):
            self.assert_silent_success(self.call(words, 9))
        for words in (["sendmail", "-bd"], ["sendmail", "-bt"], ["sendmail", "-bv", BOB],
                      ["sendmail", "-q", BOB], ["mail", BOB, "--", "-I"], ["mail", BOB, "-s"]):
            self.assert_told(self.call(words, 9), 64)

    def test_wrong_use_is_told(self):
        for words in (["sendmail"], ["sendmail", "-i"], ["sendmail", "-f"], ["sendmail", "-Z"],
                      ["sendmail", "--nonsense", BOB], ["sendmail", "-bs", BOB],
                      ["sendmail", "-bs", "--json"]):
            with self.subTest(words=words):
                self.assert_told(self.call(words, 9, MESSAGE), 64)
        done = self.call(["sendmail", "-bs"], 9, MAILER_TLS="wrong")
        self.assert_told(done, 78)

    def test_a_word_is_no_command_under_this_name(self):
        self.assertEqual(self.recipients(self.deliver(["sendmail", "check"], MESSAGE)), ["check"])
        self.assertEqual(self.recipients(self.deliver(["mail", "catch"], MESSAGE)), ["catch"])

    def test_a_domain_is_added_to_local_names(self):
        message = self.deliver(["mailer", "--domain", "y.test", "bob"], "Hello.\n",
                               MAILER_DOMAIN="x.test")
        self.assertEqual(self.recipients(message), ["bob@y.test"])

    def test_long_options_work_as_well(self):
        message = self.deliver(["sendmail", "-i", "--bcc", CARL, "--header", "X-A: b", BOB],
                               MESSAGE)
        self.assertEqual(self.recipients(message), [BOB, CARL])
        self.assertIn(b"X-A: b\r\n", message["octets"])

    def test_exit_codes_are_those_that_callers_know(self):
        with self.scripted("good") as server:
            port = server.port
        self.assert_told(self.call(["sendmail", BOB], port, MESSAGE), 75)
        self.assert_told(self.call(["sendmail", "-t"], port, "Subject: nobody\n\nx\n"), 64)


class Serving(NamesTestCase):
    """sendmail -bs."""

    def test_a_client_hands_in_messages(self):
        with self.scripted("good") as server:
            done = self.call(["sendmail", "-bs"], server.port,
                             "EHLO me\r\nMAIL FROM:<ann@x.test>\r\nRCPT TO:<bob@y.test>\r\nDATA\r\n"
                             "Subject: One\r\n\r\n..dot\r\n.\r\n"
                             "MAIL FROM:<ann@x.test>\r\nRCPT TO:<carl@y.test>\r\nDATA\r\n"
                             "Subject: Two\r\n\r\nx\r\n.\r\nQUIT\r\n")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        codes = [line[:3] for line in done.stdout.decode().splitlines() if line[3] == " "]
        self.assertEqual(codes, "220 250 250 250 354 250 250 250 354 250 221".split())
        self.assertIn(b"\r\n250 2.0.0 queued as 1\r\n", done.stdout)
        self.assertEqual([self.recipients(message) for message in server.messages],
                         [[BOB], [CARL]])
        self.assertIn(b"\r\n\r\n.dot\r\n", server.messages[0]["octets"])

    def test_a_refusal_is_the_reply(self):
        with self.scripted("A01") as server:
            done = self.call(["sendmail", "-bs"], server.port,
                             "EHLO me\r\nMAIL FROM:<ann@x.test>\r\nRCPT TO:<bob@y.test>\r\nDATA\r\n"
                             "Subject: One\r\n\r\nx\r\n.\r\nQUIT\r\n", MAILER_TLS="required")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, rb"\r\n[45]\d\d [45]\.0\.0 [ -~]+\r\n221 ")
        self.assertEqual(server.messages, [])

    def test_what_is_wrong_with_the_settings_is_told_before_it_begins(self):
        for words, code in ((["--user", "ann", "--password-file", "/missing"], 78),
                            (["--client-cert", "/missing"], 78), (["--dry-run"], 64),
                            (["--tls", "sometimes"], 64), (["bob@y.test"], 64)):
            with self.subTest(words=words):
                self.assert_told(self.call(["sendmail", "-bs", *words], 9), code)

    def test_the_dialogue_with_the_server_is_shown_on_request(self):
        with self.scripted("good") as server:
            done = self.call(["sendmail", "-v", "-bs"], server.port,
                             "EHLO me\r\nMAIL FROM:<ann@x.test>\r\nRCPT TO:<bob@y.test>\r\nDATA\r\n"
                             "\r\nx\r\n.\r\n")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"C: RCPT TO:<bob@y.test>", done.stderr)
        self.assertNotIn(b"C: ", done.stdout)

    def test_without_a_server_it_does_not_begin(self):
        path = os.path.join(self.bin, "sendmail")
        done = subprocess.run([path, "-bs"], input=b"QUIT\r\n", capture_output=True, check=False,
                              env=self.environment(), timeout=60)
        self.assert_told(done, 78)


class Programs(NamesTestCase):
    """Programs that send by calling sendmail."""

    def make_patch(self):
        repository = os.path.join(self.folder, "repository")
        home = {**self.environment(), "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ann Müller",
                "GIT_AUTHOR_EMAIL": "ann@x.test", "GIT_COMMITTER_NAME": "Ann Müller",
                "GIT_COMMITTER_EMAIL": "ann@x.test"}

        def git(*words):
            subprocess.run(["git", *words], cwd=repository, env=home, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not os.path.isdir(repository):
            os.mkdir(repository)
            git("init", "-q")
            git("commit", "-q", "--allow-empty", "-m", "first")
            with open(os.path.join(repository, "names.txt"), "w", encoding="utf-8") as file:
                file.write("Grüße\n.\nFrom here\n")
            git("add", "names.txt")
            git("commit", "-q", "-m", "names: accept Grüße")
            git("format-patch", "-q", "-1", "-o", self.folder)
        patch = next(name for name in os.listdir(self.folder) if name.endswith(".patch"))
        return repository, home, os.path.join(self.folder, patch)

    def test_git_send_email(self):
        self.need("git-send-email")
        repository, home, patch = self.make_patch()

        def send(port, *server):
            return subprocess.run(
                ["git", "send-email", "--confirm=never", "--suppress-cc=all",
                 "--8bit-encoding=UTF-8", "--from=Ann Müller <ann@x.test>", f"--to={BOB}",
                 f"--cc={CARL}", f"--bcc={DORA}",
                 *server, patch], cwd=repository, capture_output=True, check=False, timeout=60,
                env={**home, "MAILER_SERVER": f"smtp://127.0.0.1:{port}"})
        messages = []
        for how in ("sendmail", "smtp"):
            with self.scripted("good") as server:
                options = ([f"--smtp-server={self.bin}/sendmail"] if how == "sendmail" else
                           ["--smtp-server=127.0.0.1", f"--smtp-server-port={server.port}"])
                done = send(server.port, *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(server.messages), 1)
            messages.append(server.messages[0])
        self.assert_same(*messages)

    def assert_same(self, one, other):
        self.assertEqual(self.recipients(one), self.recipients(other))
        self.assertEqual(self.sender(one), self.sender(other))
        first, second = self.parse(one["octets"]), self.parse(other["octets"])
        for name in ("From", "To", "Cc", "Subject"):
            self.assertEqual(first[name], second[name])
        self.assertEqual(first.get_content(), second.get_content())

    def test_php(self):
        program = self.need("php")
        code = ('exit(mail("bob@y.test", "Report", "Line 1\\n.\\nLine 3\\n", '
                '["From" => "ann@x.test", "Cc" => "carl@y.test"], "-fbounce@x.test") ? 0 : 1);')
        message = self.deliver([program, "-d", f"sendmail_path={self.bin}/sendmail -t -i", "-r",
                                code])
        self.assertEqual(self.recipients(message), [BOB, CARL])
        self.assertEqual(self.sender(message), "bounce@x.test")
        self.assertEqual(self.parse(message["octets"])["Subject"], "Report")
        self.assertEqual(self.text_of(message), "Line 1\n.\nLine 3\n\n")

    def test_php_is_told_of_failure(self):
        program = self.need("php")
        done = self.call([program, "-d", f"sendmail_path={self.bin}/sendmail -t -i", "-r",
                          'exit(mail("/file", "x", "y") ? 0 : 1);'], 9)
        self.assertEqual(done.returncode, 1)

    def test_perl_pipe(self):
        program = self.need("perl")
        message = self.deliver([program, "-e", f'open(my $m, "|{self.bin}/sendmail -oi -t") or die;'
                                'print $m "From: ann\\@x.test\\nTo: bob\\@y.test\\n'
                                'Subject: Perl\\n\\nHello.\\n.\\n"; close($m) or exit 1;'])
        self.assertEqual(self.recipients(message), [BOB])
        self.assertEqual(self.text_of(message), "Hello.\n.\n")

    def test_perl_mail_mailer(self):
        program = self.need("perl")
        if subprocess.run([program, "-MMail::Mailer", "-e", "1"], check=False,
                          stderr=subprocess.DEVNULL).returncode != 0:
            self.need("Mail::Mailer of libmailtools-perl")
        message = self.deliver([program, "-MMail::Mailer", "-e",
                                'my $m = Mail::Mailer->new("sendmail"); $m->open({To => '
                                '"bob\\@y.test", From => "ann\\@x.test", Subject => "Perl"}); '
                                'print $m "Hello.\\n"; $m->close() or exit 1;'],
                               PERL_MAILERS=f"sendmail:{self.bin}/sendmail")
        self.assertEqual(self.recipients(message), [BOB])
        self.assertEqual(self.parse(message["octets"])["Subject"], "Perl")

    def test_python(self):
        with self.scripted("good") as server:
            message = email.message.EmailMessage()
            message["From"], message["To"], message["Subject"] = "ann@x.test", BOB, "Grüße"
            message.set_content("Schöne Grüße\n")
            subprocess.run([f"{self.bin}/sendmail", "-t", "-oi"], input=message.as_bytes(),
                           check=True, env=self.environment(
                               MAILER_SERVER=f"smtp://127.0.0.1:{server.port}"))
        self.assertEqual(self.recipients(server.messages[0]), [BOB])
        self.assertEqual(self.text_of(server.messages[0]), "Schöne Grüße\n")

    def test_mutt(self):
        program = self.need("mutt")
        for command in ("sendmail", "sendmail -oem -oi"):
            message = self.deliver(
                [program, "-F", "/dev/null", "-e", f'set sendmail="{self.bin}/{command}"', "-e",
                 "set from=ann@x.test use_envelope_from copy=no", "-s", "Grüße", "-c", CARL,
                 "-b", DORA, "-a", self.report, "--", BOB], "Hallo Jürgen\n")
            self.assertEqual(self.recipients(message), [BOB, CARL, DORA])
            self.assertEqual(self.sender(message), "ann@x.test")
            self.assertEqual(self.parse(message["octets"])["Subject"], "Grüße")
            self.assertNotIn(b"dora", message["octets"])

    def test_bsd_mailx_calls_sendmail(self):
        program = self.need("bsd-mailx")
        self.file(".mailrc", f"set sendmail={self.bin}/sendmail\n".encode())
        message = self.deliver([program, "-s", "Report", "-a", "From: ann@x.test", "-c", CARL, "-b",
                                DORA, BOB], "Hello.\n")
        self.assertEqual(self.recipients(message), [BOB, CARL, DORA])
        self.assertNotIn(b"dora", message["octets"])


class OneLiners(NamesTestCase):
    """What people post, under our name and by the original, against one server."""

    def originals(self, program, words, text, port):
        path = self.need(program)
        home = os.path.join(self.folder, "home")
        os.makedirs(home, exist_ok=True)
        with open(os.path.join(home, ".mailrc"), "w", encoding="utf-8") as file:
            file.write(f"set sendmail=smtp://127.0.0.1:{port}\n" if program == "mail.mailutils" else
                       f"set sendmail={self.bin}/sendmail\n")
        front = {"s-nail": [":/", "-Sv15-compat", f"-Smta=smtp://127.0.0.1:{port}",
                            "-Ssmtp-auth=none", "-Sfrom=ann@x.test", "-Shostname=x.test"],
                 "mutt": ["F", "/dev/null", "-e", f"set sendmail={self.bin}/sendmail", "-e",
                          "set from=ann@x.test copy=no realname=''"]}.get(program, [])
        front = ["-" + front[0], *front[1:]] if front else []
        done = self.call([path, *front, *words], port, text, HOME=home, MAILRC=f"{home}/.mailrc",
                         MAILER_FROM="ann@x.test")
        self.assertEqual(done.returncode, 0, done.stderr)

    def both(self, program, words, text="Hello.\n"):
        with self.scripted("good") as server:
            self.originals(program, words, text, server.port)
            done = self.call(["mailx", *words], server.port, text, MAILER_FROM="ann@x.test")
        self.assert_silent_success(done)
        self.assertEqual(len(server.messages), 2, [m["octets"] for m in server.messages])
        return server.messages

    @staticmethod
    def addresses(parsed, name):
        return [address for _name, address in
                email.utils.getaddresses([str(value) for value in parsed.get_all(name, [])])]

    @staticmethod
    def leaves(parsed):
        found = []
        for part in parsed.walk():
            if part.is_multipart():
                continue
            content = part.get_payload(decode=True).replace(b"\r\n", b"\n").rstrip(b"\n")
            if part.get_content_charset() not in (None, "utf-8"):
                content = content.decode(part.get_content_charset()).encode()
            found.append((part.get_filename(), content))
        return found

    def assert_same_mail(self, original, ours, with_from=True):
        self.assertEqual(self.recipients(original), self.recipients(ours))
        first = email.message_from_bytes(original["octets"], policy=email.policy.default)
        second = self.parse(ours["octets"])
        for name in ("To", "Cc", "Bcc", "Reply-To") + (("From",) if with_from else ()):
            self.assertEqual(self.addresses(first, name), self.addresses(second, name), name)
        self.assertEqual(first["Subject"], second["Subject"])
        self.assertEqual(first["X-Priority"], second["X-Priority"])
        if "text/html" in (first.get_content_type(), second.get_content_type()) or \
                second.get_content_type() == "multipart/alternative":
            # Ours has a text of the HTML as well, for those who want no HTML.
            self.assertEqual(self.leaves(first)[0], self.leaves(second)[1])
            return
        self.assertEqual(first.get_content_type(), second.get_content_type())
        self.assertEqual(self.leaves(first), self.leaves(second))

    def compare(self, program, rows, with_from=True):
        self.need(program)
        for words, text in rows:
            with self.subTest(words=words):
                self.assert_same_mail(*self.both(program, words, text), with_from)

    def test_s_nail(self):
        header = f"From: ann@x.test\nTo: {BOB}\nSubject: By header\n\nHello.\n"
        self.compare("s-nail", [
            (["-s", "Report", BOB], "Hello.\n"),
            (["-s", "Report of today", BOB, CARL], "~r not a command\n.\nHello.\n"),
            (["-s", "Grüße", "-c", CARL, "-b", DORA, BOB], "Schöne Grüße\n"),
            (["-s", "File", "-a", self.report, BOB], "Hello.\n"),
            (["-s", "Files", "-a", self.report, "-a", self.picture, BOB], "Hello.\n"),
            (["-r", "carl@x.test", "-s", "From", BOB], "Hello.\n"),
            (["-s", "Read", "-q", self.report, BOB], ""),
            (["-s", "HTML", "-M", "text/html", BOB], "<p>Hello.</p>\n"),
            (["-C", "X-Priority: 1", "-s", "Urgent", BOB], "Hello.\n"),
            (["-t"], header),
        ])

    def test_s_nail_with_its_settings(self):
        with self.scripted("good") as server:
            words = ["-S", f"mta=smtp://127.0.0.1:{server.port}", "-S", "smtp-auth=none", "-S",
                     "from=Ann <ann@x.test>", "-s", "Report", BOB]
            path = self.need("s-nail")
            for program in ([path, "-:/", "-Sv15-compat", "-Shostname=x.test"],
                            [os.path.join(self.bin, "mailx")]):
                done = subprocess.run([*program, *words], input=b"Hello.\n", check=False,
                                      timeout=60, capture_output=True, env=self.environment())
                self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_same_mail(*server.messages)

    def test_s_nail_sends_no_empty_mail(self):
        with self.scripted("good") as server:
            self.originals("s-nail", ["-E", "-s", "Nothing", BOB], "", server.port)
            done = self.call(["mailx", "-E", "-s", "Nothing", BOB], server.port,
                             MAILER_FROM="ann@x.test")
        self.assert_silent_success(done)
        self.assertEqual(server.messages, [])

    def test_mailutils(self):
        self.compare("mail.mailutils", [
            (["-s", "Report", BOB], "Hello.\n"),
            (["-s", "Grüße", BOB, CARL], "Schöne Grüße\n"),
            (["-s", "File", "-A", self.report, BOB], "Hello.\n"),
            (["-s", "From", "-a", "From: Carl <carl@x.test>", BOB], "Hello.\n"),
            (["-s", "Header", "-a", "X-Priority: 1", "-a", "Reply-To: carl@x.test", BOB],
             "Hello.\n"),
            (["-s", "HTML", "-a", "Content-Type: text/html; charset=UTF-8", BOB],
             "<p>Grüße</p>\n"),
        ], with_from=False)

    def test_bsd_mailx(self):
        self.compare("bsd-mailx", [
            (["-s", "Report", BOB], "Hello.\n"),
            (["-s", "Grüße", "-c", CARL, "-b", DORA, BOB], "Schöne Grüße\n"),
            (["-s", "From", "-a", "From: Carl <carl@x.test>", BOB], "Hello.\n"),
            (["-s", "Header", "-a", "X-Priority: 1", f"{BOB},{CARL}"], "Hello.\n"),
            (["-s", "HTML", "-a", "Content-Type: text/html", BOB], "<p>Hello.</p>\n"),
        ], with_from=False)

    def test_mutt(self):
        self.compare("mutt", [
            (["-s", "Report", BOB], "Hello.\n"),
            (["-s", "Report", "--", BOB, CARL], "Hello.\n"),
            (["-s", "File", "-a", self.picture, "--", BOB], "Hello.\n"),
            (["-s", "Grüße", "-c", CARL, "-b", DORA, "-a", self.report, "--", BOB], "Grüße\n"),
        ])


class Mail(NamesTestCase):
    """What is not as it is there."""

    def test_reading_is_refused_in_words(self):
        for words in (["-e"], ["-f"], ["-H"], ["-u", "ann"], ["-p"]):
            done = self.call(["mail", *words], 9)
            self.assert_told(done, 64)
            self.assertIn(b"only sends", done.stderr)
        self.assert_told(self.call(["mail"], 9), 64)

    def test_options_of_sendmail_stand_behind_dashes(self):
        message = self.deliver(["mail", "-s", "Hi", BOB, "--", "-f", "bounce@x.test", "-F", "Ann"],
                               "Hello.\n")
        self.assertEqual(self.sender(message), "bounce@x.test")
        self.assertEqual(self.recipients(message), [BOB])
        self.assertEqual(self.parse(message["octets"])["From"], "Ann <bounce@x.test>")

    def test_our_own_name_still_asks_about_headers(self):
        done = self.call(["mailer", "-a", "X-Priority: 1", BOB], 9)
        self.assert_told(done, 64)
        self.assertIn(b"did you mean -H?", done.stderr)


class Commands(NamesTestCase):
    """mailer VERB, mistyped."""

    def test_a_mistyped_command_is_no_recipient(self):
        for word in ("cacth", "catc", "Catch", "catchh"):
            with self.subTest(word=word):
                done = self.call(["mailer", word], 9)
                self.assert_told(done, 64)
                self.assertIn(b'did you mean "mailer catch"?', done.stderr)

    def test_options_stand_anywhere_and_dashes_behind_a_file(self):
        for words in (["-s", "Hi", "-a", self.report, "--", BOB],
                      [BOB, "-s", "Hi", "-a", self.report],
                      ["-a", self.report, "--subject=Hi", BOB]):
            with self.subTest(words=words):
                message = self.deliver(["mailer", *words], "Hello.\n")
                self.assertEqual(self.recipients(message), [BOB])
                parsed = self.parse(message["octets"])
                self.assertEqual(parsed["Subject"], "Hi")
                self.assertEqual([part.get_filename() for part in parsed.iter_attachments()],
                                 ["report.txt"])

    def test_addresses_and_other_words_are_recipients(self):
        for words in (["catc@y.test"], ["--", "catc"], ["--to", "catc"], ["ca"],
                      ["-s", "x", "catc"], ["bob"]):
            with self.subTest(words=words):
                message = self.deliver(["mailer", *words], "Hello.\n")
                self.assertEqual(self.recipients(message), [words[-1]])


if __name__ == "__main__":
    common.main()
