#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Existing messages: -t and --eml. What is kept, what is mended, and who gets it."""
import os
import re
import unittest

import common
from common import SENDER, SendingTestCase

HEADER = f"From: Ann <{SENDER}>\nTo: bob@example.test\nSubject: Kept\n"


class Existing(SendingTestCase):
    def show(self, text, *arguments, wire="8bit"):
        text = text.encode() if isinstance(text, str) else text
        done = self.mailer("-d", "--wire", wire, "-t", *arguments, text=text)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def text_of(self, octets):
        return self.parse(octets).get_content().replace("\r\n", "\n")

    def envelope(self, text, *arguments, scenario="good"):
        text = text.encode() if isinstance(text, str) else text
        done, messages = self.try_to_send("-t", *arguments, sender=(), text=text, scenario=scenario)
        self.assert_silent_success(done)
        self.assertEqual(len(messages), 1)
        return messages[0]

    @staticmethod
    def addresses(message):
        return sorted(re.fullmatch(r"TO:<(.*)>", line)[1] for line in message["recipients"])

    def recipients(self, text, *arguments):
        return self.addresses(self.envelope(text, *arguments))

    # ---- Who gets it ----

    def test_recipients_are_those_of_to_cc_and_bcc(self):
        self.assertEqual(self.recipients(
            f"From: {SENDER}\nTo: Bob <b@x.test>,\n c@x.test\ncc : d@x.test\n"
            "Bcc: e@x.test\nBCC: f@x.test,\n\tg@x.test\nTo: Team: h@x.test;\n\nx\n"),
            [f"{name}@x.test" for name in "bcdefgh"])

    def test_those_of_the_command_line_are_added(self):
        self.assertEqual(self.recipients(HEADER + "\nx\n", "c@x.test", "--bcc", "d@x.test"),
                         ["bob@example.test", "c@x.test", "d@x.test"])

    def test_no_trace_of_bcc_is_left(self):
        octets = self.envelope(HEADER + "Bcc: one@hidden.test,\n two@hidden.test,\n\n three@hidden.test"
                               "\nbcc :\n four@hidden.test\nResent-Bcc: five@hidden.test\n\nx\n"
                               .replace("\n\n three", "\n three"))["octets"]
        self.assertNotIn(b"hidden", octets)
        self.assertNotIn(b"bcc", octets.lower())

    def test_resent_fields_decide(self):
        message = self.envelope(f"Resent-From: carl@example.test\nResent-To: d@x.test\n"
                                "Resent-Bcc: e@x.test\n" + HEADER + "Bcc: f@x.test\n\nx\n")
        self.assertEqual(self.addresses(message), ["d@x.test", "e@x.test"])
        self.assertIn("carl@example.test", message["sender"])
        self.assertNotIn(b"e@x.test", message["octets"])

    def test_the_latest_resending_decides(self):
        message = self.envelope("Resent-From: carl@x.test\nResent-To: d@x.test\n"
                                "Resent-From: old@x.test\nResent-Sender: older@x.test\n"
                                "Resent-To: e@x.test\n" + HEADER + "\nx\n")
        self.assertEqual(self.addresses(message), ["d@x.test"])
        self.assertIn("<carl@x.test>", message["sender"])

    def test_a_resending_by_options_stands_in_front(self):
        path = self.file("message.eml", ("Resent-From: old@x.test\nResent-To: bob@x.test\n"
                                         + HEADER + "\nx\n").encode())
        done, messages = self.try_to_send("--eml", path, "-H", "Resent-From: carl@x.test",
                                          "-H", "Resent-To: d@x.test", "d@x.test", sender=())
        self.assert_silent_success(done)
        self.assertEqual(self.addresses(messages[0]), ["d@x.test"])
        self.assertIn("<carl@x.test>", messages[0]["sender"])
        names = [line.split(b":")[0] for line in messages[0]["octets"].split(b"\r\n")[:7]]
        self.assertEqual(names, [b"Resent-Date", b"Resent-From", b"Resent-To",
                                 b"Resent-Message-ID", b"Resent-From", b"Resent-To", b"From"])

    def test_without_t_only_the_command_line_names_recipients(self):
        path = self.file("message.eml", (HEADER + "Cc: c@x.test\n\nx\n").encode())
        done, messages = self.try_to_send("--eml", path, "z@x.test", sender=())
        self.assert_silent_success(done)
        self.assertEqual(self.addresses(messages[0]), ["z@x.test"])

    def test_nobody_to_send_to_is_wrong_use(self):
        self.assert_told(self.mailer("-d", "-t", text=f"From: {SENDER}\n\nx\n".encode()), 64)

    def test_the_sender_is_that_of_the_header_or_of_an_option(self):
        self.assertIn(f"<{SENDER}>", self.envelope(HEADER + "\nx\n")["sender"])
        self.assertIn("<list@x.test>", self.envelope("Sender: list@x.test\n" + HEADER + "\nx\n")["sender"])
        self.assertIn("<f@x.test>", self.envelope(HEADER + "\nx\n", "-f", "f@x.test")["sender"])
        message = self.envelope(HEADER + "\nx\n", "-r", "r@x.test")
        self.assertIn("<r@x.test>", message["sender"])
        self.assertIn(f"From: Ann <{SENDER}>\r\n".encode(), message["octets"])

    # ---- What is kept ----

    def test_header_and_body_are_kept_as_they_are(self):
        text = ("Received: from a\r\n\tby b; Fri, 20 Nov 2026 10:00:00 +0000\r\n"
                "X-Odd:   spaces \r\nFROM: Ann <ann@example.test>\r\nto: bob@example.test\r\n"
                "SUBJECT: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?q?_2?=\r\n"
                "Date: Fri, 20 Nov 2026 10:00:00 +0000\r\nMessage-Id: <1@example.test>\r\n"
                "\r\n.dot\r\n..\r\nFrom here\r\ntrailing  \r\n-- \r\nAnn\r\n").encode()
        for wire in ("7bit", "8bit", "binary"):
            self.assertEqual(self.show(text, wire=wire), text)

    def test_what_is_missing_is_added(self):
        message = self.parse(self.show("To: bob@example.test\n\nx\n", "--from", SENDER))
        self.assertEqual(message["From"], SENDER)
        self.assertIsNotNone(message["Date"])
        self.assertIsNotNone(message["Message-ID"])

    def test_nothing_is_added_twice(self):
        octets = self.show(HEADER + "Date: Fri, 20 Nov 2026 10:00:00 +0000\nMessage-ID: <1@x>\n\nx\n",
                           "--from", "other@example.test")
        for name in (b"From", b"Date", b"Message-ID"):
            self.assertEqual(len(re.findall(rb"(?m)^" + name + b":", octets)), 1, name)
        self.assertNotIn(b"other", octets)

    def test_what_is_empty_is_missing(self):
        octets = self.show("From: \nTo: bob@example.test\nCc:\nDate:\nMessage-ID:\nSubject:\n\nx\n",
                           "--from", SENDER)
        message = self.parse(octets)
        self.assertEqual(message["From"], SENDER)
        for name in ("Date", "Message-ID"):
            self.assertEqual(len(message.get_all(name)), 1)
            self.assertGreater(len(message[name]), 10)

    def test_fields_of_options_are_added_once(self):
        header = f"From: {SENDER}\nTo: bob@example.test\n\nx\n"
        for arguments, name, value in (
                (("-s", "New"), "Subject", "New"),
                (("mailto:c@x.test?subject=New",), "Subject", "New"),
                (("--reply-to", "r@x.test"), "Reply-To", "r@x.test"),
                (("--unsubscribe", "https://x.test/"), "List-Unsubscribe", "<https://x.test/>")):
            with self.subTest(arguments):
                message = self.parse(self.show(header, *arguments))
                self.assertEqual(message.get_all(name), [value])

    def test_fields_that_are_there_are_not_given_twice(self):
        for field, arguments in (
                ("Subject: Old", ("-s", "New")), ("Reply-To: o@x.test", ("--reply-to", "r@x.test")),
                ("List-Unsubscribe: <https://o.test/>", ("--unsubscribe", "https://x.test/"))):
            with self.subTest(field):
                text = f"{field}\nFrom: {SENDER}\nTo: bob@example.test\n\nx\n".encode()
                self.assert_told(self.mailer("-d", "-t", *arguments, text=text), 65)

    def test_the_subject_of_a_url_counts_where_there_is_none(self):
        message = self.parse(self.show(HEADER + "\nx\n", "mailto:c@x.test?subject=New"))
        self.assertEqual(message.get_all("Subject"), ["Kept"])

    def test_our_own_messages_go_through_unchanged(self):
        for name in sorted(os.listdir(os.path.join(common.HERE, "..", "golden"))):
            if not name.endswith(".eml"):
                continue
            octets = common.read(os.path.join(common.HERE, "..", "golden", name))
            octets = octets.replace(b"Date: ...", b"Date: Fri, 20 Nov 2026 10:00:00 +0000")
            octets = octets.replace(b"<...@", b"<x@")
            with self.subTest(name):
                self.assertEqual(self.show(octets).replace(b"\r\n", b"\n"),
                                 octets.replace(b"\r\n", b"\n"))

    # ---- What is mended ----

    def test_bare_line_feeds_become_line_ends(self):
        self.assertNotRegex(self.show(HEADER + "\na\nb\r\nc\n"), rb"(?<!\r)\n")

    def test_8_bit_text_is_encoded_for_a_server_of_7_bits(self):
        text = HEADER + "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n" \
            "Content-Transfer-Encoding: 8bit\n\nGrüße\n"
        message = self.envelope(text, scenario="E19")
        self.assertEqual(self.text_of(message["octets"]), "Grüße\n")

    def test_text_that_says_nothing_of_itself_is_labelled(self):
        for wire in ("7bit", "8bit"):
            octets = self.show(HEADER + "\nGrüße\n", wire=wire)
            self.assertEqual(self.text_of(octets), "Grüße\n")

    def test_an_8_bit_subject_is_encoded(self):
        octets = self.show(f"From: Änne <{SENDER}>\nTo: bob@example.test\nSubject: Grüße\n\nx\n",
                           wire="7bit")
        self.assertTrue(octets.isascii())
        message = self.parse(octets)
        self.assertEqual((message["Subject"], message["From"]), ("Grüße", f"Änne <{SENDER}>"))

    def test_a_long_line_is_encoded_in_its_part_alone(self):
        long = "x" * 1200
        text = (HEADER + "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
                "--b\nContent-Type: text/plain\n\nshort = 1\n--b\nContent-Type: text/x-log\n\n"
                f"{long}\n--b--\n")
        octets = self.show(text)
        self.assertLessEqual(max(map(len, octets.split(b"\r\n"))), 998)
        parts = list(self.parse(octets).iter_parts())
        self.assertIn(b"\r\nshort = 1\r\n", octets)
        self.assertEqual(parts[1].get_content().rstrip("\n"), long)

    def test_signed_text_is_not_touched(self):
        text = (HEADER + "MIME-Version: 1.0\nContent-Type: multipart/signed; boundary=b;\n"
                " protocol=\"application/pgp-signature\"\n\n--b\n"
                "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGrüße\n"
                "--b\nContent-Type: application/pgp-signature\n\nabc\n--b--\n")
        self.assertIn("Grüße".encode(), self.show(text))
        done = self.mailer("-d", "-t", "--wire", "7bit", text=text.encode())
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"sign", done.stderr)

    # ---- What it is read from ----

    def test_odd_beginnings(self):
        self.assertEqual(self.recipients("From ann Sat Aug  1 10:00:00 2026\n" + HEADER + "\nx\n"),
                         ["bob@example.test"])
        self.assertEqual(self.text_of(self.show(HEADER + "this is no field\nmore\n")),
                         "this is no field\nmore\n")
        self.assertEqual(self.text_of(self.show(HEADER)).strip(), "")

    def test_headers_that_cannot_be_sent_are_refused(self):
        for text in (HEADER + "X: a\0b\n\nx\n", HEADER + "Subject: again\n\nx\n",
                     HEADER + "X: " + "y" * 2000 + "\n\nx\n", "To: a@@b\n\nx\n",
                     "X: y\n" * 300_000 + "\n"):
            with self.subTest(text[:60]):
                done = self.mailer("-d", "-t", "--from", SENDER, text=text.encode())
                self.assert_told(done, 65)

    def test_attachments_may_be_added(self):
        picture = os.path.join(common.HERE, "..", "golden", "content", "pictures", "load.png")
        message = self.parse(self.show(HEADER + "Content-Type: text/html\nMIME-Version: 1.0\n\n<p>x\n",
                                       "-a", picture))
        self.assertEqual([part.get_content_type() for part in message.iter_parts()],
                         ["text/html", "image/png"])
        self.assertEqual(list(message.iter_attachments())[0].get_content(), common.read(picture))

    def test_pictures_may_be_added(self):
        folder = os.path.join(common.HERE, "..", "golden", "content", "pictures")
        pictures = [os.path.join(folder, name) for name in ("load.png", "pic")]
        message = self.parse(self.show(HEADER + "\nx\n", "-a", pictures[1], "-I", pictures[0]))
        self.assertEqual(message.get_content_type(), "multipart/mixed")
        parts = list(message.iter_parts())[1:]
        self.assertEqual([part.get_content() for part in parts], [common.read(path) for path in pictures])
        self.assertEqual([part.get_content_disposition() for part in parts], ["inline", "attachment"])

    def test_a_second_body_is_wrong_use(self):
        page = self.file("page.html", b"<p>x")
        self.assert_told(self.mailer("-d", "-t", "--html", page, text=HEADER.encode()), 64)


if __name__ == "__main__":
    unittest.main()
