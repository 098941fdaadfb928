#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Takes out one guard after the other, and sees that its test fails then.

    run.py --scratch FOLDER [--all] [NAME ...]   for the rows whose names begin so, or for all
    run.py --list                                the table, for people

The tree is copied to FOLDER/source and built there, without sanitizers; nothing is changed where
this file stands. What was seen is kept in FOLDER/seen.json: a guard is only run again when its row,
its files or its test have changed, or with --all. Exit code 1 tells that a guard is not missed by
its test. Building is fastest with CMAKE_C_COMPILER_LAUNCHER=ccache.
"""
import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

import guards

SOURCE = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
SECONDS = 60
MISSED, UNNOTICED, BROKEN = "missed", "NOT MISSED", "DOES NOT BUILD"


def run(command, **more):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **more)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, octets):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(octets)


class Scratch:
    """A copy of the tree with a build of its own."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.source = os.path.join(self.folder, "source")
        self.build = os.path.join(self.folder, "build")
        self.seen_file = os.path.join(self.folder, "seen.json")
        self.copy()
        done = run(["cmake", "-S", self.source, "-B", self.build, "-G", "Ninja",
                    "-DCMAKE_BUILD_TYPE=Debug", "-DMAILER_WERROR=OFF"])
        if done.returncode != 0:
            sys.exit(done.stdout.decode())
        self.seen = json.loads(read(self.seen_file)) if os.path.exists(self.seen_file) else {}

    def copy(self):
        """Only what has changed is written, so that little is built again."""
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others",
                                 "--exclude-standard"], cwd=SOURCE, check=True, capture_output=True)
        names = {name for name in listed.stdout.decode().split("\0")
                 if name and os.path.isfile(os.path.join(SOURCE, name))}
        for parent, _folders, files in os.walk(self.source):
            for name in files:
                path = os.path.join(parent, name)
                if os.path.relpath(path, self.source) not in names:
                    os.unlink(path)
        for name in names:
            original, copied = os.path.join(SOURCE, name), os.path.join(self.source, name)
            if not os.path.exists(copied) or read(original) != read(copied):
                os.makedirs(os.path.dirname(copied), exist_ok=True)
                shutil.copy(original, copied)

    def make(self, *targets):
        done = run(["ninja", "-C", self.build, "-j2", *targets])
        return done.returncode == 0, done.stdout.decode(errors="replace")

    def try_test(self, test):
        """Returns whether it passes, and the names of the cases that fail."""
        try:
            done = run([os.path.join(self.build, "tests", test)], timeout=SECONDS)
            output, passes = done.stdout, done.returncode == 0
        except subprocess.TimeoutExpired as expired:
            output, passes = expired.stdout or b"", False
        text = output.decode(errors="replace")
        failed = set(re.findall(r"\[  FAILED  \] (\w+)", text))
        begun = re.findall(r"\[ RUN      \] (\w+)", text)
        if not passes and begun and not re.search(rf"\[       OK \] {begun[-1]}\b", text):
            failed.add(begun[-1])  # it has ended the whole program, or hangs
        return passes, failed | set(re.findall(r"\b(\w+)\.smtp\b", text) if not passes else ())

    def digest(self, guard):
        files = [change[0] for change in guard.changes()] + [f"tests/{guard.test}.c"]
        octets = repr(guard).encode() + b"".join(read(os.path.join(self.source, name))
                                                 for name in files)
        return hashlib.sha256(octets).hexdigest()

    def take_out(self, guard):
        """Returns what became of it, in words."""
        originals = {}
        for name, text, without in guard.changes():
            path = os.path.join(self.source, name)
            octets = read(path)
            originals.setdefault(path, octets)
            if octets.count(text.encode()) != 1:
                return f"{BROKEN}: the guard is not in {name}"
            write(path, octets.replace(text.encode(), without.encode()))
        try:
            built, output = self.make(f"tests/{guard.test}")
            if not built:
                return f"{BROKEN}: " + " ".join(re.findall(r"error: .*", output))
            passes, failed = self.try_test(guard.test)
        finally:
            for path, octets in originals.items():
                write(path, octets)
        if passes:
            return UNNOTICED
        if guard.case not in failed:
            return f"{UNNOTICED} by {guard.case}, but by {' '.join(sorted(failed)) or 'none'}"
        return MISSED

    def keep(self, name, digest, outcome):
        self.seen[name] = [digest, outcome]
        write(self.seen_file, json.dumps(self.seen, indent=1).encode())


def check_tests(scratch, rows):
    """With all guards in place, each test must pass."""
    tests = sorted({guard.test for row in rows for guard in row.guards})
    built, output = scratch.make(*(f"tests/{test}" for test in tests))
    if not built:
        sys.exit(output)
    failing = [test for test in tests if not scratch.try_test(test)[0]]
    if failing:
        sys.exit("they fail with all guards in place: " + " ".join(failing))


def show():
    for row in guards.ROWS:
        print(f"{row.name}: {row.wrong}")
        for guard in row.guards:
            print(f"    {guard.file}: {' '.join(guard.text.split())}")
            print(f"        {guard.test}: {guard.case}")
        if row.nothing:
            print(f"    nothing to guard: {row.nothing}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--scratch", help="a folder to copy the tree to and to build it in")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--all", action="store_true", help="also what has been seen before")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    if options.list:
        show()
        return 0
    if not options.scratch:
        parser.error("--scratch is missing")
    rows = [row for row in guards.ROWS if not options.names or
            any(row.name.startswith(name) for name in options.names)]
    scratch = Scratch(options.scratch)
    check_tests(scratch, rows)
    counts = {True: 0, False: 0}
    for row in rows:
        for number, guard in enumerate(row.guards, 1):
            name = f"{row.name}.{number}"
            digest = scratch.digest(guard)
            known = scratch.seen.get(name, ["", ""])
            if options.all or known != [digest, MISSED]:
                scratch.keep(name, digest, scratch.take_out(guard))
            outcome = scratch.seen[name][1]
            counts[outcome == MISSED] += 1
            print(f"{name:36} {guard.test:24} {outcome}", flush=True)
    empty = sum(bool(row.nothing) for row in rows)
    print(f"{len(rows)} rows, {empty} with nothing to guard; {sum(counts.values())} guards taken "
          f"out, {counts[True]} missed, {counts[False]} not")
    return 1 if counts[False] else 0


if __name__ == "__main__":
    sys.exit(main())
