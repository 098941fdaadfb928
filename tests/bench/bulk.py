#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Measures how many messages a second go over one connection or some, each with its own recipient.

    tests/bench/bulk.py                       all rows, build-release/tests/bench/bench_bulk
    tests/bench/bulk.py -w bulk,bulk-tls -r 9 some of them, in more rounds

It is read as run.py. CPU is that of the sender for one message, turns how often the server answered
for one, KiB how much it got with one read. floor sends the same octets again and again, smtp-source
(of Postfix) too; bench_bulk, smtplib and curl have a message for each recipient, curl ready ones.
The slow ones send fewer; msmtp needs a process for each. smtp-source may be unpacked and not installed:
with --postfix its folder.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from run import FROM, HERE, ROOT, TO, Bench, Failure, median, ratio

# The slower ones send fewer.
SLOW_COUNT, MSMTP_COUNT = 500, 50


@dataclass
class Row:
    """What is sent, and over what."""
    name: str
    title: str
    count: int = 10000
    connections: int = 1
    delay: int = 0              # milliseconds from a command to its answer
    chunking: bool = True
    tls: bool = False
    attachment: str = ""
    slow: tuple = ()            # programs that would take minutes


ROWS = [
    Row("bulk", "small messages"),
    Row("bulk-data", "small messages, no CHUNKING", chunking=False),
    Row("bulk-delay", "small messages, 5 ms round trip", delay=5,
        slow=("curl", "smtplib", "msmtp", "smtp-source")),
    Row("bulk-delay-20", "small messages, 5 ms round trip, no CHUNKING, 20 connections", delay=5,
        connections=20, chunking=False, slow=("floor", "curl", "smtplib", "msmtp")),
    Row("bulk-tls", "small messages, STARTTLS", tls=True, slow=("msmtp",)),
    Row("bulk-png", "a picture of 200 KB attached", count=200, attachment="image.png"),
]


# Each gives the arguments, how many messages that is, and over how many connections.

def floor(bench, row, port):
    tls = ["--ca", bench.folder / "certificate.pem"] if row.tls else []
    data = [] if row.chunking else ["--data", "yes"]
    file = [bench.attachment(row.attachment)] if row.attachment else []
    return [bench.folder / "floor", *tls, "--bulk", row.count, *data, port,
            bench.folder / "text.txt", *file], row.count, 1


def mailer(bench, row, port):
    tls = ["--ca", bench.folder / "certificate.pem"] if row.tls else []
    file = ["--attach", bench.attachment(row.attachment)] if row.attachment else []
    return [bench.mailer, "--connections", row.connections, *tls, *file, port,
            row.count], row.count, row.connections


def smtp_source(bench, row, port):
    if row.tls:
        raise Failure("it has no TLS")
    size = bench.ready_message(row.attachment).stat().st_size
    return ["smtp-source", "-d", "-s", row.connections, "-m", row.count, "-l", size, "-f", FROM,
            "-t", TO, f"inet:127.0.0.1:{port}"], row.count, row.connections


def curl(bench, row, port):
    config = bench.folder / "curl.txt"
    secure = [f"ssl-reqd\ncacert = {bench.folder / 'certificate.pem'}"] if row.tls else []
    with open(config, "w", encoding="ascii") as file:
        for number in range(min(row.count, SLOW_COUNT)):
            file.write("\n".join([
                *(["next"] if number > 0 else []), f"url = smtp://127.0.0.1:{port}/client.test",
                f"mail-from = {FROM}", f"mail-rcpt = reader{number}@example.org", *secure,
                f"upload-file = {bench.ready_message(row.attachment)}\n"]))
    return ["curl", "-q", "-sS", "-K", config], min(row.count, SLOW_COUNT), 1


def smtplib(bench, row, port):
    tls = bench.folder / "certificate.pem" if row.tls else ""
    file = [bench.attachment(row.attachment)] if row.attachment else []
    count = min(row.count, SLOW_COUNT)
    return ["python3", HERE / "smtplib_many.py", port, count, tls, *file], count, 1


def msmtp(bench, row, port):
    command = (f"for i in $(seq {MSMTP_COUNT}); do msmtp --file=/dev/null --host=127.0.0.1 "
               f"--port={port} --auth=off --tls=off --domain=client.test --from={FROM} {TO} "
               f"< {bench.ready_message(row.attachment)} || exit; done")
    return ["sh", "-c", command], MSMTP_COUNT, MSMTP_COUNT


PROGRAMS = {"floor": floor, "mailer": mailer, "smtp-source": smtp_source, "curl": curl,
            "smtplib": smtplib, "msmtp": msmtp}


def sink_options(bench, row, clients):
    options = ["--no", "BINARYMIME", "--clients", clients, "--delay", row.delay]
    if not row.chunking:
        options += ["--no", "CHUNKING"]
    if row.tls:
        options += ["--certificate", bench.folder / "certificate.pem", "--key",
                    bench.folder / "key.pem"]
    return [str(option) for option in options]


def run_once(bench, name, row, environment):
    """What one run cost."""
    _, count, clients = PROGRAMS[name](bench, row, 0)
    with subprocess.Popen([bench.folder / "sink", *sink_options(bench, row, clients)],
                          stdout=subprocess.PIPE, text=True) as sink:
        try:
            arguments, _, _ = PROGRAMS[name](bench, row, sink.stdout.readline().strip())
            done = subprocess.run(
                [bench.folder / "measure", "/dev/null", bench.output, *map(str, arguments)],
                stdout=subprocess.PIPE, env=environment, check=True, timeout=300)
            cost = json.loads(done.stdout)
            if cost["exit"] != 0:
                raise Failure(f"exit {cost['exit']}: "
                              + bench.output.read_text(errors="replace").strip()[-200:])
            seen = json.loads(sink.communicate(timeout=10)[0])
        finally:
            sink.kill()
    if seen["messages"] < count:
        raise Failure(f"not all was sent: {seen}")
    return {"wall": cost["wall"] / count, "cpu": (cost["user"] + cost["sys"]) / count,
            "peak": cost["peak"], "turns": seen["turns"] / seen["messages"],
            "read": seen["octets"] / seen["reads"] / 1024}


def show(row, results, skipped):
    print(f"\n{row.name}: {row.title}; {row.count} messages")
    print(f"  {'':12}{'a second':>10}{'x':>7}{'CPU each':>12}{'x':>7}{'peak MB':>9}{'turns':>8}"
          f"{'KiB':>7}")
    base = results.get("floor", [])
    for name, runs in results.items():
        print(f"  {name:12}{1 / median(runs, 'wall'):>10.0f}{ratio(runs, base, 'wall'):>7}"
              f"{median(runs, 'cpu') * 1e6:>9.1f} us{ratio(runs, base, 'cpu'):>7}"
              f"{median(runs, 'peak') / 1024:>9.1f}{median(runs, 'turns'):>8.3f}"
              f"{median(runs, 'read'):>7.1f}")
    for name, why in skipped.items():
        print(f"  {name:12} left out: {why}")
    sys.stdout.flush()


def measure(bench, row, names, rounds, environment):
    results, skipped = {}, {}
    for name in names:
        if name in row.slow:
            skipped[name] = "has no such mode, or takes minutes"
        elif name in ("curl", "msmtp", "smtp-source") and shutil.which(
                name, path=environment["PATH"]) is None:
            skipped[name] = "not installed"
    for _ in range(rounds):
        for name in names:
            if name in skipped:
                continue
            try:
                results.setdefault(name, []).append(run_once(bench, name, row, environment))
            except (Failure, subprocess.TimeoutExpired) as failure:
                results.pop(name, None)
                skipped[name] = str(failure)
    return results, skipped


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mailer", type=Path,
                        default=ROOT / "build-release/tests/bench/bench_bulk")
    parser.add_argument("--postfix", type=Path, help="the folder that its package is unpacked in")
    parser.add_argument("-w", "--rows", help="names, with commas between them")
    parser.add_argument("-p", "--programs", default=",".join(PROGRAMS), help="the same")
    parser.add_argument("-r", "--rounds", type=int, default=5)
    given = parser.parse_args()
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    if given.postfix:
        environment["PATH"] += f":{given.postfix}/usr/sbin"
        environment["LD_LIBRARY_PATH"] = f"{given.postfix}/usr/lib/postfix"
    with tempfile.TemporaryDirectory(prefix="mailer-bench-") as folder:
        bench = Bench(Path(folder), given.mailer.resolve())
        environment["HOME"] = folder
        for row in ROWS:
            if given.rows is None or row.name in given.rows.split(","):
                show(row, *measure(bench, row, given.programs.split(","), given.rounds,
                                   environment))


if __name__ == "__main__":
    main()
