#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Counts the turns of one small mail, for the mailer and for others: how often the server answers.

    tests/bench/turns.py [--mailer PROGRAM]

floor is written for a server that has CHUNKING, whatever it says.

No times, so one run says it all. A TLS handshake is one turn more and counted. The answer to QUIT is
a turn as well, though the mailer (and floor) says QUIT and does not wait for it where it is one:
"+q" in place of it. Which answers are really waited for, tests/end_to_end/test_round_trips.py tells.
"""
import argparse
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from run import FROM, ROOT, TO, Bench, Failure

OFFERS = {"chunking": [], "pipelining": ["CHUNKING"], "neither": ["CHUNKING", "PIPELINING"]}
SMTPLIB = """
import smtplib, ssl, sys
port, mode, ca, login, path = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
if mode == "implicit":
    client = smtplib.SMTP_SSL("127.0.0.1", int(port), "client.test", context=context)
else:
    client = smtplib.SMTP("127.0.0.1", int(port), "client.test")
if mode == "starttls":
    client.starttls(context=context)
if login:
    client.login("user", "word")
client.sendmail("from@example.org", "to@example.org", open(path, "rb").read())
client.quit()
"""


# Each gives the arguments, and the file that becomes standard input.

def floor(bench, port, mode, login):
    if mode == "implicit" or login:
        raise Failure
    tls = ["--ca", bench.folder / "certificate.pem"] if mode == "starttls" else []
    return [bench.folder / "floor", *tls, port, bench.folder / "text.txt"], "/dev/null"


def mailer(bench, port, mode, login):
    tls = {"plain": "off", "starttls": "required"}.get(mode, mode)
    ca = [] if mode == "plain" else ["--ca-file", bench.folder / "certificate.pem"]
    user = ["--user", "user", "--password-file", bench.folder / "word",
            "--allow-clear-password"] if login else []
    return [bench.mailer, "--server", f"smtp://127.0.0.1:{port}", "--tls", tls, *ca, *user, "-r",
            FROM, "-s", "test", TO], bench.folder / "text.txt"


def msmtp(bench, port, mode, login):
    tls = ["--tls=off"] if mode == "plain" else [
        "--tls=on", f"--tls-starttls={'on' if mode == 'starttls' else 'off'}",
        f"--tls-trust-file={bench.folder / 'certificate.pem'}"]
    user = ["--auth=plain", "--user=user", "--passwordeval=echo word"] if login else ["--auth=off"]
    return ["msmtp", "--file=/dev/null", "--host=127.0.0.1", f"--port={port}",
            "--domain=client.test", *tls, *user, f"--from={FROM}", TO], bench.ready_message("")


def curl(bench, port, mode, login):
    tls = ["--ssl-reqd"] if mode == "starttls" else []
    user = ["--user", "user:word", "--sasl-ir", "--login-options", "AUTH=PLAIN"] if login else []
    return ["curl", "-q", "-sS", *tls, "--cacert", bench.folder / "certificate.pem", *user,
            f"{'smtps' if mode == 'implicit' else 'smtp'}://127.0.0.1:{port}/client.test",
            "--mail-from", FROM, "--mail-rcpt", TO, "-T", bench.ready_message("")], "/dev/null"


def s_nail(bench, port, mode, login):
    user = "user:word@" if login else ""
    settings = ["v15-compat=yes", f"smtp-auth={'plain' if login else 'none'}", "sendwait",
                "smtp-hostname=client.test", f"tls-ca-file={bench.folder / 'certificate.pem'}",
                "tls-verify=ignore",
                f"mta={'smtps' if mode == 'implicit' else 'smtp'}://{user}127.0.0.1:{port}",
                *(["smtp-use-starttls"] if mode == "starttls" else [])]
    return ["s-nail", "-:/", *(part for setting in settings for part in ("-S", setting)), "-r",
            FROM, "-s", "test", TO], bench.folder / "text.txt"


def swaks(bench, port, mode, login):
    tls = {"plain": [], "starttls": ["--tls"], "implicit": ["--tlsc"]}[mode]
    user = ["--auth", "PLAIN", "--auth-user", "user", "--auth-password", "word"] if login else []
    return ["swaks", "--server", "127.0.0.1", "--port", port, *tls, *user, "--from", FROM, "--to",
            TO, "--helo", "client.test", "--body", bench.folder / "text.txt"], "/dev/null"


def smtplib(bench, port, mode, login):
    return ["python3", "-c", SMTPLIB, port, mode, bench.folder / "certificate.pem",
            "login" if login else "", bench.ready_message("")], "/dev/null"


PROGRAMS = {"floor": floor, "mailer": mailer, "msmtp": msmtp, "curl": curl, "s-nail": s_nail,
            "swaks": swaks, "smtplib": smtplib}


def turns(bench, name, offer, mode, login):
    """As a text for the table."""
    options = [part for extension in OFFERS[offer] for part in ("--no", extension)]
    options += ["--login", "yes"] if login else []
    if mode != "plain":
        options += ["--certificate", bench.folder / "certificate.pem", "--key",
                    bench.folder / "key.pem"]
    options += ["--implicit", "yes"] if mode == "implicit" else []
    environment = {"PATH": os.environ["PATH"], "HOME": str(bench.folder), "USER": "bench",
                   "LANG": "C.UTF-8"}
    with subprocess.Popen([bench.folder / "sink", *options], stdout=subprocess.PIPE,
                          text=True) as sink:
        try:
            arguments, text = PROGRAMS[name](bench, sink.stdout.readline().strip(), mode, login)
            with open(text, "rb") as file:
                subprocess.run(list(map(str, arguments)), stdin=file, capture_output=True,
                               env=environment, check=True, timeout=60)
            seen = json.loads(sink.communicate(timeout=10)[0])
        except (Failure, OSError, subprocess.SubprocessError):
            return "-"
        finally:
            sink.kill()
    if seen["messages"] != 1:
        return "-"
    count = seen["turns"] + (mode != "plain")
    return f"{count - 1}+q" if name == "mailer" else str(count)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mailer", default=ROOT / "build-release/mailer", type=Path)
    given = parser.parse_args()
    names = [name for name in PROGRAMS
             if name in ("floor", "mailer", "smtplib") or shutil.which(name)]
    with tempfile.TemporaryDirectory(prefix="mailer-bench-") as folder:
        bench = Bench(Path(folder), given.mailer.resolve())
        (bench.folder / "word").write_text("word\n")
        (bench.folder / "word").chmod(0o600)
        print(f"{'':34}" + "".join(f"{name:>9}" for name in names))
        for mode in ("plain", "starttls", "implicit"):
            for login in (False, True):
                for offer in OFFERS:
                    title = f"{mode}{', login' if login else ''}, {offer}"
                    cells = [turns(bench, name, offer, mode, login) for name in names]
                    print(f"{title:34}" + "".join(f"{cell:>9}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
