#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Random messages, read back by Python's email: types, names, text, octets, order.

Environment: MAILER_RENDER_RANDOM  render_random.c, built.
"""
import email
import email.policy
import os
import re
import subprocess
import tempfile
import unittest

RENDER = os.environ["MAILER_RENDER_RANDOM"]
COUNT = 300


def lines(octets):
    """With CR LF at the end of each line."""
    return re.sub(rb"(?<!\r)\n", b"\r\n", octets)


def leaves_of(message):
    """The leaves in their order; a message in a message is one of them."""
    if message.get_content_maintype() != "multipart":
        return [message]
    return [leaf for part in message.get_payload() for leaf in leaves_of(part)]


class ReadBack(unittest.TestCase):
    """Renders once, and reads each of the files."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        subprocess.run([RENDER, cls.temporary.name, str(COUNT)], check=True, timeout=120)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def read(self, name):
        with open(os.path.join(self.temporary.name, name), "rb") as file:
            return file.read()

    def expected(self, number):
        for line in self.read(f"{number:03}.txt").decode().splitlines():
            kind, form, name, octets = (line + " ").split(" ")[:4]
            yield kind, form, None if name == "-" else bytes.fromhex(name), bytes.fromhex(octets)

    def assert_leaf(self, leaf, wanted, message, raw):
        kind, form, name, octets = wanted
        encoding = leaf.get("Content-Transfer-Encoding", "7bit")
        is_message = kind == "message/rfc822"
        if is_message and encoding == "base64":
            kind, form = "application/octet-stream", "octets"
        self.assertEqual(leaf.get_content_type(), kind)
        self.assertEqual(leaf.defects, [])
        if name is not None and name.isascii() and name.decode().isprintable():
            # Python strips what it reads.
            self.assertEqual(leaf.get_filename(), name.decode().strip())
        elif name is not None:
            self.assertIsNotNone(leaf.get_filename())
        else:
            self.assertIsNone(leaf.get_filename())
        if leaf.get_content_type() == "message/rfc822":
            # Python parses what is in it; so it is looked for in what was read. What does not fit
            # the wire is changed inside, which test_kept.py looks at.
            self.assertIn(encoding, ("7bit", "8bit"))
            longest = max(map(len, lines(octets).split(b"\r\n")))
            if longest <= 998 and (octets.isascii() or encoding == "8bit"):
                if re.search(rb"\0|\r(?!\n)", octets) is None:
                    self.assertIn(lines(octets), raw)
            return
        got = leaf.get_payload(decode=True)
        if form == "lines":
            octets = lines(octets)
        self.assertTrue(got == octets or (leaf is message and got == octets + b"\r\n"),
                        (encoding, got[:300], octets[:300]))

    def check(self, wire):
        for number in range(COUNT):
            with self.subTest(number):
                octets = self.read(f"{number:03}-{wire}.eml")
                wanted = list(self.expected(number))
                message = email.message_from_bytes(octets, policy=email.policy.default)
                self.assertEqual([part.defects for part in message.walk()
                                  if part.is_multipart() and part.defects
                                  and part.get_content_maintype() == "multipart"], [])
                leaves = leaves_of(message)
                self.assertEqual(len(leaves), len(wanted))
                for leaf, one in zip(leaves, wanted):
                    self.assert_leaf(leaf, one, message, octets)

    def test_7bit(self):
        self.check("7bit")

    def test_8bit(self):
        self.check("8bit")


if __name__ == "__main__":
    unittest.main(warnings="ignore")
