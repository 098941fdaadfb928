#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Messages of other writers (tests/messages), sent over each wire and read back by Python's email:
every part has the content that it had.

Environment: MAILER_RENDER_KEPT  render_kept.c, built.
"""
import email
import email.policy
import os
import re
import subprocess
import unittest
from pathlib import Path

RENDER = os.environ["MAILER_RENDER_KEPT"]
MESSAGES = Path(__file__).resolve().parent.parent / "messages"

# What cannot be sent, over which wires, and what is said of it.
REFUSED = {
    "cr-only": (("7bit", "8bit", "binary"), "From has the control character"),
    "pgp-signed-8bit": (("7bit",), "its signature would break"),
}


def lines(octets):
    """With CR LF at the end of each line."""
    return re.sub(rb"(?<!\r)\n", b"\r\n", octets)


def leaves(message):
    """Types and decoded octets of the leaves in their order."""
    if message.is_multipart():
        return [leaf for part in message.get_payload() for leaf in leaves(part)]
    octets = message.get_payload(decode=True)
    if message.get_content_maintype() == "text" or message.get("Content-Transfer-Encoding") is None:
        octets = lines(octets)
    return [(message.get_content_type(), octets)]


def start_of_message(octets):
    """Without what mailbox files put in front, and what Python does not take for a header."""
    while re.match(rb">?From [^:\n]*:[^\n]*:|>?From \w+ Mon", octets):
        octets = octets.split(b"\n", 1)[1]
    return re.sub(rb"^(To|bcc) :", rb"\1:", octets, flags=re.MULTILINE).replace(b"\n   \n", b"\n")


def parse(octets):
    return email.message_from_bytes(octets, policy=email.policy.compat32)


class Kept(unittest.TestCase):
    def render(self, wire, path):
        return subprocess.run([RENDER, wire, str(path)], capture_output=True, timeout=60)

    def assert_fit(self, octets, wire):
        self.assertTrue(octets.endswith(b"\r\n"))
        if wire == "binary":
            return
        self.assertIsNone(re.search(rb"(?<!\r)\n|\r(?!\n)|\0", octets))
        self.assertLessEqual(max(map(len, octets.split(b"\r\n"))), 998)
        self.assertTrue(wire == "8bit" or octets.isascii())

    def assert_same(self, original, rendered):
        before, after = leaves(parse(original)), leaves(parse(rendered))
        self.assertEqual([kind for kind, _ in before], [kind for kind, _ in after])
        for (_, one), (_, other) in zip(before, after):
            self.assertIn(other, (one, one + b"\r\n"))

    def check(self, wire):
        paths = sorted(MESSAGES.glob("*.eml"))
        self.assertGreater(len(paths), 20)
        for path in paths:
            with self.subTest(path.stem):
                done = self.render(wire, path)
                wires, text = REFUSED.get(path.stem, ((), ""))
                if wire in wires:
                    self.assertEqual(done.returncode, 1)
                    self.assertIn(text, done.stderr.decode())
                    continue
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                self.assert_fit(done.stdout, wire)
                original = start_of_message(path.read_bytes())
                self.assert_same(original, done.stdout)

    def test_7bit(self):
        self.check("7bit")

    def test_8bit(self):
        self.check("8bit")

    def test_binary(self):
        self.check("binary")

    def test_what_fits_is_the_same_octet_for_octet(self):
        for name in ("mutt-pgp-signed", "smime", "git-send-email"):
            with self.subTest(name):
                path = MESSAGES / f"{name}.eml"
                original = lines(start_of_message(path.read_bytes()))
                self.assertEqual(self.render("8bit", path).stdout, original)

    def header(self, name):
        message = email.message_from_bytes(self.render("7bit", MESSAGES / f"{name}.eml").stdout,
                                           policy=email.policy.default)
        return message

    def test_raw_utf8_in_a_header_reads_back(self):
        message = self.header("php-mail")
        self.assertEqual(message["Subject"], "Ihre Bestellung: Schöne Grüße")
        self.assertEqual(message["From"].addresses[0].display_name, "Müller & Söhne GmbH")
        self.assertEqual(message["From"].addresses[0].addr_spec, "shop@example.org")

    def test_raw_utf8_in_a_file_name_reads_back(self):
        message = self.header("perl-mime-lite")
        self.assertEqual(message.get_payload()[1].get_filename(), "Übersicht.csv")

    def test_octets_of_no_known_charset_are_not_lost(self):
        message = self.header("latin1-header")
        rendered = self.render("7bit", MESSAGES / "latin1-header.eml").stdout
        words = re.findall(rb"=\?unknown-8bit\?Q\?([^?]*)\?=", rendered)
        decoded = b"".join(re.sub(rb"=([0-9A-F]{2})", lambda m: bytes.fromhex(m[1].decode()), word)
                           for word in words).replace(b"_", b" ")
        for text in ("Jürgen Müller", "Müller, Änne", "Böb", "Schöne Grüße"):
            self.assertIn(text.encode("latin-1"), decoded)
        self.assertEqual([a.addr_spec for a in message["To"].addresses],
                         ["ae@example.org", "bob@example.org"])


if __name__ == "__main__":
    unittest.main(warnings="ignore")
