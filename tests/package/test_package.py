#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Installs a build into a staging folder, and builds a consumer there as other projects would: by
pkg-config and by find_package(mailer), against the shared library and the archive."""

import argparse
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ARGUMENTS = None


def run(*command, **environment):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          env={**os.environ, **environment})
    if done.returncode != 0:
        shown = " ".join(str(word) for word in command)
        raise AssertionError(f"{shown}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="mailer-package-")
        cls.root = Path(cls.folder.name)
        cls.prefix = cls.root / "stage/opt/mailer"
        run("cmake", "--install", ARGUMENTS.build, "--prefix", "/opt/mailer",
            DESTDIR=str(cls.root / "stage"))
        cls.library = next(cls.prefix.glob("**/libmailer.a")).parent
        cls.flags = [f"-fsanitize={ARGUMENTS.sanitize}"] if ARGUMENTS.sanitize else []
        if ARGUMENTS.flags:
            cls.flags += ARGUMENTS.flags.split()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def pkg_config(self, *options):
        search = f"{self.library}/pkgconfig"
        if "PKG_CONFIG_PATH" in os.environ:
            search += ":" + os.environ["PKG_CONFIG_PATH"]
        return run("pkg-config", *options, "libmailer", PKG_CONFIG_PATH=search).split()

    def compile(self, name, options):
        program = self.root / name
        run(ARGUMENTS.compiler, *self.flags, HERE / "consumer.c", "-o", program, *options)
        return program

    def check(self, program, **environment):
        message = run(program, **environment)
        self.assertIn("From: ann@example.org", message)
        self.assertIn("It works.", message)

    def test_a_project_with_pkg_config_links_the_shared_library_and_nothing_else(self):
        options = self.pkg_config("--cflags", "--libs")
        self.assertEqual([word for word in options if word.startswith("-l")], ["-lmailer"])
        self.check(self.compile("shared", options), LD_LIBRARY_PATH=str(self.library))

    def test_a_project_with_pkg_config_links_the_archive(self):
        options = self.pkg_config("--cflags", "--static", "--libs")
        self.assertIn("-lssl", options)
        self.assertIn("-lcares", options)
        archive = ["-l:libmailer.a" if word == "-lmailer" else word for word in options]
        self.check(self.compile("static", archive))

    def test_a_project_finds_both_by_cmake(self):
        build = self.root / "consumer"
        generator = [f"-G{ARGUMENTS.generator}"] if ARGUMENTS.generator else []
        run("cmake", "-S", HERE, "-B", build, *generator, f"-DCMAKE_PREFIX_PATH={self.prefix}",
            f"-DCMAKE_C_COMPILER={ARGUMENTS.compiler}",
            f"-DCMAKE_C_FLAGS={' '.join(self.flags)}")
        run("cmake", "--build", build)
        self.check(build / "consumer_shared")
        self.check(build / "consumer_static")

    def test_the_installed_program_runs_from_where_it_is_put(self):
        program = self.prefix / "bin/mailer"
        version = run("pkg-config", "--modversion", "libmailer",
                      PKG_CONFIG_PATH=f"{self.library}/pkgconfig").strip()
        self.assertIn(version, run(program, "--version"))
        dynamic = run("readelf", "-d", program)
        self.assertNotIn("RPATH", dynamic)
        self.assertNotIn("RUNPATH", dynamic)

    def test_nothing_installed_names_the_place_where_it_was_built(self):
        for path in [*self.prefix.glob("**/*.pc"), *self.prefix.glob("**/*.cmake"),
                     *self.prefix.glob("**/*.h")]:
            text = path.read_text()
            for folder in (ARGUMENTS.build, HERE.parent.parent):
                self.assertNotIn(str(folder), text, f"in {path}")

    def test_manual_pages_are_installed(self):
        for name in ("man1/mailer.1", "man3/libmailer.3", "man3/mailer_send.3",
                     "man3/mailer_message_new.3"):
            self.assertTrue((self.prefix / "share/man" / name).is_file(), name)

    def test_completions_are_installed(self):
        for name in ("bash-completion/completions/mailer", "zsh/vendor-completions/_mailer",
                     "fish/vendor_completions.d/mailer.fish"):
            self.assertTrue((self.prefix / "share" / name).is_file(), name)

    def test_the_names_of_other_programs_are_left_to_them(self):
        names = {path.name for path in self.prefix.glob("**/*")}
        self.assertFalse(names & {"sendmail", "mail", "mailx", "changelog.Debian"})

    def test_license_and_changes_are_installed(self):
        names = {path.name for path in self.prefix.glob("share/doc/mailer/*")}
        self.assertLessEqual({"LICENSE", "CHANGELOG.md"}, names)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, help="the folder that is built")
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--generator", help="of CMake's")
    parser.add_argument("--sanitize", default="", help="the sanitizers it was built with")
    parser.add_argument("--flags", default="", help="more flags it was built with")
    ARGUMENTS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
