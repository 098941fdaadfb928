#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What is asked of servers besides the delivery, and what they offer."""
import contextlib
import dataclasses
import json

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


class Times(common.SendingTestCase):
    def test_a_time_to_deliver_by_is_said_where_that_is_offered(self):
        server = offering(GOOD, "DELIVERBY 240")
        for given, said in (("240", "BY=240;R"), ("3600,return", "BY=3600;R"),
                            ("10,notify", "BY=10;N"), ("-10,notify", "BY=-10;N"),
                            ("3600,notify,trace", "BY=3600;NT")):
            with self.subTest(given):
                message = self.accept("--deliver-by", given, "bob@example.test", scenario=server)
                self.assertTrue(message["sender"].endswith(" " + said), message["sender"])

    def test_it_is_not_sent_where_the_time_cannot_be_kept(self):
        self.refuse([69], "--deliver-by", "3600", "bob@example.test")
        self.refuse([69], "--deliver-by", "239", "bob@example.test",
                    scenario=offering(GOOD, "DELIVERBY 240"))
        for given in ("soon", "", "1h", "5,", "5,never", "5notify", "-", ",notify"):
            with self.subTest(given):
                self.refuse([64], "--deliver-by", given, "bob@example.test")
        for given in ("0", "-1", "9" * 10, "9" * 30):
            with self.subTest(given):
                self.refuse([65], "--deliver-by", given, "bob@example.test")

    def test_a_priority_in_the_transfer(self):
        server = offering(GOOD, "MT-PRIORITY MIXER")
        for priority in ("9", "-9"):
            message = self.accept("--mt-priority", priority, "bob@example.test", scenario=server)
            self.assertTrue(message["sender"].endswith(" MT-PRIORITY=" + priority))
        self.refuse([69], "--mt-priority", "1", "bob@example.test")
        for priority in ("10", "-10", "high"):
            self.refuse([64], "--mt-priority", priority, "bob@example.test")


class Submitter(common.SendingTestCase):
    def test_it_is_told_after_a_login_only(self):
        login = ("--allow-clear-password", "--user", "test", "--password-file", self.password)
        server = offering(GOOD, "AUTH PLAIN")
        for given, said in (("ann+tag@example.test", "ann+2Btag@example.test"),
                            ("Ann <ann@example.test>", "ann@example.test"), ("", "<>")):
            with self.subTest(given):
                message = self.accept("--submitter", given, *login, "bob@example.test",
                                      scenario=server)
                self.assertTrue(message["sender"].endswith(" AUTH=" + said), message["sender"])
        self.refuse([69], "--submitter", "ann@example.test", "bob@example.test", scenario=server)
        self.refuse([65], "--submitter", "a@", "bob@example.test", scenario=server)


class EachRecipient(common.SendingTestCase):
    """PRDR (draft-hall-prdr): behind the dot the server speaks of each recipient."""
    recipients = ("ann@example.test", "bob@example.test", "eve@example.test")

    def deliver(self, *end, recipients=recipients, **more):
        scenario = dataclasses.replace(offering(GOOD, "PRDR"), answers={"end": end, **more})
        done, messages = self.try_to_send("--json", *recipients, scenario=scenario)
        fates = [json.loads(line) for line in done.stdout.splitlines()]
        return done, messages, fates

    def test_each_has_a_fate_of_its_own(self):
        done, messages, fates = self.deliver("353 one by one", "250 fine", "550 5.7.1 spam",
                                             "450 4.7.1 later", scenarios.keep,
                                             "250 2.0.0 Ok: queued as 4F1C")
        self.assertEqual(done.returncode, 79, done.stderr)
        self.assertEqual([fate["status"] for fate in fates], ["accepted", "refused", "try_again"])
        self.assertEqual([fate["queue_id"] for fate in fates], ["4F1C", None, None])
        self.assertEqual([fate["code"] for fate in fates], [250, 550, 450])
        self.assertTrue(messages[0]["sender"].endswith(" PRDR"), messages[0]["sender"])

    def test_who_was_refused_before_has_no_reply_there(self):
        done, _messages, fates = self.deliver(
            "353 one by one", "250 fine", "550 5.7.1 spam", scenarios.keep, "250 2.0.0 ok",
            rcpt=["250 ok", "550 5.1.1 nobody", "250 ok"])
        self.assertEqual(done.returncode, 79, done.stderr)
        self.assertEqual([fate["enhanced"] for fate in fates], ["2.0.0", "5.1.1", "5.7.1"])

    def test_all_refused_is_as_all_refused_at_rcpt(self):
        done, messages, fates = self.deliver("353 one by one", *["550 5.7.1 spam"] * 3,
                                             "550 5.7.1 nobody wants it")
        self.assertEqual(done.returncode, 67, done.stderr)
        self.assertEqual({fate["status"] for fate in fates}, {"refused"})
        self.assertEqual(messages, [])

    def test_the_last_word_is_on_all(self):
        done, _messages, fates = self.deliver("353 one by one", "250 fine", "550 5.7.1 spam",
                                              "250 fine", "451 4.3.0 out of room")
        self.assertEqual(done.returncode, 75, done.stderr)
        self.assertEqual([fate["status"] for fate in fates], ["try_again", "refused", "try_again"])

    def test_a_connection_lost_in_between_leaves_the_others_unknown(self):
        done, _messages, fates = self.deliver("353 one by one", "250 fine", "550 5.7.1 spam",
                                              scenarios.close)
        self.assertEqual(done.returncode, 80, done.stderr)
        self.assertEqual([fate["status"] for fate in fates], ["unknown", "refused", "unknown"])

    def test_a_server_may_make_no_use_of_it_and_one_recipient_has_none(self):
        done, messages, fates = self.deliver("250 2.0.0 Ok: queued as 4F1C")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual({fate["queue_id"] for fate in fates}, {"4F1C"})
        self.assertTrue(messages[0]["sender"].endswith(" PRDR"))
        done, messages, _fates = self.deliver("250 ok", recipients=self.recipients[:1])
        self.assertNotIn("PRDR", messages[0]["sender"])


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

    def test_recipients_are_split_at_452(self):
        recipients = [f"r{number}@example.test" for number in range(5)]
        full = ["250 ok"] * 2 + ["452 4.5.3 too many"] * 3
        done, messages = self.try_to_send(*recipients, scenario=dataclasses.replace(
            GOOD, answers={"rcpt": full + full[:2] + full[2:3] + full[:1]}))
        self.assert_silent_success(done)
        self.assertEqual([len(message["recipients"]) for message in messages], [2, 2, 1])
        self.assertEqual(len(self.connections), 1)

    def test_recipients_are_split_by_domain(self):
        recipients = ["a@one.test", "b@ONE.test", "c@two.test", "d@one.test", "e@two.test",
                      "f@three.test", "g@three.test"]
        for limit, sizes in ((1, [2, 1, 1, 1, 2]), (2, [5, 2]), (3, [7]), (0, [7])):
            with self.subTest(limit):
                done, messages = self.try_to_send(
                    *recipients, scenario=offering(GOOD, f"LIMITS RCPTDOMAINMAX={limit}"))
                self.assert_silent_success(done)
                self.assertEqual([len(message["recipients"]) for message in messages], sizes)

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


class AnotherServer(common.SendingTestCase):
    """What one server cannot do, the next one may."""

    def deliver(self, *scenarios_in_turn, arguments=(), text=b"Hello.\n"):
        with contextlib.ExitStack() as stack:
            servers = [stack.enter_context(self.scripted(one)) for one in scenarios_in_turn]
            urls = [word for server in servers
                    for word in ("--server", f"smtp://localhost:{server.port}")]
            done = self.mailer(*urls, "--from", common.SENDER, *arguments, "bob@example.test",
                               text=text)
        return done, [len(server.messages) for server in servers]

    def test_a_message_that_one_server_cannot_take_goes_to_the_next(self):
        small = dataclasses.replace(GOOD, capabilities=("SIZE 1000",))
        text = b"x\n" * 1000
        done, counts = self.deliver(small, GOOD, text=text)
        self.assert_silent_success(done)
        self.assertEqual(counts, [0, 1])
        done, counts = self.deliver(GOOD, offering(GOOD, "DSN"), arguments=("-N", "never"))
        self.assert_silent_success(done)
        self.assertEqual(counts, [0, 1])

    def test_when_none_can_the_last_reason_is_told(self):
        small = dataclasses.replace(GOOD, capabilities=("SIZE 1000",))
        smaller = dataclasses.replace(GOOD, capabilities=("SIZE 999",))
        done, counts = self.deliver(small, smaller, text=b"x\n" * 1000)
        self.assert_told(done, 69)
        self.assertIn(b" 999:", done.stderr)
        self.assertEqual(counts, [0, 0])
        busy = dataclasses.replace(GOOD, answers={"greeting": "421 4.3.2 busy"})
        done, counts = self.deliver(busy, small, text=b"x\n" * 1000)
        self.assert_told(done, 75)


if __name__ == "__main__":
    common.main()
