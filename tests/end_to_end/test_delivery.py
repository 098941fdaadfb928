#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What is sent arrives: to mailer catch, aiosmtpd and Postfix, over all three wires."""
import glob
import json
import os
import subprocess
import sys
import unittest

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


class RealServer:
    """The tests of servers that are started by a command."""
    command = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = os.path.join(cls.folder, "server")
        os.mkdir(cls.home)
        done = subprocess.run([*cls.command, "start", cls.home], stdout=subprocess.PIPE, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{cls.command[-1]} does not start")
        cls.settings = dict(line.split("=", 1) for line in done.stdout.decode().splitlines())
        cls.password = cls.file("password", cls.settings["PASS"].encode(), 0o600)

    @classmethod
    def tearDownClass(cls):
        subprocess.run([*cls.command, "stop", cls.home], check=False)
        super().tearDownClass()

    def deliver(self, *arguments, user=True, port="PORT", scheme="smtp", **more):
        """Sends over TLS; returns the process."""
        login = ("--user", self.settings["USER"], "--password-file", self.password)
        tls = ("--tls", "required") if scheme == "smtp" else ()
        return self.mailer("--server", f"{scheme}://localhost:{self.settings[port]}", *tls,
                           "--ca-file", self.settings["CA"], *(login if user else ()),
                           "--from", SENDER, *arguments, self.settings["RECIPIENT"], **more)

    def arrived(self, subject):
        def look():
            for path in glob.glob(os.path.join(self.settings["MAILDIR"], "new", "*")):
                if self.parse(read(path))["Subject"] == subject:
                    return path
            return None
        path = wait_for(look)
        self.assertIsNotNone(path, f"{subject} did not arrive")
        return path

    def test_texts_and_pictures_arrive_after_starttls_and_login(self):
        for path in TEXTS:
            with self.subTest(os.path.basename(path)):
                subject = "Grüße: " + os.path.basename(path)
                self.assert_silent_success(self.deliver("-s", subject, *ATTACH, text=read(path)))
                self.assert_holds(read(self.arrived(subject)), read(path), ATTACHED)

    def test_each_wire_arrives(self):
        text = read(os.path.join(SAMPLES, "text", "emoji.txt"))
        for wire in WIRES:
            with self.subTest(wire):
                self.assert_silent_success(self.deliver("-s", wire, "--wire", wire, *ATTACH,
                                                        text=text))
                self.assert_holds(read(self.arrived(wire)), text, ATTACHED)

    mechanisms = ("PLAIN", "LOGIN")

    def test_implicit_tls_and_each_mechanism(self):
        for mechanism in self.mechanisms:
            with self.subTest(mechanism):
                done = self.deliver("-s", "by " + mechanism, "--auth", mechanism, scheme="smtps",
                                    port="TLSPORT")
                self.assert_silent_success(done)
                self.assert_holds(read(self.arrived("by " + mechanism)), b"Hello.\n")

    def test_a_wrong_password_is_told(self):
        self.password = self.file("wrong", b"wrong", 0o600)
        self.assert_told(self.deliver("-s", "never"), 77)

    def test_an_unknown_authority_is_told(self):
        self.assert_told(self.mailer("--server", f"smtp://localhost:{self.settings['PORT']}",
                                     "--tls", "required", "--from", SENDER,
                                     self.settings["RECIPIENT"]), 69)


class ToAiosmtpd(RealServer, common.TestCase):
    command = (sys.executable, os.path.join(common.SERVERS, "aiosmtpd_server.py"))

    def test_the_envelope_and_each_octet_arrive(self):
        self.assert_silent_success(self.deliver("-s", "envelope", "--bcc", "eve@example.test",
                                                *ATTACH))
        path = self.arrived("envelope")
        with open(os.path.join(self.home, "envelopes", os.path.basename(path) + ".json"),
                  encoding="ascii") as file:
            envelope = json.load(file)
        self.assertEqual(envelope["sender"], SENDER)
        self.assertEqual(set(envelope["recipients"]),
                         {self.settings["RECIPIENT"], "eve@example.test"})
        self.assertTrue(envelope["tls"] and envelope["login"])
        self.assertNotIn(b"eve@", read(path))


@unittest.skipUnless(os.geteuid() == 0, "only root can start Postfix")
class ToPostfix(RealServer, common.TestCase):
    command = (os.path.join(common.SERVERS, "postfix.sh"),)
    mechanisms = ("PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256")

    def test_a_wrong_password_is_told_by_each_mechanism(self):
        self.password = self.file("wrong", b"wrong", 0o600)
        for mechanism in self.mechanisms:
            with self.subTest(mechanism):
                self.assert_told(self.deliver("-s", "never", "--auth", mechanism), 77)

    def test_refused_recipients_are_told(self):
        self.assert_told(self.deliver("nobody@example.test"), 79)
        self.assert_told(self.deliver("later@example.test"), 79)
        self.assert_told(self.mailer(
            "--server", f"smtp://127.0.0.1:{self.settings['PORT']}", "--from", SENDER,
            "nobody@example.test"), 67)

    def test_notifications_are_asked_for(self):
        self.assert_silent_success(self.deliver(
            "-s", "notified", "-N", "success,failure,delay", "-R", "hdrs", "--envid", "job+7"))
        self.assert_silent_success(self.deliver("-s", "quiet", "-N", "never", "-R", "full"))
        self.arrived("notified")
        self.arrived("quiet")


if __name__ == "__main__":
    common.main()
