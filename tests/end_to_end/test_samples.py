#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The scripts of samples/cron, run as cron runs them, against mailer catch.

What is not installed (gnuplot, sqlite3) is replaced, and a camera is in any case: it is the scripts
that are tried.
"""
import os
import shutil
import sqlite3
import subprocess
import unittest

import common
from common import MAILER, SAMPLES, picture, read

TOOLS = """sh awk basename cat cut date df grep head iconv mktemp mv printf rm sed sort tail tr true
false uname wc""".split()
GNUPLOT = f"""#!/bin/sh
file=$(sed -n 's/^ *set output "\\(.*\\)"$/\\1/p')
cp {picture('cpu.png')!r} "$file"
"""
SQLITE = """#!/bin/sh
case "$*" in *WHERE*) exit 0;; esac
case "$*" in
*-html*) printf '<TR><TH>name</TH></TR>\\n<TR><TD>a&lt;b</TD></TR>\\n';;
*) printf 'name\\r\\na<b\\r\\n';;
esac
"""
CAMERA = f"""#!/bin/sh
for word; do last=$word; done
cp {picture('photo.jpg')!r} "$last"
"""
BROKEN = """#!/bin/sh
echo 'no such camera' >&2
exit 1
"""
DF = """#!/bin/sh
echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'
echo '/dev/sda1 100 42 58 42% /'
echo '/dev/sdb1 100 '"$FULL 0 $FULL"'% /srv/a & b'
echo 'tmpfs 100 99 1 99% /tmp'
"""


class Samples(common.TestCase):
    def setUp(self):
        self.work = os.path.join(self.folder, self.id())
        self.tools, self.caught = os.path.join(self.work, "bin"), os.path.join(self.work, "mail")
        for folder in (self.work, self.tools, self.caught):
            os.mkdir(folder)
        for name in TOOLS:
            os.symlink(shutil.which(name), os.path.join(self.tools, name))
        os.symlink(shutil.which("cp"), os.path.join(self.tools, "cp"))

    def tool(self, name, text):
        """Puts a replacement where the scripts look; without a text the real one, if there is one."""
        path = os.path.join(self.tools, name)
        if os.path.lexists(path):
            os.unlink(path)
        if text is None:
            return
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o755)

    def real_or(self, name, text):
        if shutil.which(name):
            os.symlink(shutil.which(name), os.path.join(self.tools, name))
        else:
            self.tool(name, text)

    def run_sample(self, name, *arguments, code=0, **more):
        """Runs one; returns the messages that arrived, parsed, and what was said on stderr."""
        for old in os.listdir(self.caught):
            os.unlink(os.path.join(self.caught, old))
        with common.Catch(self.caught) as server:
            done = subprocess.run(
                [os.path.join(SAMPLES, "cron", name), *arguments], cwd=self.work,
                stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60,
                env={**self.environment(), "PATH": self.tools, "HOME": self.work, "MAILER": MAILER,
                     "MAILER_SERVER": f"smtp://127.0.0.1:{server.port}",
                     "MAILER_FROM": common.SENDER, "TMPDIR": self.work, **more})
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual([name for name in os.listdir(self.work) if name.startswith("tmp.")], [],
                         "temporary files stay behind")
        return [self.parse(octets) for octets in server.messages()], done.stderr.decode()

    def sent(self, *arguments, **more):
        [message], told = self.run_sample(*arguments, **more)
        self.assertEqual(told, "")
        return message

    def test_who_calls_them_wrongly_is_told(self):
        for name in os.listdir(os.path.join(SAMPLES, "cron")):
            with self.subTest(name):
                messages, told = self.run_sample(name, code=64)
                self.assertEqual(messages, [])
                self.assertRegex(told, r"^usage: ")

    def test_a_chart_of_the_load(self):
        self.real_or("gnuplot", GNUPLOT)
        self.assertEqual(self.run_sample("cpu-chart.sh", "sample"), ([], ""))
        samples = os.path.join(self.work, ".cpu-chart")
        self.assertRegex(read(samples), rb"^\d+ \d+\.\d+\n$")
        with open(samples, "w", encoding="ascii") as file:
            file.write("1700000000 0.5\n1700000300 1.5\n")
        self.assertEqual(self.run_sample("cpu-chart.sh", "sample"), ([], ""))
        message = self.sent("cpu-chart.sh", "send", "ops@example.test")
        self.assertRegex(message.get_body(("plain",)).get_content(), r"at most, in 3 samples")
        self.assertIn("cid:load.png", message.get_body(("html",)).get_content())
        self.assertEqual([part.get_content_type() for part in message.walk()][-1], "image/png")
        self.assertTrue(message["References"].startswith("<thread."))

    def test_the_samples_of_a_day_are_kept(self):
        data = os.path.join(self.work, "data")
        with open(data, "w", encoding="ascii") as file:
            file.writelines(f"{number} 0.5\n" for number in range(400))
        self.run_sample("cpu-chart.sh", "sample", CPU_CHART_DATA=data)
        self.assertEqual(len(read(data).splitlines()), 288)

    def test_a_chart_needs_gnuplot(self):
        messages, told = self.run_sample("cpu-chart.sh", "send", "ops@example.test", code=69)
        self.assertEqual(messages, [])
        self.assertIn("gnuplot", told)

    def test_disks_are_told_of_when_that_is_news(self):
        self.tool("df", DF)
        message = self.sent("disk-report.sh", "ops@example.test", FULL="41")
        self.assertEqual(message["Importance"], "normal")
        self.assertEqual(message.get_body(("plain",)).get_content().replace("\r", ""),
                         " 42%  /\n 41%  /srv/a & b\n")
        self.assertIn("<td>/srv/a &amp; b</td>", message.get_body(("html",)).get_content())
        self.assertEqual(self.run_sample("disk-report.sh", "ops@example.test", FULL="41"), ([], ""))
        message = self.sent("disk-report.sh", "ops@example.test", FULL="95")
        self.assertIn("1 nearly full", message["Subject"])
        self.assertEqual(message["Importance"], "high")
        self.assertIn("#b00000", message.get_body(("html",)).get_content())

    def test_a_table_of_a_query(self):
        self.real_or("sqlite3", SQLITE)
        database = os.path.join(self.work, "shop.db")
        connection = sqlite3.connect(database)
        connection.executescript("CREATE TABLE t (name); INSERT INTO t VALUES ('a<b');")
        connection.close()
        message = self.sent("sql-table.sh", database, "SELECT name FROM t", "ops@example.test")
        self.assertIn("<TD>a&lt;b", message.get_body(("html",)).get_content())
        self.assertRegex(message.get_body(("plain",)).get_content(), r"name\s+a<b")
        [table] = message.iter_attachments()
        self.assertEqual((table.get_filename(), table.get_content_type()),
                         ("table.csv", "text/csv"))
        self.assertEqual(self.run_sample("sql-table.sh", database, "SELECT name FROM t WHERE 0",
                                         "ops@example.test"), ([], ""))

    def test_a_backup_that_went_well(self):
        message = self.sent("backup-result.sh", "ops@example.test", "printf", "a\\377\\n")
        self.assertRegex(message["Subject"], r": done$")
        self.assertEqual(message["Importance"], "normal")
        [log] = message.iter_attachments()
        self.assertEqual(log.get_filename(), "backup.log")
        self.assertEqual(log.get_payload(decode=True), b"a\xff\n")

    def test_a_backup_that_failed_is_urgent(self):
        message = self.sent("backup-result.sh", "ops@example.test", "sh", "-c",
                            "echo 'Grüße: disk full' >&2; exit 3", code=3)
        self.assertRegex(message["Subject"], r"FAILED \(3\)$")
        self.assertEqual(message["Importance"], "high")
        self.assertIn("    Grüße: disk full", message.get_body(("plain",)).get_content())
        self.assert_not_sent("backup-result.sh", "not an address@", "false", code=1)
        self.assert_not_sent("backup-result.sh", "not an address@", "true", code=65)

    def assert_not_sent(self, *arguments, **more):
        messages, told = self.run_sample(*arguments, **more)
        self.assertEqual(messages, [])
        self.assertRegex(told, r"^mailer: .*\n$")

    def test_a_failed_job_with_its_log(self):
        log = os.path.join(self.work, "build.log")
        with open(log, "wb") as file:
            file.write(b"cc -c a.c\n\x1b[31ma.c:1: error: x\x1b[0m \xc3\xa4\xff\0\n" + b"line\n" * 50)
        job = {"CI_PROJECT_NAME": "shop", "CI_COMMIT_REF_NAME": "main", "CI_JOB_NAME": "test 1/2",
               "CI_COMMIT_SHORT_SHA": "abc123", "CI_JOB_URL": "https://ci.example.test/1"}
        message = self.sent("ci-failure.sh", log, "team@example.test", **job)
        self.assertEqual(message["Subject"], "shop: test 1/2 failed on main")
        text = message.get_body(("plain",)).get_content()
        self.assertIn("2:a.c:1: error: x ä\n", text.replace("\r", ""))
        self.assertIn("https://ci.example.test/1", text)
        [attached] = message.iter_attachments()
        self.assertEqual(attached.get_filename(), "test 1_2.log")
        self.assertEqual(attached.get_payload(decode=True), read(log))
        [message], told = self.run_sample("ci-failure.sh", "none.log", "team@example.test", **job)
        self.assertIn("Not attached: none.log", message.get_content())
        self.assertRegex(told, r"^mailer: .* without -a none\.log: .*\n$")

    def test_a_photo_is_shown(self):
        for tool in ("fswebcam", "ffmpeg"):
            with self.subTest(tool):
                self.tool(tool, CAMERA)
                message = self.sent("webcam-photo.sh", "home@example.test")
                [photo] = [part for part in message.walk() if part.get_content_type() == "image/jpeg"]
                self.assertEqual(photo.get_payload(decode=True), read(picture("photo.jpg")))
                self.tool(tool, None)

    def test_a_camera_that_fails_is_told_of(self):
        for tool in ("fswebcam", "ffmpeg"):
            with self.subTest(tool):
                self.tool(tool, BROKEN)
                [message], _told = self.run_sample("webcam-photo.sh", "home@example.test",
                                                   WEBCAM="/dev/video7")
                text = message.get_content()
                self.assertIn("There is no photo of /dev/video7:\r\nno such camera".replace("\r", ""),
                              text.replace("\r", ""))
                self.assertRegex(text, r"Not attached: .*photo\.jpg")
                self.tool(tool, None)
        messages, told = self.run_sample("webcam-photo.sh", "home@example.test", code=69)
        self.assertEqual(messages, [])
        self.assertIn("fswebcam", told)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
