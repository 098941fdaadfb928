#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Settings of TLS: pins of the server's key, versions and ciphers, client certificates."""
import dataclasses
import hashlib
import os
import ssl
import subprocess

import common
import scenarios


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


class Settings(Tls):
    def delivered(self, *arguments):
        """The cipher that a good server saw."""
        with self.scripted("T21") as server:
            self.assert_silent_success(self.deliver(server, *arguments))
        self.assertTrue(server.connections[0]["quit"])
        return server.connections[0]["cipher"][:2]

    def test_the_version_and_the_ciphers_can_be_chosen(self):
        ca = ("--ca-file", self.tls + "/ca.pem")
        suite = "TLS_CHACHA20_POLY1305_SHA256"
        self.assertEqual(self.delivered(*ca, "--tls-min", "1.3", "--tls-ciphers", suite),
                         (suite, "TLSv1.3"))
        self.assertEqual(self.delivered(*ca, "--tls-min", "1.2")[1], "TLSv1.3")
        with self.scripted("T21") as server:
            self.assert_told(self.deliver(server, *ca, "--tls-ciphers", "none"), 64)
        self.assertEqual(server.connections, [])

    def test_authorities_may_lie_in_a_directory(self):
        folder = os.path.join(self.folder, "authorities")
        os.mkdir(folder)
        with self.scripted("T21") as server:
            self.assert_told(self.deliver(server, "--ca-file", folder), 69)
        os.link(self.tls + "/ca.pem", folder + "/ca.pem")
        subprocess.run(["openssl", "rehash", folder], check=True)
        self.assertEqual(self.delivered("--ca-file", folder)[1], "TLSv1.3")


class ClientCertificates(Tls):
    wanting = dataclasses.replace(scenarios.SCENARIOS["T21"], wants_certificate=True)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        key, certificate = cls.tls + "/client-only.key", cls.tls + "/client-only.pem"
        cls.key = cls.file("client.key", common.read(key), 0o600)
        cls.certificate_file = certificate
        cls.phrase = cls.file("phrase", b"hunter2\n", 0o600)
        cls.secret_key = cls.file("secret.key", b"", 0o600)
        cls.bag = cls.file("client.p12", b"", 0o600)
        for command in (["pkcs8", "-topk8", "-in", key, "-out", cls.secret_key],
                        ["pkcs12", "-export", "-inkey", key, "-in", certificate, "-out", cls.bag]):
            subprocess.run(["openssl", *command, "-passout", "pass:hunter2"], check=True)

    def deliver_with(self, *arguments, **more):
        with self.scripted(self.wanting) as server:
            done = self.deliver(server, "--ca-file", self.tls + "/ca.pem", *arguments, **more)
        self.server = server
        return done

    def assert_shown(self, *arguments):
        self.assert_silent_success(self.deliver_with(*arguments))
        self.assertEqual([connection["client"] for connection in self.server.connections],
                         ["localhost"])
        self.assertEqual(len(self.server.messages), 1)

    def test_a_certificate_is_shown(self):
        for arguments in ((self.certificate_file, "--client-key", self.key),
                          (self.certificate_file, "--client-key", self.secret_key,
                           "--client-key-password-file", self.phrase),
                          (self.bag, "--client-key-password-command", "echo hunter2")):
            with self.subTest(arguments=arguments):
                self.assert_shown("--client-cert", *arguments)

    def test_without_one_nothing_is_sent(self):
        self.assert_told(self.deliver_with(), 69, 75)
        self.assertEqual(self.server.messages, [])

    def test_what_cannot_be_used_is_told_before_the_server_is_called(self):
        loose = self.file("loose.key", common.read(self.key), 0o644)
        loose_bag = self.file("loose.p12", common.read(self.bag), 0o640)
        wrong = self.file("wrong", b"wrong\n", 0o600)
        for code, *arguments in (
                (78, self.certificate_file, "--client-key", loose),
                (78, loose_bag),
                (78, self.certificate_file, "--client-key", self.key + ".none"),
                (78, self.folder),
                (78, self.bag, "--client-key-password-file", self.key + ".none"),
                (77, self.bag, "--client-key-password-command", "false"),
                (77, self.bag),
                (69, self.bag, "--client-key-password-file", wrong),
                (69, self.key)):
            with self.subTest(arguments=arguments):
                done = self.deliver_with("--client-cert", *arguments, start_new_session=True)
                self.assert_told(done, code)
                self.assertEqual(self.server.connections, [])
                self.assertNotIn(b"hunter2", done.stderr)

    def test_a_certificate_is_login_enough(self):
        offering = dataclasses.replace(self.wanting, secure=("AUTH PLAIN EXTERNAL",))
        with self.scripted(offering) as server:
            done = self.deliver(server, "--ca-file", self.tls + "/ca.pem", "--user", common.scripted.USER,
                                "--client-cert", self.certificate_file, "--client-key", self.key,
                                start_new_session=True)
        self.assert_silent_success(done)
        [connection] = server.connections
        self.assertEqual([login[0] for login in connection["logins"]], ["EXTERNAL"])

    def test_a_key_alone_is_wrong_use(self):
        self.assert_told(self.deliver_with("--client-key", self.key), 64)


if __name__ == "__main__":
    common.main()
