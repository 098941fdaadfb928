#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What is asked of servers besides the delivery: notifications, TLS all the way."""
import dataclasses

import common
import scenarios

GOOD = scenarios.SCENARIOS["good"]
INSIDE_TLS = scenarios.SCENARIOS["T21"]


def offering(base, *keywords):
    return dataclasses.replace(base, capabilities=base.capabilities + keywords,
                               secure=base.secure + keywords)


class Notifications(common.SendingTestCase):
    asking = ("-N", "success,failure", "-R", "hdrs", "--envid", "job 7")

    def test_they_are_asked_for_by_dsn(self):
        message = self.accept(*self.asking, "bob+tag@example.test", scenario=offering(GOOD, "DSN"))
        self.assertTrue(message["sender"].endswith(" RET=HDRS ENVID=job+207"), message["sender"])
        self.assertEqual(message["recipients"], [
            "TO:<bob+tag@example.test> NOTIFY=SUCCESS,FAILURE "
            "ORCPT=rfc822;bob+2Btag@example.test"])
        message = self.accept("-N", "never", "bob@example.test", scenario=offering(GOOD, "DSN"))
        self.assertEqual(message["recipients"],
                         ["TO:<bob@example.test> NOTIFY=NEVER ORCPT=rfc822;bob@example.test"])

    def test_without_a_wish_nothing_is_said(self):
        message = self.accept("bob@example.test", scenario=offering(GOOD, "DSN", "REQUIRETLS"))
        self.assertEqual(message["recipients"], ["TO:<bob@example.test>"])
        self.assertNotIn("RET", message["sender"])

    def test_a_server_that_has_none_is_not_given_the_message(self):
        for asking in (("-N", "never"), ("-R", "full"), ("--envid", "x"), self.asking):
            with self.subTest(asking=asking):
                self.refuse([69], *asking, "bob@example.test", scenario=GOOD)

    def test_wrong_use_is_told(self):
        for asking in (("-N", "often"), ("-N", "never,delay"), ("-N", "delay,"), ("-R", "half")):
            with self.subTest(asking=asking):
                self.refuse([64], *asking, "bob@example.test", scenario=offering(GOOD, "DSN"))
        for envelope_id in ("a\nRSET", "Grüße", "x" * 101):
            with self.subTest(envelope_id=envelope_id):
                self.refuse([65], "--envid", envelope_id, "bob@example.test",
                            scenario=offering(GOOD, "DSN"))


class TlsAllTheWay(common.TestCase):
    def deliver(self, scenario, *arguments):
        with self.scripted(scenario) as server:
            done = self.mailer("--server", f"smtp://localhost:{server.port}", "--from",
                               common.SENDER, "--require-tls-everywhere", *arguments,
                               "bob@example.test")
        return done, server.messages

    def test_it_is_asked_for_where_it_is_offered_and_the_certificate_is_good(self):
        checked = ("--tls", "required", "--ca-file", self.tls + "/ca.pem")
        done, messages = self.deliver(offering(INSIDE_TLS, "REQUIRETLS"), *checked)
        self.assert_silent_success(done)
        self.assertTrue(messages[0]["sender"].endswith(" REQUIRETLS"), messages[0]["sender"])
        for scenario, arguments in (
                (INSIDE_TLS, checked),
                (offering(GOOD, "REQUIRETLS"), ("--tls", "off")),
                (offering(INSIDE_TLS, "REQUIRETLS"), ("--tls", "opportunistic")),
                (offering(INSIDE_TLS, "REQUIRETLS"), ("--tls", "required", "--tls-verify", "no"))):
            with self.subTest(arguments=arguments):
                done, messages = self.deliver(scenario, *arguments)
                self.assert_told(done, 69)
                self.assertEqual(messages, [])


class Holding(common.SendingTestCase):
    def test_a_message_is_held_where_that_is_offered(self):
        server = offering(GOOD, "FUTURERELEASE 864000 2031-01-01T00:00:00Z")
        for moment, told in (("2030-12-24T18:00Z", "2030-12-24T18:00:00Z"),
                             ("2030-12-24T18:00:05+01:30", "2030-12-24T16:30:05Z"),
                             ("2030-12-24T18:00", "2030-12-24T23:00:00Z")):
            with self.subTest(moment):
                message = self.accept("--hold-until", moment, "bob@example.test", scenario=server,
                                      env=self.environment(TZ="EST5"))
                self.assertTrue(message["sender"].endswith(" HOLDUNTIL=" + told),
                                message["sender"])

    def test_it_is_not_sent_where_it_is_not_or_where_the_moment_is_none(self):
        self.refuse([69], "--hold-until", "2030-12-24T18:00Z", "bob@example.test")
        self.refuse([64], "--hold-until", "tomorrow", "bob@example.test")


class Limits(common.SendingTestCase):
    def deliver_to(self, count, *limits):
        recipients = [f"r{number}@example.test" for number in range(count)]
        done, messages = self.try_to_send(*recipients, scenario=offering(GOOD, *limits))
        self.assert_silent_success(done)
        self.assertEqual(sorted(name for message in messages for name in message["recipients"]),
                         [f"TO:<{recipient}>" for recipient in recipients])
        return [len(message["recipients"]) for message in messages]

    def test_recipients_are_split_at_the_server_s_limit(self):
        self.assertEqual(self.deliver_to(5, "LIMITS RCPTMAX=2"), [2, 2, 1])
        self.assertEqual(len(self.connections), 1)
        self.assertEqual(self.deliver_to(5, "LIMITS RCPTMAX=1000 MAILMAX=0"), [5])

    def test_no_more_messages_go_over_a_connection_than_it_may_have(self):
        self.assertEqual(self.deliver_to(5, "LIMITS MAILMAX=2 RCPTMAX=1"), [1] * 5)
        self.assertEqual([sum(command.startswith("MAIL") for command in connection["commands"])
                          for connection in self.connections], [2, 2, 1])
        self.assertTrue(all(connection["quit"] for connection in self.connections))


class Sizes(common.SendingTestCase):
    def test_a_message_that_is_too_large_is_refused_with_both_numbers(self):
        done, messages = self.try_to_send(
            "bob@example.test", text=b"x\n" * 1000,
            scenario=dataclasses.replace(GOOD, capabilities=("SIZE 1000",)))
        self.assert_told(done, 69)
        self.assertEqual(messages, [])
        self.assertRegex(done.stderr, rb" [0-9]{4} octets.* 1000:")
        self.assertNotIn(b"MAIL", self.connections[0]["clear"])


if __name__ == "__main__":
    common.main()
