#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Debian's packages: made by cpack as a packager would make them, looked at by lintian, unpacked
into a folder, and used from there."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
ARGUMENTS = None
PACKAGES = ("mailer", "libmailer0", "libmailer-dev", "mailer-mta")
# Of a first upload to Debian itself, which this is not.
SUPPRESSED = "initial-upload-closes-no-bugs"


def run(*command, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, **more)
    if done.returncode != 0:
        shown = " ".join(str(word) for word in command)
        raise AssertionError(f"{shown}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Debian(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.build = Path(ARGUMENTS.build)
        run("cmake", "--preset", "package", "-S", TREE, "-B", cls.build, cwd=TREE)
        run("cmake", "--build", cls.build, "--parallel", os.cpu_count() or 1)
        for old in cls.build.glob("*.deb"):
            old.unlink()
        run("cpack", "-G", "DEB", cwd=cls.build)
        cls.files = {path.name.partition("_")[0]: path for path in cls.build.glob("*.deb")}
        cls.temporary = tempfile.TemporaryDirectory(prefix="mailer-debian-")
        cls.root = Path(cls.temporary.name)
        for path in cls.files.values():
            run("dpkg", "-x", path, cls.root)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def field(self, package, name):
        return run("dpkg", "-f", self.files[package], name).strip()

    def environment(self, **more):
        library = next(self.root.glob("usr/lib/*/libmailer.so.0")).parent
        return {"PATH": f"{self.root}/usr/bin:/usr/bin:/bin", "HOME": str(self.root),
                "LD_LIBRARY_PATH": str(library), "LC_ALL": "C.UTF-8", **more}

    def test_all_packages_are_there(self):
        self.assertCountEqual(self.files, PACKAGES)

    def test_lintian_finds_no_error(self):
        if not shutil.which("lintian"):
            self.skipTest("no lintian here")
        done = subprocess.run(["lintian", "--fail-on", "error", "--allow-root", "--suppress-tags",
                               SUPPRESSED, *self.files.values()],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        # cpack writes them itself.
        known = r"W: libmailer0: maintscript-calls-ldconfig"
        rest = [line for line in done.stdout.splitlines() if not re.match(known, line)]
        self.assertEqual(rest, [])

    def test_what_is_linked_and_what_is_loaded_late_is_asked_for(self):
        for package in ("mailer", "libmailer0"):
            needed = self.field(package, "Depends")
            for name in ("libc6", "libssl3", "libc-ares2", "libmagic1", "libgsasl18", "libinih1"):
                self.assertIn(name, needed)
            useful = self.field(package, "Recommends")
            for name in ("ca-certificates", "libarchive13", "libgumbo", "libidn2-0"):
                self.assertIn(name, useful)
        version = self.field("libmailer0", "Version")
        self.assertIn(f"libmailer0 (= {version})", self.field("libmailer-dev", "Depends"))

    def test_each_package_says_what_it_is(self):
        for package in PACKAGES:
            first, *rest = self.field(package, "Description").splitlines()
            self.assertLess(len(first), 70)
            self.assertGreater(len(rest), 3)

    def test_the_transport_agent_is_a_package_of_its_own(self):
        self.assertIn("mail-transport-agent", self.field("mailer-mta", "Provides"))
        self.assertEqual(self.field("mailer-mta", "Conflicts"), "mail-transport-agent")
        for package in PACKAGES[:3]:
            self.assertNotIn("/sendmail", run("dpkg", "-c", self.files[package]))
        for name in ("usr/sbin/sendmail", "usr/lib/sendmail", "usr/bin/mailq",
                     "usr/bin/newaliases"):
            self.assertEqual((self.root / name).resolve(), (self.root / "usr/bin/mailer").resolve())
        scripts = self.root / "control"
        run("dpkg", "-e", self.files["mailer-mta"], scripts)
        for name, words in (("postinst", "--install /usr/bin/mailx mailx /usr/bin/mailer"),
                            ("prerm", "--remove mailx /usr/bin/mailer")):
            text = (scripts / name).read_text(encoding="utf-8")
            self.assertIn(words, text)
            run("sh", "-n", scripts / name)

    def test_the_program_runs_and_sends(self):
        version = self.field("mailer", "Version").partition("-")[0]
        self.assertIn(f"mailer {version} ", run("mailer", "--version", env=self.environment()))
        shown = run("mailer", "-d", "-r", "ann@example.org", "-s", "Hello", "bob@example.org",
                    input="Hello.\n", env=self.environment())
        self.assertIn("Subject: Hello", shown)

    def test_the_manual_is_found_by_each_name(self):
        if not shutil.which("man"):
            self.skipTest("no man-db here")
        # Not "mailer sendmail", which man takes for mailer-sendmail.
        found = run("man", "-w", "sendmail", "mailer", "libmailer", "mailer_send_each",
                    env=self.environment(MANPATH=str(self.root / "usr/share/man")))
        self.assertEqual([Path(line).name for line in found.split()],
                         ["mailer-sendmail.8.gz", "mailer.1.gz", "libmailer.3.gz", "mailer_send.3.gz"])

    def test_a_program_is_built_with_the_library(self):
        # What is installed may stand anywhere, so it is found below this root.
        program = self.root / "consumer"
        library = next(self.root.glob("usr/lib/*/pkgconfig"))
        flags = run("pkg-config", "--cflags", "--libs", "libmailer",
                    env={**os.environ, "PKG_CONFIG_PATH": str(library),
                         "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS": "1",
                         "PKG_CONFIG_ALLOW_SYSTEM_LIBS": "1"}).split()
        run(ARGUMENTS.compiler, TREE / "tests/package/consumer.c", "-o", program, *flags)
        self.assertIn("It works.", run(program, env=self.environment()))

    def test_completions_are_where_shells_look_for_them(self):
        for name in ("bash-completion/completions/mailer", "zsh/vendor-completions/_mailer",
                     "fish/vendor_completions.d/mailer.fish"):
            self.assertIn("--subject" if "fish" not in name else "-l subject",
                          (self.root / "usr/share" / name).read_text(encoding="utf-8"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, help="a folder to build in; may be there")
    parser.add_argument("--compiler", required=True)
    ARGUMENTS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
