# SPDX-License-Identifier: ISC
"""What the end-to-end tests share: running the program, and reading messages with Python.

Environment: MAILER  the program; MAILER_SEND_MANY  send_many.c, built; MAILER_SANITIZED  not empty
when they are built with sanitizers, which need more memory and time.
"""
import email
import email.header
import email.policy
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SERVERS = os.path.join(HERE, "..", "servers")
SAMPLES = os.path.join(HERE, "..", "..", "samples")
sys.path.insert(0, SERVERS)

import certificates  # noqa: E402  pylint: disable=wrong-import-position
import scripted  # noqa: E402  pylint: disable=wrong-import-position

MAILER = os.environ.get("MAILER", os.path.join(HERE, "..", "..", "build", "mailer"))
SANITIZED = bool(os.environ.get("MAILER_SANITIZED"))
SENDER = "ann@example.test"
PICTURES = {"cpu.png": "image/png", "photo.jpg": "image/jpeg", "spinner.gif": "image/gif",
            "pic": "image/png", "Übersicht Q3.png": "image/png"}


def picture(name):
    return os.path.join(SAMPLES, "pictures", name)


def shown(name):
    """The name under which a picture arrives: one without an extension is given that of its type."""
    return name if "." in name else name + ".png"


def read(path):
    with open(path, "rb") as file:
        return file.read()


def is_printable(octets):
    """Whether it is UTF-8 without control characters, but for line ends."""
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not re.search(r"[\0-\x09\x0b-\x1f\x7f-\x9f]", text)


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.05)
    return condition()


class Catch:
    """`mailer catch` on a free port, while the `with` block runs."""

    def __init__(self, folder, *options):
        self.folder, self.options = folder, options

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        destination = () if "--discard" in self.options else ("--dir", self.folder)
        self.process = subprocess.Popen(
            [MAILER, "catch", "--listen", f"127.0.0.1:{self.port}", *destination, *self.options],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        if not wait_for(self.answers):
            self.__exit__()
            raise RuntimeError("mailer catch does not answer")
        return self

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                return connection.recv(4) == b"220 "
        except OSError:
            return False

    def __exit__(self, *_exception):
        self.process.terminate()
        self.process.wait(20)

    def messages(self):
        return [read(os.path.join(self.folder, name)) for name in sorted(os.listdir(self.folder))
                if name.endswith(".eml")]


class TestCase(unittest.TestCase):
    """Has a folder of its own, certificates, and the program."""
    longMessage = True

    @classmethod
    def setUpClass(cls):
        if not os.access(MAILER, os.X_OK):
            raise RuntimeError(f"no program at {MAILER}: set MAILER")
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = cls.temporary.name
        os.chmod(cls.folder, 0o755)
        cls.tls = os.path.join(cls.folder, "tls")
        certificates.make(cls.tls)
        cls.password = cls.file("password", scripted.PASSWORD.encode() + b"\n", 0o600)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def file(cls, name, octets=b"", mode=0o644):
        path = os.path.join(cls.folder, name)
        with open(path, "wb") as file:
            file.write(octets)
        os.chmod(path, mode)
        return path

    @classmethod
    def environment(cls, **more):
        """Nothing of the caller's that could change what the program does."""
        kept = {key: value for key, value in os.environ.items()
                if key == "PATH" or key.endswith("SAN_OPTIONS")}
        return {**kept, "HOME": cls.folder, "LC_ALL": "C.UTF-8", **more}

    @classmethod
    def mailer(cls, *arguments, text=b"Hello.\n", seconds=60, **more):
        """Runs the program; returns the CompletedProcess, with octets."""
        more.setdefault("env", cls.environment())
        return subprocess.run([MAILER, *arguments], input=text, capture_output=True, check=False,
                              timeout=seconds, **more)

    @classmethod
    def send(cls, port, *arguments, **more):
        """Sends without TLS to a port of this machine."""
        return cls.mailer("--server", f"smtp://127.0.0.1:{port}", "--from", SENDER, *arguments,
                          **more)

    def scripted(self, scenario):
        return scripted.Server(scenario, self.tls)

    def assert_silent_success(self, done):
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def assert_told(self, done, *codes):
        """It failed with one of these codes and one line that a terminal can show."""
        self.assertIn(done.returncode, codes, done.stderr)
        self.assertEqual(done.stdout, b"")
        self.assertEqual(done.stderr.count(b"\n"), 1, done.stderr)
        self.assertTrue(done.stderr.endswith(b"\n"), done.stderr)
        self.assertTrue(is_printable(done.stderr), done.stderr)
        self.assertGreater(len(done.stderr), 20, "too short to say what to do")

    def assert_fit_for_the_wire(self, message):
        """A message of the scripted server: lines, line ends, size (RFC 5321, 2.3.8, 4.5.3.1.6)."""
        octets = message["octets"]
        announced = re.search(r" SIZE=(\d+)", message["sender"])
        if announced:
            self.assertEqual(int(announced[1]), len(octets), "SIZE")
        if "BODY=BINARYMIME" in message["sender"]:
            self.assertTrue(message["chunked"], "BINARYMIME without BDAT")
            return
        self.assertIsNone(re.search(rb"\r(?!\n)|(?<!\r)\n|\0", octets), "CR, LF or NUL alone")
        self.assertLessEqual(max(len(line) for line in octets.split(b"\r\n")), 998)
        if "BODY=8BITMIME" not in message["sender"] and "SMTPUTF8" not in message["sender"]:
            self.assertIsNone(re.search(rb"[\x80-\xff]", octets), "8-bit octets on a 7-bit wire")

    def parse(self, octets):
        """Reads a message with Python's email; it must find nothing to complain of."""
        message = email.message_from_bytes(octets, policy=email.policy.default)
        for part in message.walk():
            self.assertEqual(part.defects, [])
        return message

    def assert_holds(self, octets, text=None, attachments=()):
        """The message holds that text and (name, type, octets) of the attachments, in order."""
        message = self.parse(octets)
        leaves = [part for part in message.walk() if not part.is_multipart()]
        if text is not None:
            body = leaves.pop(0)
            self.assertEqual(body.get_content_type(), "text/plain")
            self.assertEqual(body.get_payload(decode=True).replace(b"\r\n", b"\n"), text)
            if text.strip(b"\0") and not text.isascii():
                self.assertEqual(body.get_content_charset(), "utf-8")
        self.assertEqual([(part.get_filename(), part.get_content_type()) for part in leaves],
                         [(name, kind) for name, kind, _octets in attachments])
        for part, (name, _kind, wanted) in zip(leaves, attachments):
            self.assertTrue(part.get_payload(decode=True) == wanted, f"{name} has other octets")
            self.assertEqual(part.get_content_disposition(), "attachment")
        return message


class SendingTestCase(TestCase):
    """Sends to a scripted server, which sees and tells what really went out."""

    def try_to_send(self, *arguments, scenario="good", sender=("--from", SENDER), text=b"Hello.\n",
                    **more):
        """Sends to a scripted server; returns the process and what the server accepted."""
        with self.scripted(scenario) as server:
            done = self.mailer("--server", f"smtp://127.0.0.1:{server.port}", *sender, *arguments,
                               text=text, **more)
        self.connections = server.connections
        for message in server.messages:
            self.assert_fit_for_the_wire(message)
        return done, server.messages

    def refuse(self, codes, *arguments, **more):
        """It is refused, and the server has not even seen MAIL."""
        done, messages = self.try_to_send(*arguments, **more)
        self.assert_told(done, *codes)
        self.assertEqual(messages, [])
        for connection in self.connections:
            self.assertNotIn(b"MAIL", connection["clear"])

    def accept(self, *arguments, **more):
        done, messages = self.try_to_send(*arguments, **more)
        self.assert_silent_success(done)
        self.assertEqual(len(messages), 1)
        return messages[0]

    def accept_or_refuse(self, codes, *arguments, **more):
        """Returns the message, or None when it was refused as it may be."""
        done, messages = self.try_to_send(*arguments, **more)
        if done.returncode != 0:
            self.assert_told(done, *codes)
            self.assertEqual(messages, [])
            return None
        return messages[0]


def header(octets, name):
    """The text of a header field, decoded by the rules of RFC 2047 alone."""
    message = email.message_from_bytes(octets, policy=email.policy.compat32)
    value = re.sub(r"\r?\n(?=[ \t])", "", message[name])
    return str(email.header.make_header(email.header.decode_header(value)))


def main():
    unittest.main(module="__main__", warnings="ignore")
