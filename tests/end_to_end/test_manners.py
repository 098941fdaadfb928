#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What reports want: nothing twice, nothing empty, and news of what is missing."""
import os
import re
import socket
import stat
import subprocess

import common


class OnlyIfChanged(common.SendingTestCase):
    def run_with(self, *arguments, accepted=True, **more):
        """Sends, or finds that it need not; returns the number of messages."""
        done, messages = self.try_to_send("--only-if-changed", self.state, *arguments, "bob@x.test",
                                          **more)
        if accepted:
            self.assert_silent_success(done)
        return len(messages) if accepted else (done, len(messages))

    def setUp(self):
        self.state = os.path.join(self.folder, self.id())

    def test_the_same_report_is_sent_once(self):
        self.assertEqual(self.run_with("-s", "Monday"), 1)
        self.assertEqual(stat.S_IMODE(os.stat(self.state).st_mode), 0o600)
        self.assertEqual(self.run_with("-s", "Tuesday"), 0, "the subject does not count")
        self.assertEqual(self.run_with(text=b"News.\n"), 1)
        self.assertEqual(self.run_with(text=b"News.\n"), 0)
        self.assertEqual(self.run_with(), 1)
        self.assertEqual(os.listdir(os.path.dirname(self.state)).count(self.id()), 1)

    def test_attachments_and_pictures_of_html_count(self):
        page = self.file("page.html", b"<p><img src='pic tu.gif'>")
        self.file("pic tu.gif", common.read(common.picture("spinner.gif")))
        options = ("--html", page, "-a", common.picture("cpu.png"))
        self.assertEqual(self.run_with(*options), 1)
        self.assertEqual(self.run_with(*options), 0, "made Content-IDs do not count")
        self.assertEqual(self.run_with(*options[:2]), 1)
        self.assertEqual(self.run_with(*options[:3], f"x.png={options[3]}"), 1)
        self.file("pic tu.gif", common.read(common.picture("spinner.gif")) + b";")
        self.assertEqual(self.run_with(*options[:3], f"x.png={options[3]}"), 1)

    def test_what_was_not_accepted_is_sent_again(self):
        for scenario, code in (("R03", 79), ("hang-up-mail", 75)):
            with self.subTest(scenario):
                done, _count = self.run_with("second@x.test", scenario=scenario, accepted=False)
                self.assertEqual(done.returncode, code)
                self.assertFalse(os.path.exists(self.state))

    def test_the_file_is_checked_before_anything_is_sent(self):
        folder = os.path.join(self.folder, "none", "state")
        foreign = self.file("foreign", b"important\n")
        link = os.path.join(self.folder, "link")
        os.symlink(foreign, link)
        self.refuse((73,), "--only-if-changed", folder, "bob@x.test")
        self.refuse((66,), "--only-if-changed", foreign, "bob@x.test")
        self.refuse((66,), "--only-if-changed", link, "bob@x.test")
        self.refuse((66,), "--only-if-changed", self.folder, "bob@x.test")
        self.assertEqual(common.read(foreign), b"important\n")

    def test_trying_it_dry_remembers_nothing(self):
        done = self.mailer("-d", "--from", common.SENDER, "--server", "smtp://127.0.0.1",
                           "--only-if-changed", self.state, "bob@x.test")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"Hello.", done.stdout)
        self.assertFalse(os.path.exists(self.state))

    def test_the_reason_for_silence_is_told_to_who_asks(self):
        self.assertEqual(self.run_with(), 1)
        done, count = self.run_with("-v", accepted=False)
        self.assertEqual((done.returncode, count), (0, 0))
        self.assertIn(b"nothing is sent", done.stderr)


class Empty(common.SendingTestCase):
    def test_only_what_has_no_octet_is_empty(self):
        empty = self.file("empty.txt")
        for text, options, sent in ((b"", (), 0), (b"\n", (), 1), (b" ", (), 1), (b"x", (), 1),
                                    (b"", ("-a", empty), 1), (b"", ("-s", "x"), 0),
                                    (b"", ("-I", common.picture("cpu.png")), 1),
                                    (b"", ("--html", empty), 0)):
            with self.subTest(text=text, options=options):
                done, messages = self.try_to_send("-E", *options, "bob@x.test", text=text)
                self.assert_silent_success(done)
                self.assertEqual(len(messages), sent)


class Missing(common.SendingTestCase):
    note = ("--on-missing-attachment", "note")

    def missing(self, *arguments, **more):
        """Sends with a line on stderr; returns the message."""
        done, messages = self.try_to_send(*self.note, *arguments, "bob@x.test", **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_told(done, 0)
        self.assertTrue(done.stderr.startswith(b"mailer: the message goes without -"), done.stderr)
        self.assertEqual(len(messages), 1)
        return self.parse(messages[0]["octets"])

    def test_without_the_option_nothing_is_sent(self):
        self.refuse((66,), "-a", "/none.pdf", "bob@x.test")
        self.refuse((66,), "--on-missing-attachment", "fail", "-a", "/none.pdf", "bob@x.test")
        self.refuse((66,), "-I", "/none.png", "bob@x.test")

    def test_the_text_names_what_is_missing(self):
        for option in (("-a", "/none.pdf"), ("-a", "Report.pdf=/none.pdf"), ("-I", "/none.pdf")):
            with self.subTest(option):
                message = self.missing(*option)
                self.assertEqual(message.get_content_type(), "text/plain")
                self.assertEqual(message.get_content().replace("\r\n", "\n"), "Hello.\n\nNot "
                                 "attached: /none.pdf: No such file or directory\n")

    def test_the_others_come_along(self):
        message = self.missing("-a", common.picture("cpu.png"), "-a", "/nöne.pdf")
        text, picture = message.iter_parts()
        self.assertIn("/nöne.pdf", text.get_content())
        self.assertEqual(picture.get_filename(), "cpu.png")

    def test_html_and_its_text_name_it(self):
        page = self.file("note.html", b"<html><body><p>Hello.</p></body></html>")
        message = self.missing("--html", page, "-a", "/none&.pdf")
        text, html = message.iter_parts()
        self.assertIn("Not attached: /none&.pdf", text.get_content())
        self.assertIn("<p>Not attached: /none&amp;.pdf", html.get_content())

    def test_html_may_show_a_picture_that_is_missing(self):
        for source, options in (("cid:plot.png", ("-I", "/none/plot.png")),
                                ("plot.png", ("-I", "/none/plot.png")),
                                ("plot.png", ("-I", "plot.png=/none/x.png")),
                                ("plot.png", ("--name", "plot.png", "-I", "/none/x.png")),
                                ("cid:x@y", ("--cid", "x@y", "-I", "/none/plot.png"))):
            with self.subTest(source, options=options):
                page = self.file("shows.html", f"<p>Hello.<img src='{source}'>".encode())
                message = self.missing("--html", page, *options)
                self.assertIn(f"<img src='{source}'>", message.get_body(("html",)).get_content())
        self.refuse((65,), *self.note, "--html", page, "-a", "/none/plot.png", "bob@x.test")

    def test_a_failure_is_still_one_line(self):
        done, _messages = self.try_to_send(*self.note, "-a", "/none.pdf", "bob@x.test",
                                           scenario="hang-up-mail")
        self.assert_told(done, 75)

    def test_a_file_that_may_not_be_read_is_missing_too(self):
        if os.geteuid() == 0:
            self.skipTest("root may read everything")
        message = self.missing("-a", self.file("secret", b"x", 0))
        self.assertIn("Permission denied", message.get_content())

    def test_it_needs_a_text_of_its_own(self):
        self.refuse((64,), *self.note, "-t", text=b"To: bob@x.test\n\nx\n")
        self.refuse((64,), *self.note, "-a", "Subject: x", "bob@x.test")


class Thread(common.SendingTestCase):
    def test_reports_of_one_name_are_one_thread(self):
        found = set()
        for name in ("nightly", "nightly", "weekly"):
            message = self.parse(self.accept("--thread", name, "bob@x.test")["octets"])
            self.assertEqual(message["In-Reply-To"], message["References"])
            found.add(message["References"])
        self.assertEqual(len(found), 2)


class CatchOptions(common.SendingTestCase):
    """What a server of one's own takes, how long it waits, and what it says."""

    def test_it_is_quiet_takes_no_more_than_told_and_waits_no_longer(self):
        words = [common.MAILER, "catch", "--listen", "127.0.0.1:0", "--discard", "--quiet",
                 "--size-limit", "5000", "--idle", "1"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
            try:
                port = int(re.search(r"127\.0\.0\.1:(\d+)", server.stdout.readline())[1])
                self.assert_silent_success(self.send(port, "bob@x.test"))
                self.assert_told(self.send(port, "bob@x.test", text=b"long\n" * 2000), 69)
                with socket.create_connection(("127.0.0.1", port), 20) as connection:
                    with connection.makefile("rb") as lines:
                        self.assertEqual([line[:4] for line in lines], [b"220 ", b"421 "])
            finally:
                server.terminate()
            self.assertEqual(server.stdout.read(), "")


if __name__ == "__main__":
    common.main()
