#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Measures the mailer against the least that can be done, and against other mailers.

    tests/bench/run.py                          all workloads, build-release/mailer
    tests/bench/run.py -w small,png -r 51       some of them, in more rounds
    tests/bench/run.py --instructions           instructions in user mode, by callgrind
    tests/bench/run.py --json FILE              every single run, for other programs

How to read it
  Each round runs every program once, so that a slow moment of the machine meets all of them. A time
  is the median of the rounds; "x" is the median of the ratios to floor in the same round, and the
  number to look at: times differ from machine to machine and from day to day, ratios much less.
  A ratio that moves by less than a tenth says nothing. Wall is the whole process, from its start to
  its end; CPU is user and system together, where the clock of the system is too coarse for less than
  some milliseconds; peak is the most memory that was resident. Turns is how often the server
  answered, so without TLS the number of round trips. Instructions have no noise worth mentioning:
  gate on those, never on a time.

  floor is no mailer: it sends a fixed message with no options, no MIME and no errors but giving up.
  What it takes is what the system, the C library and OpenSSL take. It stands for the machine's limit.
  msmtp neither builds nor encodes a message: it is given a ready one.

  Each run has a server of its own (sink), which announces what a Postfix does (so CHUNKING, but not
  BINARYMIME, without which a file must be encoded), and whose count shows that all was sent.
  With "system" the certificates of the system are trusted besides the test's own: floor and mailer are
  given the directory of hashed names, msmtp and curl the bundle, as each of them does by default.
"""
import argparse
import json
import os
import random
import re
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs")
FROM, TO = "from@example.org", "to@example.org"
MIB = 1 << 20
CALLGRIND = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]


@dataclass
class Workload:
    """What is sent, and how often."""
    name: str
    title: str
    attachment: str = ""
    tls: bool = False
    system: bool = False        # trust the system's authorities too
    binary: bool = False        # the server has BINARYMIME
    rounds: int = 5
    slow: bool = False          # takes other mailers a minute or more: only with --patient


WORKLOADS = [
    Workload("small", "a small text", rounds=41),
    Workload("small-tls", "a small text, STARTTLS", tls=True, rounds=41),
    Workload("small-tls-system", "a small text, STARTTLS, the system's authorities trusted too",
             tls=True, system=True, rounds=41),
    Workload("png", "text and a picture of 200 KB", "image.png", rounds=41),
    Workload("png-tls", "text and a picture of 200 KB, STARTTLS", "image.png", tls=True, rounds=41),
    Workload("100m", "text and a file of 100 MiB", "100m.bin"),
    Workload("100m-tls", "text and a file of 100 MiB, STARTTLS", "100m.bin", tls=True),
    Workload("1g", "text and a file of 1 GiB", "1g.bin", slow=True),
    Workload("1g-tls", "text and a file of 1 GiB, STARTTLS", "1g.bin", tls=True, slow=True),
    Workload("1g-binary", "text and a file of 1 GiB, the server has BINARYMIME", "1g.bin",
             binary=True, slow=True),
    Workload("5g", "text and a file of 5 GiB with nothing in it (sparse)", "5g.bin", rounds=1,
             slow=True),
]


class Bench:
    """The helpers, built; the certificate; the files that are sent."""

    def __init__(self, folder, mailer):
        self.folder = folder
        self.mailer = mailer
        self.output = folder / "output"
        self.build()
        self.certify()
        (folder / "text.txt").write_text(
            "Dear reader,\n\nthis is a small text of about one kilobyte, as a script sends it.\n"
            + "".join(f"Line {i}: the quick brown fox jumps over the lazy dog, again and again.\n"
                      for i in range(12)))

    def build(self):
        compiler = [os.environ.get("CC", "cc"), "-std=c17", "-O2", "-D_POSIX_C_SOURCE=200809L",
                    "-D_DEFAULT_SOURCE", "-I", ROOT / "include", "-iquote", ROOT / "mime",
                    "-iquote", ROOT / "src/core"]
        codec = ROOT / "mime/codec"
        sources = {"sink": [], "measure": [],
                   "floor": [codec / "base64.c", codec / "base64_kernels.c"]}
        for name, more in sources.items():
            subprocess.run([*compiler, "-o", self.folder / name, HERE / f"{name}.c", *more, "-lssl",
                            "-lcrypto", "-Wl,--as-needed"], check=True)

    def certify(self):
        """A certificate for the sink, alone and among those of the system, by file and by folder."""
        def openssl(*arguments):
            subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
        certificate = self.folder / "certificate.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", self.folder / "key.pem",
                "-out", certificate)
        hashed = self.folder / "authorities"
        hashed.mkdir()
        shutil.copy(certificate, hashed)
        openssl("rehash", hashed)
        for path in SYSTEM_CERTIFICATES.glob("*.[0-9]"):
            if not (hashed / path.name).exists():
                (hashed / path.name).symlink_to(path.resolve())
        bundle = SYSTEM_CERTIFICATES / "ca-certificates.crt"
        (self.folder / "bundle.pem").write_text(
            (bundle.read_text() if bundle.exists() else "") + certificate.read_text())

    def authorities(self, workload, hashed):
        if not workload.system:
            return self.folder / "certificate.pem"
        return self.folder / ("authorities" if hashed else "bundle.pem")

    def attachment(self, name):
        """The file of that name, made when it is first asked for."""
        path = self.folder / name
        if not path.exists():
            with open(path, "wb") as file:
                if name == "image.png":
                    file.write(picture())
                elif name == "5g.bin":
                    file.truncate(5 << 30)
                else:
                    for _ in range({"100m.bin": 100, "1g.bin": 1024}[name]):
                        file.write(os.urandom(MIB))
        return path

    def ready_message(self, attachment):
        """A whole message, for those who cannot build one."""
        path = self.folder / f"{attachment or 'text'}.eml"
        if path.exists():
            return path
        text = (self.folder / "text.txt").read_text()
        head = f"From: <{FROM}>\nTo: <{TO}>\nSubject: test\nMIME-Version: 1.0\n"
        with open(path, "w", encoding="ascii") as file:
            if not attachment:
                file.write(f"{head}\n{text}")
                return path
            file.write(f"{head}Content-Type: multipart/mixed; boundary=b\n\n--b\n\n{text}\n--b\n"
                       "Content-Type: application/octet-stream\n"
                       "Content-Transfer-Encoding: base64\n\n")
            file.flush()
            subprocess.run(["base64", self.attachment(attachment)], stdout=file, check=True)
            file.write("\n--b--\n")
        return path


def picture():
    """A PNG of noise."""
    def chunk(kind, content):
        return (struct.pack(">I", len(content)) + kind + content
                + struct.pack(">I", zlib.crc32(kind + content)))
    side = 258
    noise = random.Random(1)
    rows = b"".join(b"\0" + noise.randbytes(side * 3) for _ in range(side))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


# Each gives the arguments, and the file that becomes standard input.

def floor(bench, workload, port):
    tls = ["--ca", bench.authorities(workload, True)] if workload.tls else []
    file = [bench.attachment(workload.attachment)] if workload.attachment else []
    return [bench.folder / "floor", *tls, port, bench.folder / "text.txt", *file], "/dev/null"


def mailer(bench, workload, port):
    tls = (["--tls", "required", "--ca-file", bench.authorities(workload, True)] if workload.tls
           else ["--tls", "off"])
    file = ["-a", bench.attachment(workload.attachment)] if workload.attachment else []
    return ([bench.mailer, "--server", f"smtp://127.0.0.1:{port}", *tls, "-r", FROM, "-s", "test",
             *file, TO], bench.folder / "text.txt")


def msmtp(bench, workload, port):
    tls = (["--tls=on", "--tls-starttls=on",
            f"--tls-trust-file={bench.authorities(workload, False)}"] if workload.tls
           else ["--tls=off"])
    return (["msmtp", "--file=/dev/null", "--host=127.0.0.1", f"--port={port}", "--auth=off",
             "--domain=client.test", *tls, f"--from={FROM}", TO],
            bench.ready_message(workload.attachment))


def curl(bench, workload, port):
    tls = ["--ssl-reqd", "--cacert", bench.authorities(workload, False)] if workload.tls else []
    file = (["-F", f"file=@{bench.attachment(workload.attachment)};"
             "type=application/octet-stream;encoder=base64"] if workload.attachment else [])
    return (["curl", "-q", "-sS", *tls, f"smtp://127.0.0.1:{port}/client.test", "--mail-from", FROM,
             "--mail-rcpt", TO, "-H", f"From: {FROM}", "-H", f"To: {TO}", "-H", "Subject: test",
             "-F", f"=<{bench.folder / 'text.txt'};encoder=8bit", *file], "/dev/null")


PROGRAMS = {"floor": floor, "mailer": mailer, "msmtp": msmtp, "curl": curl}


class Failure(Exception):
    """A run that did not do its work."""


def run_once(bench, name, workload, wrapper=()):
    """What one run cost."""
    options = [] if workload.binary else ["--no", "BINARYMIME"]
    if workload.tls:
        options += ["--certificate", bench.folder / "certificate.pem", "--key",
                    bench.folder / "key.pem"]
    # Made before the time is taken.
    PROGRAMS[name](bench, workload, 0)
    with subprocess.Popen([bench.folder / "sink", *options], stdout=subprocess.PIPE,
                          text=True) as sink:
        try:
            port = sink.stdout.readline().strip()
            arguments, standard_input = PROGRAMS[name](bench, workload, port)
            environment = {"PATH": os.environ["PATH"], "HOME": str(bench.folder), "USER": "bench",
                           "LANG": "C.UTF-8"}
            done = subprocess.run(
                [bench.folder / "measure", standard_input, bench.output, *wrapper,
                 *map(str, arguments)], stdout=subprocess.PIPE, env=environment, check=True,
                timeout=600)
            cost = json.loads(done.stdout)
            if cost["exit"] != 0:
                raise Failure(f"exit {cost['exit']}: "
                              + bench.output.read_text(errors="replace").strip()[-200:])
            cost["sink"] = json.loads(sink.communicate(timeout=10)[0])
        finally:
            sink.kill()
    size = bench.attachment(workload.attachment).stat().st_size if workload.attachment else 800
    if cost["sink"]["messages"] != 1 or cost["sink"]["octets"] < size:
        raise Failure(f"not all was sent: {cost['sink']}")
    cost["cpu"] = cost["user"] + cost["sys"]
    return cost


def median(runs, key):
    return statistics.median(run[key] for run in runs)


def ratio(runs, base, key):
    pairs = [one[key] / other[key] for one, other in zip(runs, base) if other[key] > 0]
    return f"{statistics.median(pairs):.2f}" if pairs else "-"


def show_time(seconds):
    return f"{seconds * 1e3:.2f} ms" if seconds < 1 else f"{seconds:.3f} s"


def show_table(workload, results, skipped):
    print(f"\n{workload.name}: {workload.title}; {len(results.get('floor', []))} rounds")
    print(f"  {'':8}{'wall':>11}{'x':>7}{'CPU':>11}{'x':>7}{'peak MB':>9}{'turns':>7}")
    base = results.get("floor", [])
    for name, runs in results.items():
        print(f"  {name:8}{show_time(median(runs, 'wall')):>11}{ratio(runs, base, 'wall'):>7}"
              f"{show_time(median(runs, 'cpu')):>11}{ratio(runs, base, 'cpu'):>7}"
              f"{median(runs, 'peak') / 1024:>9.1f}{runs[0]['sink']['turns']:>7}")
    for name, why in skipped.items():
        print(f"  {name:8} left out: {why}")
    sys.stdout.flush()


def measure(bench, workload, names, rounds):
    """All rounds of a workload, and why programs were left out of it."""
    results, skipped = {}, {}
    for number in range(rounds + 1):
        for name in names:
            if name in skipped:
                continue
            try:
                cost = run_once(bench, name, workload)
            except Failure as failure:
                results.pop(name, None)
                skipped[name] = str(failure)
                continue
            # The first round is for the caches: a file that has just been made is dear to read.
            if number > 0:
                results.setdefault(name, []).append(cost)
    return results, skipped


def count_instructions(bench, workloads):
    """Instructions in user mode, in millions, and how many times those of floor."""
    counts = {}
    log = bench.folder / "callgrind.log"
    print(f"{'instructions':18}{'floor':>10}{'mailer':>10}{'x':>7}   (millions)")
    for workload in workloads:
        counts[workload.name] = {}
        for name in ("floor", "mailer"):
            run_once(bench, name, workload, [*CALLGRIND, f"--log-file={log}"])
            counts[workload.name][name] = int(re.search(r"Collected : (\d+)", log.read_text())[1])
        one, other = counts[workload.name]["floor"], counts[workload.name]["mailer"]
        print(f"{workload.name:18}{one / 1e6:10.2f}{other / 1e6:10.2f}{other / one:7.2f}", flush=True)
    return counts


def arguments_given():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mailer", default=ROOT / "build-release/mailer", type=Path)
    parser.add_argument("-w", "--workloads", help="names, with commas between them; see -l")
    parser.add_argument("-p", "--programs", default=",".join(PROGRAMS), help="the same")
    parser.add_argument("-r", "--rounds", type=int, help="in place of each workload's own number")
    parser.add_argument("--patient", action="store_true", help="other mailers with 1 GiB, too")
    parser.add_argument("--folder", type=Path, help="for the files (7 GB); a temporary one if not given")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--instructions", action="store_true")
    parser.add_argument("-l", "--list", action="store_true")
    return parser.parse_args()


def main():
    given = arguments_given()
    if given.list:
        for workload in WORKLOADS:
            print(f"{workload.name:18}{workload.title}")
        return
    wanted = given.workloads or ("small,small-tls,png" if given.instructions else None)
    workloads = [w for w in WORKLOADS if wanted is None or w.name in wanted.split(",")]
    programs = [name for name in PROGRAMS if name in given.programs.split(",")]
    everything = {}
    with tempfile.TemporaryDirectory(prefix="mailer-bench-", dir=given.folder) as folder:
        bench = Bench(Path(folder), given.mailer.resolve())
        if given.instructions:
            everything = count_instructions(bench, workloads)
            workloads = []
        for workload in workloads:
            missing = {name: "not installed" for name in programs
                       if name in ("msmtp", "curl") and shutil.which(name) is None}
            if workload.slow and not given.patient:
                missing.update({name: "takes too long without --patient"
                                for name in programs if name in ("msmtp", "curl")})
            results, skipped = measure(bench, workload, [n for n in programs if n not in missing],
                                       given.rounds or workload.rounds)
            skipped.update(missing)
            show_table(workload, results, skipped)
            everything[workload.name] = {"runs": results, "left_out": skipped}
    if given.json:
        given.json.write_text(json.dumps(everything, indent=1))


if __name__ == "__main__":
    main()
