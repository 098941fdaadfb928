#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Measures how fast messages are built and written, against Python's email in the same run.

    cmake --build build-release --target bench && tests/bench/messages.py
    tests/bench/messages.py --bench PATH        another build's bench_messages
    tests/bench/messages.py --json FILE         every single run, for other programs

How to read it
  small: COUNT messages, each built from nothing and made octets: From with a name, To, a Subject and
  lines of text with umlauts, Date and Message-ID. Ours go out by mailer_message_write() to
  /dev/null; Python's are left in memory. Seconds are of processor time, user and system together,
  without the start of either program. Each round runs every way once; "x" is the median of the
  ratios of its time to ours in the same round, and the number to look at.
  Python's ways: EmailMessage is the one its manual teaches (policy SMTP, set_content(), as_bytes());
  "bare" leaves out Date and Message-ID, which ours has; MIMEText is the legacy one, which leaves
  the encoding of names and subjects to the caller.

  attachments: one message with so many of them. The time for each should not grow with their number.
"""
import argparse
import email.charset
import email.header
import email.policy
import email.utils
import json
import os
import statistics
import subprocess
import time
from email.message import EmailMessage
from email.mime.text import MIMEText
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = ("Guten Tag,\n\nhier ist die Übersicht der Nacht, wie jeden Morgen:\n"
        + "".join(f"Zeile {i}: der flinke Fuchs springt über den müden Hund, immer wieder.\n"
                  for i in range(8))
        + "\nSchöne Grüße\nJörg\n")
NAME, SENDER, RECIPIENT = "Jörg Müller", "joerg@example.org", "reader@example.com"
POLICIES = {"8bit": email.policy.SMTP, "7bit": email.policy.SMTP.clone(cte_type="7bit")}


def modern(number, wire, whole=True):
    message = EmailMessage(policy=POLICIES[wire])
    message["From"] = f"{NAME} <{SENDER}>"
    message["To"] = RECIPIENT
    message["Subject"] = f"Übersicht {number}"
    if whole:
        message["Date"] = email.utils.formatdate(localtime=True)
        message["Message-ID"] = email.utils.make_msgid(domain="example.org")
    message.set_content(TEXT)
    return message.as_bytes()


def bare(number, wire):
    return modern(number, wire, False)


def legacy(number, wire):
    charset = email.charset.Charset("utf-8")
    charset.body_encoding = email.charset.QP if wire == "7bit" else None
    message = MIMEText(TEXT, "plain", charset)
    message["From"] = email.utils.formataddr((NAME, SENDER))
    message["To"] = RECIPIENT
    message["Subject"] = email.header.Header(f"Übersicht {number}", "utf-8")
    message["Date"] = email.utils.formatdate(localtime=True)
    message["Message-ID"] = email.utils.make_msgid(domain="example.org")
    return message.as_bytes(policy=email.policy.compat32.clone(linesep="\r\n"))


PYTHON = {"EmailMessage": modern, "bare": bare, "MIMEText": legacy}


def ours(bench, kind, count, wire):
    """Seconds of processor time; what is written goes nowhere."""
    done = subprocess.run([bench, kind, str(count), wire], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, check=True,
                          env={"PATH": os.environ["PATH"], "MAILER_BENCH_TEXT": TEXT})
    return float(done.stderr)


def theirs(make, count, wire):
    start = time.process_time()
    for number in range(count):
        make(number, wire)
    return time.process_time() - start


def same_text(bench):
    """Both say the same, or the comparison is worth nothing."""
    done = subprocess.run([bench, "small", "1", "8bit"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True,
                          env={"PATH": os.environ["PATH"], "MAILER_BENCH_TEXT": TEXT})
    for octets in [done.stdout] + [make(0, "8bit") for make in PYTHON.values()]:
        message = email.message_from_bytes(octets, policy=email.policy.default)
        found = (message["From"].addresses[0].display_name, message["Subject"],
                 message.get_content().replace("\r\n", "\n"))
        assert found == (NAME, "Übersicht 0", TEXT), found


def measure_small(given):
    result = {}
    print(f"{given.count} small messages built and written, {given.rounds} rounds")
    for wire in POLICIES:
        runs = {name: [] for name in ["mailer", *PYTHON]}
        for _ in range(given.rounds):
            runs["mailer"].append(ours(given.bench, "small", given.count, wire) / given.count)
            count = max(1, given.count // given.python_share)
            for name, make in PYTHON.items():
                runs[name].append(theirs(make, count, wire) / count)
        for name, times in runs.items():
            ratio = statistics.median(one / base for one, base in zip(times, runs["mailer"]))
            middle = statistics.median(times)
            print(f"  {wire}  {name:14}{middle * 1e6:9.2f} us{1 / middle:12.0f}/s{ratio:8.1f}x",
                  flush=True)
        result[wire] = runs
    return result


def measure_attachments(given):
    result = {}
    print("one message with many attachments of 1,000 octets")
    for count in given.attachments:
        runs = [ours(given.bench, "attachments", count, "7bit") for _ in range(given.rounds)]
        middle = statistics.median(runs)
        print(f"  {count:6} attachments{middle * 1e3:10.2f} ms{middle / count * 1e6:9.2f} us each",
              flush=True)
        result[count] = runs
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", default=ROOT / "build-release/tests/bench/bench_messages",
                        type=Path)
    parser.add_argument("-n", "--count", default=10000, type=int)
    parser.add_argument("-r", "--rounds", default=5, type=int)
    parser.add_argument("--python-share", default=5, type=int, metavar="N",
                        help="Python makes an Nth of the messages, being slow (default 5)")
    parser.add_argument("-a", "--attachments", default=[1000, 2000, 4000, 8000], type=int,
                        nargs="*")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    same_text(given.bench)
    everything = {"small": measure_small(given), "attachments": measure_attachments(given)}
    if given.json:
        given.json.write_text(json.dumps(everything, indent=1))


if __name__ == "__main__":
    main()
