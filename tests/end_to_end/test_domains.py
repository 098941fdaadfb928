#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Servers that only the DNS knows: in a network of their own, with a name server on its port 53.

The program has no option for that, so the whole test runs again under unshare(1), where that is
allowed; else it is left out.
"""
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
import unittest

import common
from common import SENDER
from name_server import NameServer, address, service

INSIDE = "MAILER_TEST_NETWORK"
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def make_network(folder):
    """Brings loopback up, and makes 127.0.0.1 the name server, for this process and its children."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", IFF_UP))
    for name, text in (("resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"),
                       ("nsswitch.conf", "hosts: dns\n")):
        path = os.path.join(folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        if os.path.exists("/etc/" + name):
            subprocess.run(["mount", "--bind", path, "/etc/" + name], check=True)


def server_like(capabilities=("PIPELINING",), **options):
    return common.scripted.scenarios.Scenario("", "plain", set(), {}, capabilities=capabilities,
                                              certificate="by-name", **options)


@unittest.skipUnless(os.environ.get(INSIDE), "no network of its own is allowed here")
class Names(common.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_network(cls.folder)

    def deliver(self, records, *arguments, server="srv:example.test"):
        with NameServer(records) as names:
            done = self.mailer("--server", server, "--from", SENDER, "--ca-file",
                               self.tls + "/ca.pem", *arguments, "a@example.test")
        self.asked = names.asked
        return done

    def test_the_servers_of_a_domain_are_tried_in_their_order(self):
        with self.scripted(server_like(implicit_tls=True)) as one, \
                self.scripted(server_like(("STARTTLS",))) as two:
            records = {
                "_submissions._tcp.example.test": [service(20, 0, one.port, "mail.example.test"),
                                                   service(10, 0, 1, "mail.example.test")],
                "_submission._tcp.example.test": [service(0, 0, two.port, "mail.example.test")],
                "mail.example.test": [address("127.0.0.1")]}
            self.assert_silent_success(self.deliver(records))
            self.assertEqual((len(one.messages), two.connections), (1, []))
            self.assert_silent_success(self.deliver(records, server="srv:EXAMPLE.test."))
            self.assertEqual((len(one.messages), two.connections), (2, []))
            self.assert_silent_success(self.deliver(records, "--tls", "required"))
            self.assertEqual((len(one.messages), len(two.messages)), (2, 1))
            self.assertTrue(two.connections[0]["tls"])

    def test_a_server_elsewhere_is_named_and_not_called(self):
        with self.scripted(server_like(implicit_tls=True)) as server:
            done = self.deliver({
                "_submissions._tcp.example.test": [service(0, 0, server.port, "other.example")],
                "other.example": [address("127.0.0.1")]})
            self.assert_told(done, 69)
            self.assertIn(b"give smtps://other.example:%d" % server.port, done.stderr)
            self.assertEqual(server.connections, [])

    def test_a_domain_without_a_server_is_told(self):
        for records in ({}, {"_submissions._tcp.example.test": [service(0, 0, 0, ".")]}):
            done = self.deliver(records)
            self.assert_told(done, 68)
            self.assertIn(b"names no server for sending", done.stderr)

    def test_a_name_that_the_certificate_lacks_is_not_trusted(self):
        with self.scripted(server_like(implicit_tls=True)) as server:
            done = self.deliver({
                "_submissions._tcp.example.test": [service(0, 0, server.port, "x.example.test")],
                "x.example.test": [address("127.0.0.1")]})
            self.assert_told(done, 69)
            self.assertEqual(server.messages, [])

    def test_a_name_in_another_script_is_looked_up_and_proved_as_the_dns_has_it(self):
        with self.scripted(server_like(("STARTTLS",))) as server:
            done = self.deliver({"xn--bcher-kva.example.test": [address("127.0.0.1")]},
                                server=f"smtp://bücher.example.test:{server.port}")
            self.assert_silent_success(done)
            self.assertEqual(len(server.messages), 1)

    def test_a_name_server_that_is_not_there_is_told(self):
        done = self.mailer("--server", "srv:example.test", "--from", SENDER, "a@example.test")
        self.assert_told(done, 75)
        self.assertIn(b"no name server answers", done.stderr)


def main():
    command = ["unshare", "-rmn"]
    if INSIDE not in os.environ and shutil.which("unshare") and \
            subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
        os.execvpe("unshare", [*command, sys.executable, *sys.argv], {**os.environ, INSIDE: "1"})
    common.main()


if __name__ == "__main__":
    main()
