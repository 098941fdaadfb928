#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What is sent arrives: at a scripted server and mailer catch, over all three wires."""
import glob
import os

import common
from common import PICTURES, SAMPLES, SENDER, Catch, picture, read, shown, wait_for

ATTACHED = [(shown(name), kind, read(picture(name))) for name, kind in PICTURES.items()]
ATTACH = [word for name in PICTURES for word in ("--attach", picture(name))]
TEXTS = sorted(glob.glob(os.path.join(SAMPLES, "text", "*.txt")))
WIRES = {"7bit": ("PIPELINING", "SIZE"), "8bit": ("PIPELINING", "SIZE", "8BITMIME"),
         "binary": ("PIPELINING", "SIZE", "8BITMIME", "CHUNKING", "BINARYMIME")}


def offering(capabilities):
    return common.scripted.scenarios.Scenario("", "plain", set(), {}, capabilities=capabilities)


class EveryWire(common.TestCase):
    def test_texts_and_pictures_arrive_whatever_the_server_offers(self):
        for wire, capabilities in WIRES.items():
            for path in TEXTS:
                with self.subTest(wire=wire, text=os.path.basename(path)):
                    with self.scripted(offering(capabilities)) as server:
                        done = self.send(server.port, "-s", "Grüße", *ATTACH, "bob@example.test",
                                         text=read(path))
                    self.assert_silent_success(done)
                    [message] = server.messages
                    self.assert_fit_for_the_wire(message)
                    parsed = self.assert_holds(message["octets"], read(path), ATTACHED)
                    self.assertEqual(parsed["Subject"], "Grüße")
                    self.assertEqual(message["chunked"], wire == "binary")

    def test_a_wide_wire_carries_pictures_as_they_are(self):
        with self.scripted(offering(WIRES["binary"])) as server:
            self.assert_silent_success(self.send(server.port, *ATTACH, "bob@example.test"))
        for name, _kind, octets in ATTACHED:
            self.assertIn(octets, server.messages[0]["octets"], name)

    def test_wire_narrows_what_is_sent(self):
        for wire, body in (("7bit", None), ("8bit", "BODY=8BITMIME"), ("binary", "BINARYMIME")):
            with self.subTest(wire):
                # QUIT is not waited for, so the server may be done only after the program.
                with self.scripted(offering(WIRES["binary"])) as server:
                    done = self.send(server.port, "--wire", wire, *ATTACH, "bob@example.test",
                                     text="Grüße\n".encode())
                self.assert_silent_success(done)
                [message] = server.messages
                self.assert_fit_for_the_wire(message)
                self.assert_holds(message["octets"], "Grüße\n".encode(), ATTACHED)
                if body:
                    self.assertIn(body, message["sender"])

    def test_a_dry_run_shows_the_same_message(self):
        text = read(os.path.join(SAMPLES, "text", "german.txt"))
        for wire in WIRES:
            with self.subTest(wire):
                done = self.mailer("-d", "--wire", wire, "--from", SENDER, *ATTACH,
                                   "bob@example.test", text=text)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assert_holds(done.stdout, text, ATTACHED)
                self.assertIn(b"bob@example.test", done.stderr)


class ToCatch(common.TestCase):
    def test_it_keeps_what_was_sent(self):
        folder = os.path.join(self.folder, "caught")
        os.mkdir(folder)
        with Catch(folder) as server:
            for path in TEXTS:
                self.assert_silent_success(self.send(
                    server.port, "-s", os.path.basename(path), *ATTACH, "bob@example.test",
                    text=read(path)))
            messages = wait_for(lambda: len(server.messages()) == len(TEXTS) and server.messages())
        kept = {self.parse(octets)["Subject"]: octets for octets in messages}
        for path in TEXTS:
            self.assert_holds(kept[os.path.basename(path)], read(path), ATTACHED)

    def test_it_takes_less_when_it_offers_less(self):
        folder = os.path.join(self.folder, "caught-less")
        os.mkdir(folder)
        with Catch(folder, "--without", "CHUNKING,8BITMIME") as server:
            self.assert_silent_success(self.send(server.port, *ATTACH, "bob@example.test"))
            [octets] = wait_for(server.messages)
        self.assertTrue(octets.isascii())
        self.assert_holds(octets, b"Hello.\n", ATTACHED)


if __name__ == "__main__":
    common.main()
