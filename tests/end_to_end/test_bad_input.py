#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Hostile and broken addresses, headers and server names: the right exit code, one line that says
so, and nothing sent; what is only strange arrives as it was."""
import email
import os
import re

import common
from common import SENDER, header

PAYLOAD = "\r\nRCPT TO:<eve@evil.test>"
CONTROLS = {"CR": "\r", "LF": "\n", "CR LF": "\r\n", "VT": "\v", "FF": "\f", "ESC": "\x1b",
            "DEL": "\x7f"}


class BadInput(common.SendingTestCase):
    # Addresses

    def test_control_characters_in_addresses_are_refused(self):
        for name, control in CONTROLS.items():
            for address in (f"a{control}@b.test", f"A{control}B <a@b.test>", f'"a{control}"@b.test',
                            f"a@b.test{control}RCPT TO:<eve@evil.test>"):
                with self.subTest(name, address=address):
                    self.refuse((64, 65), address)
        for option in ("--to", "--cc", "--bcc", "--reply-to", "-f"):
            with self.subTest(option):
                self.refuse((64, 65), option, "a@b.test>" + PAYLOAD, "bob@example.test")
        self.refuse((64, 65), "bob@example.test", sender=("--from", "a@b.test>" + PAYLOAD))
        self.refuse((64, 65), "bob@example.test", sender=("--from", f"A{PAYLOAD} <a@b.test>"))

    def test_an_empty_recipient_is_refused(self):
        for address in ("", " ", "<>", "Name <>", ","):
            with self.subTest(address):
                self.refuse((64, 65), address)

    def test_no_recipient_at_all_is_wrong_use(self):
        self.refuse((64,), "-s", "x")

    def test_a_hidden_recipient_behind_one_dash_is_not_shown_to_all(self):
        for option in ("-bcc", "-cc"):
            with self.subTest(option):
                self.refuse((64,), option, "secret@b.test", "bob@example.test")

    def test_the_help_fits_a_terminal_and_names_the_exit_codes_of_the_readme(self):
        for verb in ((), ("catch",)):
            shown = self.mailer(*verb, "--help").stdout.decode()
            self.assertLess(max(map(len, shown.splitlines())), 80)
        readme = os.path.join(os.path.dirname(__file__), "../../README.md")
        with open(readme, encoding="utf-8") as file:
            rows = re.findall(r"^\| ([0-9, ]+) \|", file.read(), re.MULTILINE)
        codes = sorted(re.findall(r"\d+", " ".join(rows)))
        named = self.mailer("--help").stdout.decode().partition("Exit codes: ")[2]
        self.assertEqual(sorted(re.findall(r"\d+", named)), codes)

    def test_an_address_is_no_option_and_an_option_no_address(self):
        self.refuse((64,), "-X/tmp/log@b.test")
        self.refuse((64,), "-Q/tmp/x@b.test")
        message = self.accept_or_refuse((65,), "--", "-oQ/tmp/x@b.test")
        if message:
            self.assertEqual(message["recipients"], ["TO:<-oQ/tmp/x@b.test>"])

    def test_commands_and_files_are_no_addresses(self):
        for address in ("|touch /tmp/x", "/tmp/x"):
            with self.subTest(address):
                self.refuse((64, 65), address)

    def test_an_address_goes_to_its_own_domain_or_nowhere(self):
        for address in ('"x@evil.test y"@good.test', "a@good.test(x)evil.test", "a@good.test (x)",
                        "(c)a(d)@(e)good.test", "a@good.test, (@evil.test"):
            with self.subTest(address):
                message = self.accept_or_refuse((64, 65), address)
                for recipient in message["recipients"] if message else []:
                    self.assertRegex(recipient, r"@good\.test>")

    def test_addresses_without_measure_are_refused_at_once(self):
        for address in ("(" * 100000, "<" * 100000, "g:" * 50000, "a" * 120000 + "@b.test",
                        "a" * 65 + "@b.test", "a@" + "b" * 64 + ".test",
                        "a@" + ".".join(["b" * 60] * 5) + ".test"):
            with self.subTest(address[:20], length=len(address)):
                self.refuse((64, 65), address, seconds=10)

    def test_domain_literals_are_checked(self):
        for address in ("a@[127.0.0.1]", "a@[IPv6:::1]"):
            with self.subTest(address):
                self.assertEqual(self.accept(address)["recipients"], [f"TO:<{address}>"])
        for address in ("a@[IPv6:zz]", "a@[300.1.1.1]", "a@[", "a@[]"):
            with self.subTest(address):
                self.refuse((64, 65), address)

    def test_blind_recipients_are_not_shown(self):
        message = self.accept("-b", "eve@example.test")
        self.assertEqual(message["recipients"], ["TO:<eve@example.test>"])
        self.assertNotIn(b"eve@", message["octets"])
        self.assertNotRegex(message["octets"], rb"(?im)^bcc")

    def test_who_is_named_often_gets_it_once(self):
        message = self.accept("bob@example.test", "bob@example.test", "--cc", "bob@EXAMPLE.test",
                              "--bcc", "bob@example.test")
        self.assertEqual(len(message["recipients"]), 1)

    def test_two_thousand_recipients_get_it_once_each(self):
        wanted = [f"r{number}@example.test" for number in range(2000)]
        done, messages = self.try_to_send(*wanted)
        self.assert_silent_success(done)
        got = [recipient for message in messages for recipient in message["recipients"]]
        self.assertEqual(sorted(got), sorted(f"TO:<{address}>" for address in wanted))

    def test_a_local_part_in_utf_8_needs_smtputf8(self):
        self.refuse((65, 69), "jürgen@example.test")
        message = self.accept("jürgen@example.test", scenario="turns-chunks")
        self.assertIn("SMTPUTF8", message["sender"])

    def test_an_international_domain_is_sent_in_ascii_or_refused(self):
        message = self.accept_or_refuse((65, 69), "test@bücher.example")
        if message:
            self.assertEqual(message["recipients"], ["TO:<test@xn--bcher-kva.example>"])

    def test_two_authors_are_refused(self):
        self.refuse((64, 65), "bob@example.test", sender=("--from", "a@b.test, c@d.test"))

    def test_a_name_that_looks_like_an_address_is_quoted(self):
        message = self.accept("bob@example.test",
                              sender=("--from", '"ceo@bank.test" <ann@example.test>'))
        self.assertTrue(message["sender"].startswith("FROM:<ann@example.test>"))
        parsed = self.parse(message["octets"])["From"].addresses
        self.assertEqual([(a.display_name, a.addr_spec) for a in parsed],
                         [("ceo@bank.test", "ann@example.test")])

    # Headers

    def test_line_ends_in_header_values_are_refused(self):
        for end in ("\r\n", "\n", "\r"):
            for text in (f"x{end}Bcc: eve@evil.test", f"x{end} folded", f"x{end}", f"{end}x",
                         f"x{end}{end}body"):
                with self.subTest(text):
                    self.refuse((65,), "-s", text, "bob@example.test")
                    self.refuse((64, 65), "-H", "X-Test: " + text, "bob@example.test")

    def test_unfit_header_fields_are_refused(self):
        for field in ("X Y: a", ": a", "Xé: a", "X\r: a", "", "no colon", "X" * 1000 + ": a",
                      "X-Test: " + "a" * 100000, "Subject: another", "From: eve@evil.test",
                      "MIME-Version: 2.0", "Content-Type: text/html"):
            with self.subTest(field[:30]):
                self.refuse((64, 65), "-s", "x", "-H", field, "bob@example.test")

    def test_a_long_field_with_spaces_is_folded(self):
        value = " ".join(f"word{number}" for number in range(10000))
        message = self.accept("-H", "X-Long: " + value, "bob@example.test")
        self.assertEqual(header(message["octets"], "X-Long"), value)

    def test_strange_subjects_read_back_equal(self):
        for subject in ("", "=?utf-8?q?x?=", "a =?x?q?y?= b", "ü" * 5000, "x" * 10000,
                        "a\u2028b\u2029c", "\ufeffa", "\u202eevil\u202c", "  two  ",
                        "Grüße, 東京 👩‍👩‍👧‍👦", "a" * 75 + "ü", "tab\there"):
            with self.subTest(subject[:20]):
                message = self.accept("-s", subject, "bob@example.test")
                if subject:
                    self.assertEqual(header(message["octets"], "Subject").strip(),
                                     subject.strip() if subject == "  two  " else subject)
                self.assertIsNone(re.search("[\u0085\u2028\u2029]".encode(), message["octets"]))

    def test_a_next_line_character_is_no_line_end(self):
        message = self.accept_or_refuse((65,), "-s", "a\u0085b", "bob@example.test")
        if message:
            self.assertEqual(header(message["octets"], "Subject"), "a\u0085b")

    def test_encoded_words_are_short_and_whole(self):
        for offset in range(0, 80, 3):
            subject = "x" * offset + "👩‍👩‍👧‍👦👍🏽" * 40
            with self.subTest(offset):
                done = self.mailer("-d", "--from", SENDER, "-s", subject, "bob@example.test")
                self.assertEqual(header(done.stdout, "Subject"), subject)
                words = re.findall(rb"=\?utf-8\?[bq]\?[^?]*\?=", done.stdout, re.IGNORECASE)
                self.assertTrue(words)
                for word in words:
                    self.assertLessEqual(len(word), 75)
                    alone = b"Subject: " + word + b"\n\n"
                    self.assertNotIn("\ufffd", header(alone, "Subject"))

    def test_what_is_no_utf_8_is_refused(self):
        for octets in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe4\xb8", b"Gr\xfc\xdfe"):
            with self.subTest(octets):
                self.refuse((65,), "-s", octets, "bob@example.test")
                self.refuse((64, 65), octets + b" <a@b.test>")

    def test_names_with_special_characters_read_back_equal(self):
        for name in ('a "b" c', "back\\slash", "a, b; c", "<a> @ (c)", "Jürgen Weiß", "東京",
                     "a.b", "=?utf-8?q?x?=", "O'Hara", "x" * 300):
            with self.subTest(name[:20]):
                message = self.accept("-F", name, "bob@example.test")
                # Not by email.policy.default, which puts a space between two encoded-words.
                octets = email.message_from_bytes(message["octets"])["From"]
                shown, address = email.utils.parseaddr(re.sub(r"\r?\n(?=[ \t])", "", octets))
                decoded = str(email.header.make_header(email.header.decode_header(shown)))
                self.assertEqual((decoded, address), (name, SENDER))

    # Wrong use

    def test_wrong_options_are_wrong_use(self):
        for arguments in (("--no-such-option",), ("-s",), ("--timeout", "x"), ("--timeout", "-1"),
                          ("--tls", "perhaps"), ("--wire", "9bit"), ("--attach",)):
            with self.subTest(arguments):
                self.refuse((64,), "bob@example.test", *arguments)

    def test_wrong_servers_are_wrong_use(self):
        for server in ("", "smtp://x\r\nRSET", "smtp://[::1", "smtp://h:0", "smtp://h:65536",
                       "smtp://h:25x", "http://example.test", "smtp://"):
            with self.subTest(server):
                done = self.mailer("--server", server, "--from", SENDER, "bob@example.test")
                self.assert_told(done, 64, 78)
        self.refuse((64, 65, 78), "--helo", "a\r\nRSET", "bob@example.test")

    def test_a_closed_port_is_a_matter_for_later(self):
        with common.socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            done = self.send(probe.getsockname()[1], "bob@example.test")
        self.assert_told(done, 75)

    def test_locale_and_time_zone_do_not_change_the_protocol(self):
        env = self.environment(LC_ALL="tr_TR.UTF-8", TZ="Asia/Kathmandu")
        done = self.mailer("-d", "--from", SENDER, "-s", "I", "bob@example.test", env=env)
        self.assertEqual(done.returncode, 0)
        self.assertIsNotNone(self.parse(done.stdout)["Date"].datetime)


if __name__ == "__main__":
    common.main()
