#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The test servers themselves, by Python's smtplib, so that no test blames the mailer for them."""
import re
import smtplib
import ssl
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

import certificates
import scenarios
import scripted

TEXT = b"Subject: x\r\n\r\n.a dot\r\n..two\r\n.\r\nlast\r\n"

# Faults of smtplib that the scenarios bring to light.
SMTPLIB_FAULTS = {
    "G14": "success, although nothing was read", "nonsense-ehlo": "goes on with HELO",
    "T05": "believes what came before TLS", "T06": "believes what came before TLS",
    "T18": "believes a common name", "A08": "sends the password in clear",
    "A29": "asks for a wrong password again", "A30": "asks for a wrong password again",
    "R06": "takes 252 for a refusal", "D24": "takes 251 for a refusal",
    "size-limit": "sends what is too big all the same", "A12": "knows no SCRAM",
}

# It never ends here.
SMTPLIB_HANGS = {"G10", "E06"}
# What only the mailer is held to.
BEYOND_SMTPLIB = re.compile(r"[FKWBPSL]\d\d|.*-tls")


class SmtplibMeetsTheScenarios(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        certificates.make(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def send(self, server, scenario):
        """Sends as the mode says; returns whether smtplib takes it for sent."""
        context = ssl.create_default_context(cafile=self.folder.name + "/ca.pem")
        arguments = {"host": scenario.host, "port": server.port, "timeout": 8 if scenario.reads_slowly else 1}
        if scenario.mode == "tls":
            client = smtplib.SMTP_SSL(context=context, **arguments)
        else:
            client = smtplib.SMTP(**arguments)
        client.ehlo_or_helo_if_needed()
        if scenario.mode in ("starttls", "auth"):
            client.starttls(context=context)
        if scenario.mode in ("auth", "clear-auth"):
            client.login(scripted.USER, scripted.PASSWORD)
        recipients = [f"r{number}@example.test" for number in range(scenario.recipients)]
        refused = client.sendmail("a@example.test", recipients, TEXT + b"x" * scenario.attachment)
        try:
            client.quit()
        except (smtplib.SMTPException, OSError):
            pass
        return not refused

    def run_scenario(self, name):
        """Returns whether smtplib did what the mailer must do, and what it sent unharmed."""
        scenario = scenarios.SCENARIOS[name]
        with scripted.Server(name, self.folder.name) as server:
            try:
                sent = self.send(server, scenario)
            except (smtplib.SMTPException, OSError, ValueError):
                sent = False
        whole = scenario.attachment or all(m["octets"] == TEXT for m in server.messages)
        outcomes = {(code == 0, accepted) for code, accepted in scenario.outcomes}
        return whole and (sent, len(server.messages)) in outcomes

    def test_smtplib_does_what_the_mailer_must_do_but_for_its_known_faults(self):
        names = [name for name, scenario in scenarios.SCENARIOS.items()
                 if scenario.mode != "many" and not scenario.scram
                 and not scenario.mechanisms and name not in SMTPLIB_HANGS
                 and not BEYOND_SMTPLIB.match(name)]
        with ThreadPoolExecutor(24) as pool:
            right = dict(zip(names, pool.map(self.run_scenario, names)))
        self.assertEqual({name for name in names if not right[name]} - set(SMTPLIB_FAULTS), set())

    def test_a_turn_is_counted_for_each_wait(self):
        with scripted.Server("turns-data", self.folder.name) as server:
            self.send(server, server.scenario)
        # greeting, EHLO, MAIL, RCPT, DATA, the end: smtplib knows no PIPELINING
        self.assertEqual(server.connections[0]["turns"], 6)

    def test_octets_before_and_after_starttls_are_told_apart(self):
        with scripted.Server("office365", self.folder.name) as server:
            self.send(server, server.scenario)
        connection = server.connections[0]
        self.assertIn(b"STARTTLS", connection["clear"])
        self.assertNotIn(b"AUTH", connection["clear"])
        self.assertIn(b"AUTH", connection["secure"])
        self.assertEqual(connection["logins"], [["LOGIN", scripted.USER, True]])


if __name__ == "__main__":
    unittest.main(warnings="ignore")
