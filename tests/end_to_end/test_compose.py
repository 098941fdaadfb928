#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Writing messages at a terminal: questions, drafts, the editor, signals, several messages on one
connection; once by keystrokes in tmux."""
import dataclasses
import glob
import os
import shutil
import signal
import stat
import subprocess
import sys

import common
import actions
import scenarios
import terminal

GOOD = scenarios.SCENARIOS["good"]
PASSWORD = common.scripted.PASSWORD
TEXT = "\".e\" goes on in the editor):"


def answering(base=GOOD, **answers):
    return dataclasses.replace(base, answers={**base.answers, **answers})


class ComposeTestCase(common.SendingTestCase):
    # Line editing by libedit, and the terminal's own.
    terminals = ("xterm", "dumb")

    def setUp(self):
        super().setUp()
        self.state = os.path.join(self.folder, self.id().rsplit(".", 1)[1])

    def drafts(self):
        return sorted(glob.glob(os.path.join(self.state, "mailer", "drafts", "*")))

    def open(self, server, *words, term="dumb", verb=("compose",), **more):
        return terminal.Terminal(
            [common.MAILER, *verb, "--server", f"smtp://127.0.0.1:{server.port}", "--from",
             common.SENDER, *words],
            self.environment(TERM=term, XDG_STATE_HOME=self.state, **more))

    def write(self, screen, to, subject, text, files=()):
        """Answers the questions for one message."""
        screen.answer("To: ", to)
        screen.answer("Cc: ", "")
        screen.answer("Subject: ", subject)
        screen.expect(TEXT)
        for line in (*text, "."):
            screen.type(line + "\n")
        for file in files:
            screen.answer("Attach", file)
        screen.answer("Attach", "")


class Compose(ComposeTestCase):
    def test_three_messages_go_over_one_connection(self):
        note = self.file("note.txt", b"A note.\n")
        for term in self.terminals:
            with self.subTest(term), self.scripted("good") as server:
                with self.open(server, term=term) as screen:
                    self.write(screen, "bob@example.test", "Grüße", ["Hello,", "", "Ümlaut."])
                    screen.expect("Sent.")
                    self.write(screen, "Eve <eve@example.test>, joe@example.test", "Two", ["2"],
                               [note])
                    screen.expect("Attached:")
                    screen.expect("note.txt (8 B, text/plain)")
                    screen.expect("Sent.")
                    self.write(screen, "zoe@example.test", "", [])
                    screen.expect("0 lines")
                    screen.expect("Sent.")
                    screen.answer("To: ", "")
                    self.assertEqual(screen.end(), 0, screen.seen)
            self.assertEqual(len(server.connections), 1)
            self.assertTrue(common.wait_for(lambda: server.connections[0]["quit"], 5))
            self.assertEqual(len(server.messages), 3)
            first, second, third = (message["octets"] for message in server.messages)
            self.assert_holds(first, "Hello,\n\nÜmlaut.\n".encode())
            self.assertEqual(common.header(first, "Subject"), "Grüße")
            self.assert_holds(second, b"2\n", [("note.txt", "text/plain", b"A note.\n")])
            self.assertEqual(len(server.messages[1]["recipients"]), 2)
            self.assertNotIn(b"Subject:", third)
            self.assertEqual(self.drafts(), [])

    def test_a_message_without_a_body_is_asked_for_once(self):
        for term in self.terminals:
            with self.subTest(term), self.scripted("good") as server:
                with self.open(server, "-s", "Given", "bob@example.test", verb=(),
                               term=term) as screen:
                    screen.answer("Cc: ", "eve@example.test")
                    screen.expect(TEXT)
                    screen.type("Hello.\n\x04")
                    screen.expect("Attach")
                    screen.type("\n")
                    screen.expect("Subject:")
                    self.assertEqual(screen.end(), 0, screen.seen)
            self.assertNotIn("Subject: \r\n", screen.seen)
            self.assertEqual(len(server.messages), 1)
            message = self.assert_holds(server.messages[0]["octets"], b"Hello.\n")
            self.assertEqual(message["subject"], "Given")
            self.assertEqual(message["cc"], "eve@example.test")

    def test_what_is_wrong_is_asked_for_again(self):
        with self.scripted("good") as server, self.open(server) as screen:
            screen.answer("To: ", "|command")
            screen.expect("mailer: ")
            screen.answer("To: ", "bob@@example.test")
            screen.expect("mailer: ")
            screen.answer("To: ", "bob@example.test")
            screen.answer("Cc: ", "")
            screen.answer("Subject: ", "x")
            screen.expect(TEXT)
            screen.type("x\n.\n")
            screen.answer("Attach", "/nowhere/file")
            screen.expect("mailer: -a /nowhere/file")
            screen.answer("Attach", self.folder)
            screen.expect("directory")
            screen.answer("Attach", "")
            screen.expect("Sent.")
            screen.answer("To: ", "\x04")
            self.assertEqual(screen.end(), 0, screen.seen)
        self.assertEqual(len(server.messages), 1)

    def test_the_line_is_edited_and_names_of_files_completed(self):
        folder = os.path.join(self.folder, "completion")
        os.mkdir(folder)
        self.file("completion/only-one.txt", b"Completed.\n")
        with self.scripted("good") as server, self.open(server, term="xterm") as screen:
            # Back to the beginning, and to the end of the line.
            screen.answer("To: ", "ob@example.tes\x01b\x05t")
            screen.answer("Cc: ", "")
            screen.answer("Subject: ", "x")
            screen.expect(TEXT)
            screen.type("x\n.\n")
            screen.expect("Attach")
            screen.type(folder + "/on\t")
            screen.expect("one.txt")
            screen.type("\n")
            screen.answer("Attach", "")
            screen.expect("Sent.")
            screen.answer("To: ", "")
            self.assertEqual(screen.end(), 0, screen.seen)
        self.assertEqual(server.messages[0]["recipients"], ["TO:<bob@example.test>"])
        self.assert_holds(server.messages[0]["octets"], b"x\n",
                          [("only-one.txt", "text/plain", b"Completed.\n")])

    def test_the_password_is_asked_for_once_and_not_shown(self):
        with self.scripted("A12") as server:
            with self.open(server, "--user", "test", "--ca-file",
                           os.path.join(self.tls, "ca.pem"), "--tls", "required") as screen:
                self.write(screen, "bob@example.test", "x", ["x"])
                screen.answer("Password of test at 127.0.0.1:", PASSWORD)
                screen.expect("Sent.")
                self.write(screen, "eve@example.test", "x", ["x"])
                screen.expect("Sent.")
                screen.answer("To: ", "")
                self.assertEqual(screen.end(), 0, screen.seen)
        self.assertEqual(len(server.messages), 2)
        self.assertNotIn(PASSWORD, screen.seen)

    def test_a_long_transfer_has_a_bar(self):
        large = self.file("large", os.urandom(30_000_000))
        slow = dataclasses.replace(GOOD, reads_slowly=True)
        with self.scripted(slow) as server, self.open(server) as screen:
            self.write(screen, "bob@example.test", "x", ["x"], [large])
            screen.expect("] of 41.", 60)
            screen.expect("Sent.", 60)
            screen.answer("To: ", "")
            self.assertEqual(screen.end(), 0, screen.seen)

    def test_the_editor_writes_the_text(self):
        editor = self.file("editor", b'#!/bin/sh\nprintf "Edited.\\n" >> "$2"\n[ "$1" = -x ]\n',
                           0o755)
        with self.scripted("good") as server:
            with self.open(server, "--editor", EDITOR=editor + " -x") as screen:
                for question, answer in (("To: ", "bob@example.test"), ("Cc: ", ""),
                                         ("Subject: ", "x"), ("Attach", ""),
                                         ("To: ", "eve@example.test"), ("Cc: ", ""),
                                         ("Subject: ", "x"), ("Attach", ""), ("To: ", "")):
                    screen.answer(question, answer)
                self.assertEqual(screen.end(), 0, screen.seen)
            with self.open(server, EDITOR="false", VISUAL=editor + " -x") as screen:
                screen.answer("To: ", "bob@example.test")
                screen.answer("Cc: ", "")
                screen.answer("Subject: ", "x")
                screen.expect(TEXT)
                screen.type("Typed.\n.e\n")
                screen.answer("Attach", "")
                screen.answer("To: ", "")
                self.assertEqual(screen.end(), 0, screen.seen)
        self.assertEqual(len(server.messages), 3)
        self.assert_holds(server.messages[1]["octets"], b"Edited.\n")
        self.assert_holds(server.messages[2]["octets"], b"Typed.\nEdited.\n")
        self.assertEqual(self.drafts(), [])

    def test_an_editor_that_fails_loses_nothing(self):
        with self.scripted("good") as server, self.open(server, EDITOR="false") as screen:
            screen.answer("To: ", "bob@example.test")
            screen.answer("Cc: ", "")
            screen.answer("Subject: ", "x")
            screen.expect(TEXT)
            screen.type("Typed.\n.e\n")
            screen.expect("the editor false failed")
            screen.type("More.\n.\n")
            screen.answer("Attach", "")
            screen.answer("To: ", "")
            self.assertEqual(screen.end(), 0, screen.seen)
        self.assert_holds(server.messages[0]["octets"], b"Typed.\nMore.\n")

    def test_colours_are_for_terminals_that_want_them(self):
        for term, more, coloured in (("xterm", {}, True), ("xterm", {"NO_COLOR": "1"}, False),
                                     ("dumb", {}, False)):
            with self.scripted("good") as server:
                with self.open(server, "bob@example.test", verb=(), term=term, **more) as screen:
                    screen.answer("Cc: ", "")
                    screen.answer("Subject: ", "x")
                    screen.expect(TEXT)
                    screen.type(".\n")
                    screen.answer("Attach", "")
                    self.assertEqual(screen.end(), 0, screen.seen)
            self.assertEqual("\033[1m" in screen.seen, coloured, screen.seen)

    def test_a_check_at_a_terminal_sends_nothing(self):
        for words, code in (((), 0), (("-d",), 0)):
            with self.scripted("good") as server:
                with self.open(server, "--check", *words, "bob@example.test", verb=()) as screen:
                    screen.answer("Cc: ", "")
                    screen.answer("Subject: ", "x")
                    screen.expect(TEXT)
                    screen.type(".\n")
                    screen.answer("Attach", "")
                    screen.expect("warning: there is no text")
                    screen.expect("is kept in")
                    self.assertEqual(screen.end(), code, screen.seen)
            self.assertNotIn("Sent.", screen.seen)
            self.assertEqual(server.messages, [])
            self.assertEqual(len(self.drafts()), 1)
            shutil.rmtree(self.state)

    def test_what_may_be_left_out_is_left_out_at_a_terminal_too(self):
        with self.scripted("good") as server, self.open(server, "-E") as screen:
            self.write(screen, "bob@example.test", "x", [])
            screen.expect("nothing is sent")
            self.write(screen, "bob@example.test", "x", ["x"])
            screen.expect("Sent.")
            screen.answer("To: ", "")
            self.assertEqual(screen.end(), 0, screen.seen)
        self.assertEqual(len(server.messages), 1)
        state = os.path.join(self.folder, "changed")
        with self.scripted("good") as server:
            for verb in ((), ("compose",)):
                with self.open(server, "--only-if-changed", state, "bob@x.test",
                               verb=verb) as screen:
                    screen.expect("--only-if-changed is for a text that is not typed")
                    self.assertEqual(screen.end(), 64, screen.seen)
        self.assertFalse(os.path.exists(state))

    def test_a_missing_attachment_is_noted(self):
        with self.scripted("good") as server:
            with self.open(server, "--on-missing-attachment", "note", "-a", "/nowhere/file",
                           "bob@example.test", verb=()) as screen:
                screen.answer("Cc: ", "")
                screen.answer("Subject: ", "x")
                screen.expect(TEXT)
                screen.type("x\n.\n")
                screen.answer("Attach", "")
                screen.expect("goes without -a /nowhere/file")
                self.assertEqual(screen.end(), 0, screen.seen)
        self.assertIn(b"Not attached: /nowhere/file", server.messages[0]["octets"])

    def test_a_name_without_a_domain_is_not_sent_elsewhere(self):
        with terminal.Terminal(
                [common.MAILER, "-d", "--server", "smtp://mail.example.test", "--from",
                 common.SENDER, "bob"],
                self.environment(TERM="dumb", XDG_STATE_HOME=self.state)) as screen:
            screen.answer("Cc: ", "")
            screen.answer("Subject: ", "x")
            screen.expect(TEXT)
            screen.type("x\n.\n")
            screen.answer("Attach", "")
            screen.expect('"bob" has no domain')
            screen.expect("is kept in")
            self.assertEqual(screen.end(), 65, screen.seen)

    def test_what_is_not_for_a_terminal_is_said(self):
        for words in (("compose",), ("compose", "--text", "/dev/null"), ("--editor", "bob@x.test")):
            self.assert_told(self.mailer(*words, "--from", common.SENDER, "--server",
                                         "smtp://127.0.0.1:9"), 64)
        done = self.mailer("compose", "--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"mailer compose", done.stdout)


class Drafts(ComposeTestCase):
    def interrupt_text(self, server, term, number=None):
        with self.open(server, term=term) as screen:
            screen.answer("To: ", "bob@example.test")
            screen.answer("Cc: ", "")
            screen.answer("Subject: ", "Kept")
            screen.expect(TEXT)
            screen.type("First.\n")
            if number is None:
                screen.type("\x03")
            else:
                screen.expect("First.")
                os.kill(screen.process, number)
            screen.expect("is kept in")
            self.assertEqual(screen.end(), 75, screen.seen)

    def test_an_interrupted_text_is_kept_and_gone_on_with(self):
        for term in self.terminals:
            with self.subTest(term), self.scripted("good") as server:
                self.interrupt_text(server, term)
                drafts = self.drafts()
                self.assertEqual(len(drafts), 1)
                self.assertEqual(stat.S_IMODE(os.stat(drafts[0]).st_mode), 0o600)
                self.assertEqual(stat.S_IMODE(os.stat(os.path.dirname(drafts[0])).st_mode), 0o700)
                self.assertEqual(server.messages, [])
                with self.open(server, term=term) as screen:
                    screen.expect("bob@example.test was not sent")
                    screen.answer("[yes] ", "")
                    screen.expect("First.")
                    screen.type("Second.\n.\n")
                    screen.answer("Attach", "")
                    screen.expect("Sent.")
                    screen.answer("To: ", "")
                    self.assertEqual(screen.end(), 0, screen.seen)
            self.assertEqual(len(server.messages), 1)
            message = self.assert_holds(server.messages[0]["octets"], b"First.\nSecond.\n")
            self.assertEqual(message["subject"], "Kept")
            self.assertEqual(self.drafts(), [])

    def test_other_signals_keep_it_too(self):
        with self.scripted("good") as server:
            for number in (signal.SIGTERM, signal.SIGHUP):
                self.interrupt_text(server, "xterm", number)
                self.assertEqual(len(self.drafts()), 1)
                shutil.rmtree(self.state)

    def test_a_terminal_that_goes_away_sends_nothing(self):
        """Its end may be seen before its signal, which nohup keeps away altogether."""
        for term in self.terminals:
            with self.subTest(term), self.scripted("good") as server:
                screen = terminal.Terminal(
                    ["/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "sh", common.MAILER, "--server",
                     f"smtp://127.0.0.1:{server.port}", "--from", common.SENDER,
                     "bob@example.test"], self.environment(TERM=term, XDG_STATE_HOME=self.state))
                screen.answer("Cc: ", "")
                screen.answer("Subject: ", "x")
                screen.expect(TEXT)
                screen.type("Half a \n")
                screen.expect("Half a")
                os.close(screen.descriptor)
                status = os.waitpid(screen.process, 0)[1]
                self.assertEqual(os.waitstatus_to_exitcode(status), 75)
                self.assertEqual(server.messages, [])
                self.assertEqual(len(self.drafts()), 1)
                shutil.rmtree(self.state)

    def test_what_may_have_been_delivered_is_kept_and_not_offered(self):
        with self.scripted(answering(body=actions.close)) as server:
            with self.open(server, "bob@example.test", "-s", "x", verb=()) as screen:
                screen.answer("Cc: ", "")
                screen.expect(TEXT)
                screen.type("Hello.\n.\n")
                screen.answer("Attach", "")
                screen.expect("it is not offered again")
                self.assertEqual(screen.end(), 80, screen.seen)
            self.assertEqual(len(self.drafts()), 1)
            with self.open(server) as screen:
                screen.answer("To: ", "")
                self.assertEqual(screen.end(), 0, screen.seen)

    def test_a_draft_is_left_for_later_or_dropped(self):
        with self.scripted("good") as server:
            self.interrupt_text(server, "dumb")
            for word, left in (("no", 1), ("d", 0)):
                with self.open(server) as screen:
                    screen.answer("[yes] ", word)
                    screen.answer("To: ", "")
                    self.assertEqual(screen.end(), 0, screen.seen)
                self.assertEqual(len(self.drafts()), left)

    def test_nothing_is_kept_of_nothing(self):
        with self.scripted("good") as server, self.open(server) as screen:
            screen.expect("To: ")
            screen.type("\x03")
            self.assertEqual(screen.end(), 75, screen.seen)
        self.assertEqual(self.drafts(), [])

    def test_a_refused_message_is_kept(self):
        with self.scripted(answering(rcpt="550 5.1.1 no such user")) as server:
            with self.open(server, "bob@example.test", "-s", "x", verb=()) as screen:
                screen.answer("Cc: ", "")
                screen.expect(TEXT)
                screen.type("Hello.\n.\n")
                screen.answer("Attach", "")
                screen.expect("no such user")
                screen.expect("is kept in")
                screen.expect("give the words of the command line again")
                self.assertEqual(screen.end(), 67, screen.seen)
        self.assertEqual(len(self.drafts()), 1)

    def test_an_interrupted_transfer_tells_and_keeps(self):
        large = self.file("large", os.urandom(20_000_000))
        stuck = dataclasses.replace(answering(body=actions.pause(2)), body_after=1000)
        with self.scripted(stuck) as server:
            with self.open(server) as screen:
                self.write(screen, "bob@example.test", "x", ["x"], [large])
                screen.expect("left", 20)
                screen.type("\x03")
                screen.expect("interrupted (SIGINT): not sent to bob@example.test")
                screen.expect("is kept in")
                self.assertEqual(screen.end(), 75, screen.seen)
        self.assertEqual(server.messages, [])
        self.assertEqual(len(self.drafts()), 1)


    def test_an_interrupted_password_keeps_the_message(self):
        with self.scripted("A12") as server:
            with self.open(server, "--user", "test", "--tls", "required") as screen:
                self.write(screen, "bob@example.test", "x", ["x"])
                screen.expect("Password of test at 127.0.0.1:")
                screen.type("\x03")
                screen.expect("is kept in")
                self.assertEqual(screen.end(), 77, screen.seen)
        self.assertEqual(len(self.drafts()), 1)
        self.assertEqual(server.connections, [])


class Tmux(ComposeTestCase):
    def test_by_keystrokes(self):
        if shutil.which("tmux") is None:
            print("SKIPPED: there is no tmux, so nothing was typed in it; install the package tmux",
                  file=sys.stderr)
            self.skipTest("no tmux")
        with self.scripted("good") as server:
            socket = os.path.join(self.folder, "tmux")
            environment = self.environment(XDG_STATE_HOME=self.state)

            def tmux(*words):
                return subprocess.run(["tmux", "-f", "/dev/null", "-S", socket, *words],
                                      env=environment, check=True, capture_output=True,
                                      timeout=20).stdout.decode("utf-8")

            def see(text):
                shown = common.wait_for(lambda: text in tmux("capture-pane", "-p", "-S", "-"))
                self.assertTrue(shown, tmux("capture-pane", "-p", "-S", "-"))

            tmux("new-session", "-d", "-x", "80", "-y", "50", common.MAILER, "compose", "--server",
                 f"smtp://127.0.0.1:{server.port}", "--from", common.SENDER)
            try:
                tmux("set-option", "-g", "remain-on-exit", "on")
                for number in range(1, 4):
                    tmux("send-keys", f"bob{number}@example.test", "Enter")
                    see("Cc:")
                    tmux("send-keys", "Enter", f"Subjekt {number}", "Home", "C-k", f"Subject {number}",
                         "Enter")
                    tmux("send-keys", "Hello.", "Enter", ".", "Enter", "Enter")
                    common.wait_for(lambda: len(server.messages) == number)
                    self.assertEqual(len(server.messages), number)
                tmux("send-keys", "Enter")
                common.wait_for(lambda: server.connections[0]["quit"])
            finally:
                subprocess.run(["tmux", "-S", socket, "kill-server"], env=environment, check=False,
                               capture_output=True)
        self.assertEqual(len(server.connections), 1)
        self.assertEqual([common.header(message["octets"], "Subject")
                          for message in server.messages], ["Subject 1", "Subject 2", "Subject 3"])


if __name__ == "__main__":
    common.main()
