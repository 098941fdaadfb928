#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Settings of TLS: pins of the server's key."""
import hashlib
import ssl
import subprocess

import common


class Tls(common.TestCase):
    def deliver(self, server, *arguments, **more):
        return self.mailer("--server", f"smtp://localhost:{server.port}", "--tls", "required",
                           "--from", common.SENDER, *arguments, "bob@example.test", **more)

    def certificate(self, name):
        with open(f"{self.tls}/{name}.pem", encoding="ascii") as file:
            return ssl.PEM_cert_to_DER_cert(file.read())

    def key_pin(self, name):
        """As people make it, by the program openssl."""
        key = subprocess.run(["openssl", "x509", "-in", f"{self.tls}/{name}.pem", "-pubkey",
                              "-noout"], capture_output=True, check=True).stdout
        der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=key,
                             capture_output=True, check=True).stdout
        return "sha256:" + hashlib.sha256(der).hexdigest()

    def certificate_pin(self, name):
        return "cert-sha256:" + hashlib.sha256(self.certificate(name)).hexdigest()


class Pins(Tls):
    def test_a_right_pin_is_enough_for_any_certificate(self):
        for scenario, name in (("T13", "self-signed"), ("T11", "expired"), ("T10", "other-host")):
            for pin in (self.key_pin(name), self.certificate_pin(name)):
                with self.subTest(name, pin=pin), self.scripted(scenario) as server:
                    self.assert_silent_success(self.deliver(server, "--tls-pin", pin))
                self.assertEqual(len(server.messages), 1)

    def test_a_wrong_pin_never_is(self):
        ca = ("--ca-file", self.tls + "/ca.pem")
        for scenario, extra in (("T13", ()), ("T21", ()), ("T21", ca)):
            with self.subTest(scenario, extra=extra), self.scripted(scenario) as server:
                self.assert_told(self.deliver(server, "--tls-pin", "sha256:" + "0" * 64, *extra),
                                 69)
            self.assertEqual(server.messages, [])

    def test_a_right_pin_does_not_make_up_for_a_wrong_authority_that_is_asked_for(self):
        with self.scripted("T13") as server:
            self.assert_told(self.deliver(server, "--ca-file", self.tls + "/ca.pem", "--tls-pin",
                                          self.key_pin("self-signed")), 69)
        self.assertEqual(server.messages, [])

    def test_a_pin_alone_makes_tls_required_on_this_machine_too(self):
        with self.scripted("good") as server:
            self.assert_told(self.send(server.port, "--tls-pin", "sha256:" + "0" * 64,
                                       "bob@example.test"), 69)
        self.assertEqual(server.messages, [])

    def test_what_is_no_pin_is_wrong_use(self):
        with self.scripted("T13") as server:
            self.assert_told(self.deliver(server, "--tls-pin", "abc"), 64)
        self.assertEqual(server.connections, [])


if __name__ == "__main__":
    common.main()
