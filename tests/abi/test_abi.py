#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What libmailer shows to the outside: its symbols are those of symbols.txt, and its headers can
be included one by one, from C17 and from C++17, by programs with strict warnings."""

import argparse
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
INCLUDE = HERE.parent.parent / "include"
KEPT = HERE / "symbols.txt"
ARGUMENTS = None
STRICT = ["-fsyntax-only", "-pedantic", "-Werror", "-Wall", "-Wextra", f"-I{INCLUDE}"]


def defined_symbols(*options):
    """The names in a library that a program would be linked with."""
    lines = subprocess.run(["nm", "--defined-only", *options], check=True, capture_output=True,
                           text=True).stdout.splitlines()
    fields = [line.split() for line in lines]
    # "A" is the name of a version.
    return {words[2].split("@")[0] for words in fields if len(words) == 3 and words[1] != "A"}


def check(compiler, language, source):
    return subprocess.run([compiler, *STRICT, *language, "-"], input=source, text=True,
                          capture_output=True)


class Symbols(unittest.TestCase):
    def setUp(self):
        self.kept = KEPT.read_text().splitlines()

    def compare(self, found):
        new = sorted(found - set(self.kept))
        gone = sorted(set(self.kept) - found)
        self.assertEqual((new, gone), ([], []), f"""
New symbols: {new}. Gone symbols: {gone}.
A new function is added to {KEPT}; a function that is gone breaks the programs that use it, and
so needs a new SOVERSION unless it has never been released.""")

    def test_the_kept_list_is_sorted(self):
        self.assertEqual(self.kept, sorted(set(self.kept)))

    def test_the_shared_library_shows_the_kept_symbols_and_no_other(self):
        self.compare(defined_symbols("--dynamic", ARGUMENTS.shared))

    def test_the_archive_shows_the_kept_symbols_and_no_other(self):
        self.compare(defined_symbols("--extern-only", ARGUMENTS.archive))


class Headers(unittest.TestCase):
    headers = sorted(path.relative_to(INCLUDE) for path in INCLUDE.glob("**/*.h"))

    def include_each(self, compiler, language):
        for header in self.headers:
            with self.subTest(header=header):
                # Twice, which its guard must bear.
                line = f"#include <{header}>\n"
                done = check(compiler, language, f"{line}{line}int unused;\n")
                self.assertEqual(done.returncode, 0, done.stderr)

    def initialise_each(self, compiler, language):
        text = "".join((INCLUDE / header).read_text() for header in self.headers)
        names = re.findall(r"define MAILER_(\w+)_INIT\b", text)
        self.assertTrue(names)
        source = "#include <mailer/mailer.h>\nint main() {\n" + "".join(
            f"struct mailer_{name.lower()} {name.lower()} = MAILER_{name}_INIT;\n"
            f"(void){name.lower()};\n" for name in names) + "return 0; }\n"
        done = check(compiler, language, source)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_every_header_stands_alone_in_c17(self):
        self.include_each(ARGUMENTS.compiler, ["-std=c17", "-xc"])

    def test_every_initialiser_works_in_c17(self):
        self.initialise_each(ARGUMENTS.compiler, ["-std=c17", "-xc"])

    @unittest.skipUnless(shutil.which("c++"), "no C++ compiler is installed")
    def test_every_header_stands_alone_in_cpp17(self):
        self.include_each("c++", ["-std=c++17", "-xc++"])

    @unittest.skipUnless(shutil.which("c++"), "no C++ compiler is installed")
    def test_every_initialiser_works_in_cpp17(self):
        self.initialise_each("c++", ["-std=c++17", "-xc++"])

    def test_the_umbrella_includes_every_header(self):
        umbrella = (INCLUDE / "mailer/mailer.h").read_text()
        for header in self.headers:
            if header.name != "mailer.h":
                self.assertIn(f"#include <{header}>", umbrella)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", required=True, help="libmailer.so")
    parser.add_argument("--archive", required=True, help="libmailer.a")
    parser.add_argument("--compiler", required=True)
    ARGUMENTS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
