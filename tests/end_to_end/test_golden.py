#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Every structure that the program makes, against tests/golden/NAME.eml, octet for octet but for
what is new each time (Date, Message-ID, boundaries, made Content-IDs), and as Python reads it.

    MAILER_GOLDEN=write MAILER=build/mailer tests/end_to_end/test_golden.py
writes the files anew; look at what has changed before you keep it.
"""
import os
import re
import unittest
from collections import namedtuple

import common
from common import SENDER, TestCase

GOLDEN = os.path.join(common.HERE, "..", "golden")
CONTENT = os.path.join(GOLDEN, "content")
TO = "Bob Büttner <bob@example.test>"

Case = namedtuple("Case", "structure arguments text", defaults=(b"All is well.\n",))


def content(name):
    return os.path.join(CONTENT, name)


LONG_LINE = ("Größe: " + "lang " * 240 + "Ende\n").encode()

CASES = {
    "text": Case("plain", []),
    "text-in-utf-8": Case("plain", ["-s", "Grüße: Bericht"], "Schöne Grüße,\nÄnne\n".encode()),
    "text-flowed": Case("plain", ["--flowed"], b"A paragraph of one line, which is longer than a "
                        b"screen is wide, for readers that wrap it as they like.\n\n> quoted\n"),
    "text-from-latin-1": Case("plain", ["--charset", "latin1"], b"Gr\xfc\xdfe\n"),
    "text-to-latin-1": Case("plain", ["--charset", "utf-8=iso-8859-1"], "Grüße\n".encode()),
    "attachments": Case("mixed(plain png pdf)",
                        ["-a", content("pictures/load.png"), "-a", content("invoice.pdf")]),
    "umlauts-everywhere": Case("mixed(plain png png)",
                               ["-s", "Grüße Bericht", "-a", content("pictures/Übersicht Q3.png"),
                                "-a", content("pictures/pic")], LONG_LINE),
    "html": Case("alternative(plain html)", ["--html", content("plain.html")]),
    "html-with-text": Case("alternative(plain html)",
                           ["--html", content("plain.html"), "--text", content("plain.txt")]),
    "html-with-pictures": Case("alternative(plain related(html gif png gif))",
                               ["--html", content("report.html")]),
    "html-with-pictures-and-attachment": Case(
        "mixed(alternative(plain related(html gif png gif)) csv)",
        ["--html", content("report.html"), "-a", content("table.csv")]),
    "text-with-picture": Case("alternative(plain related(html png))", ["-I", content("pictures/load.png")]),
    "text-with-pictures": Case("alternative(plain related(html png png))",
                               ["-I", content("pictures/load.png"), "-I", content("pictures/Übersicht Q3.png")]),
    "html-with-cid": Case("alternative(plain related(html png))",
                          ["--html", content("cid.html"), "-I", content("pictures/load.png")]),
    "invitation": Case("mixed(alternative(plain calendar) ics)",
                       ["--calendar", content("invite.ics"), "--text", content("plain.txt")]),
    "invitation-with-html": Case("mixed(alternative(plain html calendar) ics)",
                                 ["--calendar", content("invite.ics"),
                                  "--html", content("plain.html")]),
    "report": Case("report(plain delivery-status rfc822)",
                   ["--report-type", "delivery-status", "--type", "message/delivery-status",
                    "-a", content("status.txt"), "-a", content("original.eml")]),
    "forwarded": Case("mixed(plain rfc822)", ["-a", content("original.eml")]),
    "existing": Case("plain", ["-t"], (
        "To: bob@example.test\nCc: Team: Änne <ann@example.test>;\nBcc: hidden@example.test\n"
        "Subject: Grüße\n\nSchöne Grüße\n").encode()),
    "existing-with-attachment": Case("mixed(plain png)", [
        "--eml", content("original.eml"), "-a", content("pictures/load.png")]),
    "thread": Case("plain", ["--thread", "nightly", "--priority", "high", "--unsubscribe",
                             "https://example.test/off?u=1", "--unsubscribe",
                             "mailto:off@example.test"]),
    "answer": Case("plain", ["--in-reply-to", "<1@example.test>",
                             "--references", "<0@example.test> <1@example.test>"]),
    "group": Case("plain", ["Team: Carl <carl@bücher.example>, dora@example.test;"]),
    "mailto": Case("plain", ["mailto:carl@example.test?subject=Gr%C3%BC%C3%9Fe&cc=dora@example.test"]),
}


def structure(message):
    """As in mixed(alternative(plain html) png)."""
    kind = message.get_content_subtype()
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        return f"{kind}({' '.join(structure(part) for part in message.iter_parts())})"
    return kind


def normal(octets):
    """What is new each time, numbered in its order."""
    seen = {}

    def number(match):
        return b"%s%d" % (match[1], seen.setdefault(match[0], len(seen) + 1))
    octets = re.sub(rb"(=_)[0-9a-z]{26}", number, octets)
    octets = re.sub(rb"(@)[0-9a-z]{26}", number, octets)
    octets = re.sub(rb"(?m)^(Message-ID: )<[0-9a-z]{26}@", rb"\1<...@", octets)
    return re.sub(rb"(?m)^(Date: )[^\r]*", rb"\1...", octets)


class Golden(TestCase):
    maxDiff = None

    def make(self, name):
        case = CASES[name]
        to = [] if case.arguments[0:1] == ["-t"] or name == "mailto" else [TO]
        subject = [] if {"-s", "-t", "--eml"} & set(case.arguments) or name == "mailto" \
            else ["-s", name]
        done = self.mailer("-d", "--wire", "8bit", "--from", f"Ann <{SENDER}>", *subject,
                           *case.arguments, *to, text=case.text, env=self.environment(TZ="UTC"))
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_each_structure_is_as_it_was_looked_at(self):
        for name, case in CASES.items():
            with self.subTest(name):
                octets = self.make(name)
                self.assertEqual(structure(self.parse(octets)), case.structure)
                path = os.path.join(GOLDEN, name + ".eml")
                if os.environ.get("MAILER_GOLDEN") == "write":
                    with open(path, "wb") as file:
                        file.write(normal(octets))
                self.assertEqual(normal(octets).decode(errors="backslashreplace"),
                                 common.read(path).decode(errors="backslashreplace"))

    def test_no_golden_file_is_left_over(self):
        kept = {name[:-4] for name in os.listdir(GOLDEN) if name.endswith(".eml")}
        self.assertEqual(kept, set(CASES))


if __name__ == "__main__":
    unittest.main()
