#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Round trips with Postfix, Exim, Dovecot, OpenSMTPD and aiosmtpd.

Three TLS stacks: OpenSSL (Postfix, Dovecot, stunnel before OpenSMTPD), GnuTLS (Exim), Python's.
The whole table is rows(); what a server has besides is in its class.
"""
import collections
import glob
import os
import re
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

import common
from common import PICTURES, SAMPLES, SENDER, picture, read, shown, wait_for

import aiosmtpd_sink
import debian
import dovecot
import exim
import opensmtpd
import postfix

BAD_CERTIFICATES = ("other-host", "expired", "not-yet", "self-signed", "client-only",
                    "common-name-only")
TOKEN_MECHANISMS = ("XOAUTH2", "OAUTHBEARER")
SCHEMES = {"starttls": "smtp", "tls": "smtps"}
TEXT = ".a dot\n..two\n.\nGrüße, 你好\nFrom here\n" + "x" * 990 + "\n.\n\nlast\n"
TEXTS = sorted(glob.glob(os.path.join(SAMPLES, "text", "*.txt")))
ATTACH = [word for name in PICTURES for word in ("--attach", picture(name))]
ATTACHED = [(shown(name), kind, read(picture(name))) for name, kind in PICTURES.items()]
PICTURE = os.path.join(SAMPLES, "pictures", "photo.jpg")

Row = collections.namedtuple("Row", "mode mechanism secret certificate code messages")


def rows(server):
    """What is tried with a server, the exit code, and how many messages may come of it."""
    for mode in SCHEMES:
        for mechanism in server.mechanisms:
            yield Row(mode, mechanism, "right", "good", 0, 1)
            yield Row(mode, mechanism, "wrong", "good", 77, 0)
        if not server.mechanisms:
            yield Row(mode, None, None, "good", 0, 1)
            yield Row(mode, "PLAIN", "right", "good", 77, 0)
        for certificate in BAD_CERTIFICATES:
            yield Row(mode, *((server.mechanisms[0], "right") if server.mechanisms else (None, None)),
                      certificate, 69, 0)


class RealServer:
    """The tests of every server; `kind` is its class."""
    kind = None

    @classmethod
    def setUpClass(cls):
        if cls.kind.needs_root and not debian.is_usable():
            raise unittest.SkipTest(f"only root of a Debian can start {cls.kind.__name__}")
        super().setUpClass()
        for name, octets in (("right", debian.PASSWORD), ("wrong", "wrong")):
            cls.file(name, octets.encode(), 0o600)
        for name, source in (("right", "client-only"), ("wrong", "self-signed")):
            cls.file(name + ".key", read(f"{cls.tls}/{source}.key"), 0o600)
            cls.file(name + ".pem", read(f"{cls.tls}/{source}.pem"))
        for name, key in (("right", dovecot.TOKEN_KEY), ("wrong", b"another key")):
            cls.file(name + ".token", dovecot.token(debian.USER, key), 0o600)
        done = cls.mailer("-d", "--wire", "8bit", "--from", SENDER, "-s", "ROW", "--attach", PICTURE,
                          debian.RECIPIENT, text=TEXT.encode())
        cls.template = done.stdout.replace(b"\r\n", b"\n")
        cls.server = cls.start()

    @classmethod
    def tearDownClass(cls):
        cls.doClassCleanups()
        super().tearDownClass()

    @classmethod
    def start(cls, certificate="good"):
        """A server that ends with the tests, or when the caller stops it."""
        folder = tempfile.mkdtemp(dir=cls.folder)
        server = cls.kind(folder, cls.tls, certificate)
        cls.addClassCleanup(server.stop)
        return server.__enter__()

    def name(self, row):
        return " ".join(str(word) for word in row[:4])

    def message(self, subject):
        """The message with that subject, as a file holds it."""
        return self.template.replace(b"Subject: ROW", b"Subject: " + subject.encode())

    def login(self, mechanism, secret):
        if mechanism is None:
            return ()
        if mechanism == "EXTERNAL":
            return ("--user", "localhost", "--auth", "EXTERNAL",
                    "--client-cert", f"{self.folder}/{secret}.pem",
                    "--client-key", f"{self.folder}/{secret}.key")
        if mechanism == "GSSAPI":
            return ("--user", debian.USER if secret == "right" else "full", "--auth", "GSSAPI")
        return ("--user", debian.USER, "--auth", mechanism,
                "--password-file",
                f"{self.folder}/{secret}{'.token' if mechanism in TOKEN_MECHANISMS else ''}")

    def deliver(self, subject, *arguments, **more):
        """Sends the message over TLS; returns the process."""
        path = os.path.join(self.folder, subject.replace(" ", "-") + ".eml")
        with open(path, "wb") as file:
            file.write(self.message(subject))
        return self.send_to("--eml", path, *arguments, **more)

    def send_to(self, *arguments, server=None, mode="starttls", login=None,
                recipients=(debian.RECIPIENT,), **more):
        server = server or self.server
        if login is None:
            login = self.login((*self.kind.mechanisms, None)[0], "right")
        return self.mailer("--server", f"{SCHEMES[mode]}://localhost:{server.ports[mode]}",
                           *(("--tls", "required") if mode == "starttls" else ()),
                           "--ca-file", self.tls + "/ca.pem", *login, "--from", SENDER, *arguments,
                           *recipients, env=self.environment(**server.ticket), **more)

    def try_row(self, server, row):
        done = self.deliver(self.name(row), server=server, mode=row.mode,
                            login=self.login(row.mechanism, row.secret), start_new_session=True)
        return row, done

    def arrived(self, server, count):
        """The messages by their subjects, once there are as many, or too long a time has passed."""
        wait_for(lambda: len(server.messages()) >= count)
        found = {}
        for octets in server.messages():
            found.setdefault(common.header(octets, "Subject"), []).append(octets)
        return found

    def one_arrived(self, subject):
        """The one message with that subject, in time."""
        wait_for(lambda: subject in self.arrived(self.server, 1))
        [octets] = self.arrived(self.server, 1)[subject]
        return octets

    def assert_whole(self, octets, subject):
        """All that was sent is there, behind what the servers on the way have put before it."""
        whole = self.message(subject).replace(b"\n", b"\r\n")
        self.assertTrue(octets.endswith(whole), f"{subject}: {octets[:2000]}")
        self.assert_holds(octets, TEXT.encode(), [("photo.jpg", "image/jpeg", read(PICTURE))])

    def assert_arrived(self, server, subjects):
        """Just these have arrived, each once and whole."""
        found = self.arrived(server, len(subjects))
        self.assertEqual(sorted(found), sorted(subjects), server.log())
        for subject, messages in found.items():
            self.assertEqual(len(messages), 1, subject)
            self.assert_whole(messages[0], subject)

    def walk(self, server, certificate):
        """Tries the rows of a certificate with a server that has it, and ends the server."""
        wanted = [row for row in rows(self.kind) if row.certificate == certificate]
        with ThreadPoolExecutor(3) as pool:
            tried = list(pool.map(lambda row: self.try_row(server, row), wanted))
        for row, done in tried:
            with self.subTest(self.name(row)):
                if row.code == 0:
                    self.assert_silent_success(done)
                else:
                    self.assert_told(done, row.code)
        names = [self.name(row) for row in wanted if row.messages]
        self.arrived(server, len(names))
        server.stop()
        self.assert_arrived(server, names)

    def test_the_rows_of_a_good_certificate(self):
        self.walk(self.start(), "good")

    def test_the_rows_of_bad_certificates(self):
        with ThreadPoolExecutor(3) as pool:
            servers = list(pool.map(self.start, BAD_CERTIFICATES))
        for server in servers:
            with self.subTest(server.certificate):
                self.walk(server, server.certificate)

    def test_an_unknown_authority_is_told(self):
        for mode, scheme in SCHEMES.items():
            with self.subTest(mode):
                self.assert_told(self.mailer(
                    "--server", f"{scheme}://localhost:{self.server.ports[mode]}", "--tls",
                    {"starttls": "required", "tls": "implicit"}[mode], "--from", SENDER,
                    debian.RECIPIENT), 69)


    def test_texts_and_pictures_arrive(self):
        for path in TEXTS:
            with self.subTest(os.path.basename(path)):
                subject = "Grüße: " + os.path.basename(path)
                self.assert_silent_success(self.send_to("-s", subject, *ATTACH, text=read(path)))
                self.assert_holds(self.one_arrived(subject), read(path), ATTACHED)

    def test_each_wire_arrives(self):
        text = read(os.path.join(SAMPLES, "text", "emoji.txt"))
        for wire in ("7bit", "8bit", "binary"):
            with self.subTest(wire):
                self.assert_silent_success(self.send_to("-s", wire, "--wire", wire, *ATTACH,
                                                        text=text))
                self.assert_holds(self.one_arrived(wire), text, ATTACHED)

    def test_what_it_offers_is_used(self):
        offered = self.kind.extensions
        recipient = "tëst@example.test" if "SMTPUTF8" in offered else debian.RECIPIENT
        done = self.deliver("extensions", "-v", *(("-N", "never") if "DSN" in offered else ()),
                            recipients=(recipient,))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_whole(self.one_arrived("extensions"), "extensions")
        dialogue = done.stderr.decode()
        for extension, sign in (("CHUNKING", r"^C: BDAT"), ("DSN", r"^C: RCPT .* NOTIFY=NEVER"),
                                ("SMTPUTF8", r"^C: MAIL .* SMTPUTF8"),
                                ("PIPELINING", r"^C: MAIL .*\nC: RCPT .*\n")):
            with self.subTest(extension, dialogue=dialogue):
                self.assertEqual(bool(re.search(sign, dialogue, re.M)), extension in offered)

    def test_what_it_lacks_is_told(self):
        if "SMTPUTF8" in self.kind.extensions:
            return
        self.assert_told(self.deliver("never", recipients=("tëst@example.test", debian.RECIPIENT)), 69)
        self.assertNotIn("never", self.arrived(self.server, 0))


class Aiosmtpd(RealServer, common.TestCase):
    kind = aiosmtpd_sink.Aiosmtpd

    def test_the_envelope_arrives(self):
        self.assert_silent_success(self.deliver("envelope", "--bcc", "eve@example.test"))
        self.assertNotIn(b"eve@", self.one_arrived("envelope"))
        [envelope] = [envelope for envelope in self.server.envelopes()
                      if "eve@example.test" in envelope["recipients"]]
        self.assertEqual(envelope["sender"], SENDER)
        self.assertEqual(set(envelope["recipients"]), {debian.RECIPIENT, "eve@example.test"})
        self.assertTrue(envelope["tls"] and envelope["login"])


class Exim(RealServer, common.TestCase):
    kind = exim.Exim

    def test_the_end_of_tls_is_told_to_the_server(self):
        for mode in SCHEMES:
            self.assert_silent_success(self.deliver("end of " + mode, mode=mode))
            self.one_arrived("end of " + mode)
        # What tries whether the server answers ends in the handshake, not behind it.
        self.assertNotIn("(recv): The TLS connection was non-properly", self.server.log())

    def test_by_prdr_each_recipient_has_a_fate_of_its_own(self):
        self.assert_told(self.deliver("prdr", recipients=(debian.RECIPIENT, "strict@example.test")), 79)
        octets = self.one_arrived("prdr")
        self.assert_whole(octets, "prdr")
        self.assertIn(b"Envelope-to: test@example.test\r\n", octets)
        self.assertNotIn(b"strict@", octets)


class Dovecot(RealServer, common.TestCase):
    kind = dovecot.Dovecot

    def test_by_lmtp_each_recipient_has_a_fate_of_its_own(self):
        url = {"port": f"lmtp://127.0.0.1:{self.server.ports['lmtp']}",
               "socket": "lmtp+unix:" + self.server.path("run/dovecot/lmtp")}
        for way, server in url.items():
            for refused in ("nobody", "full"):
                names = [f"{way} {refused} {other}" for other in ("alone", "and another")]
                with self.subTest(names):
                    self.assert_told(self.deliver_locally(server, names[0], refused), 67)
                    self.assert_told(self.deliver_locally(server, names[1], refused, debian.USER), 79)
            self.assert_silent_success(self.deliver_locally(server, way, debian.USER))
        found = self.server.kept(debian.USER)
        wanted = [name for way in url for name in
                  (way, f"{way} nobody and another", f"{way} full and another")]
        self.assertEqual(len(found), len(wanted))
        for octets in found:
            self.assert_whole(octets, common.header(octets, "Subject"))
        self.assertEqual(sorted(common.header(octets, "Subject") for octets in found),
                         sorted(wanted))
        self.assertEqual(self.server.kept("full"), [])

    def deliver_locally(self, server, subject, *users):
        path = self.file("local.eml", self.message(subject))
        return self.mailer("--server", server, "--from", SENDER, "--eml", path,
                           *(f"{user}@{debian.DOMAIN}" for user in users))


class OpenSmtpd(RealServer, common.TestCase):
    kind = opensmtpd.OpenSmtpd


class Postfix(RealServer, common.TestCase):
    kind = postfix.Postfix

    def test_refused_recipients_are_told(self):
        for refused in ("nobody", "later"):
            with self.subTest(refused):
                self.assert_told(self.deliver("partly " + refused, recipients=(
                    refused + "@example.test", debian.RECIPIENT)), 79)
                self.assert_whole(self.one_arrived("partly " + refused), "partly " + refused)
        self.assert_told(self.deliver("never", recipients=("nobody@example.test",)), 67)
        self.assert_told(self.deliver("never", recipients=("later@example.test",)), 75)
        self.assertNotIn("never", self.arrived(self.server, 2))

    def test_notifications_are_asked_for(self):
        self.assert_silent_success(self.deliver(
            "notified", "-N", "success,failure,delay", "-R", "hdrs", "--envid", "job+7"))
        self.assert_silent_success(self.deliver("quiet", "-N", "never", "-R", "full"))
        self.one_arrived("notified")
        self.one_arrived("quiet")


if __name__ == "__main__":
    common.main()
