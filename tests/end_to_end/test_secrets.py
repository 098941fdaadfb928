#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Where the password is while a message is sent, and behind it: nowhere but in the one place that
is locked and wiped, whatever the mechanism."""
import base64
import os
import re
import shutil
import subprocess
import tempfile
import time

import common
from common import SENDER
from actions import hang

USER, PASSWORD = common.scripted.USER, common.scripted.PASSWORD
LARGEST_REGION = 64 << 20

# How the login is called for, and how many further copies of the password there are in memory that
# libgsasl has freed: it prepares it (RFC 4013) in places that nobody else can reach.
MECHANISMS = {"PLAIN": 0, "LOGIN": 0, "XOAUTH2": 0, "OAUTHBEARER": 0, "EXTERNAL": 0,
              "SCRAM-SHA-256": 2, "CRAM-MD5": 2, "DIGEST-MD5": 2}


def encoded(text):
    return base64.b64encode(text.encode())


def blobs(server_port):
    """What a login shows of the password, in each of its forms."""
    digest = common.scripted.digests.cram_md5(PASSWORD)
    bearer = f"\1auth=Bearer {PASSWORD}\1\1"
    return {
        "base64": encoded(PASSWORD), "PLAIN": encoded(f"\0{USER}\0{PASSWORD}"),
        "XOAUTH2": encoded(f"user={USER}{bearer}"),
        "OAUTHBEARER": encoded(f"n,a={USER},\1host=localhost\1port={server_port}{bearer}"),
        "CRAM-MD5": digest.encode(), "CRAM-MD5 in base64": encoded(f"{USER} {digest}"),
        "unframed PLAIN": f"\0{USER}\0{PASSWORD}".encode(), "bearer": bearer.encode(),
    }


def memory(pid):
    """All that the process can write to; None where nobody may look."""
    regions = []
    try:
        with open(f"/proc/{pid}/maps", encoding="ascii") as maps, \
                open(f"/proc/{pid}/mem", "rb", buffering=0) as octets:
            for line in maps:
                start, end, rights = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
                start, end = int(start, 16), int(end, 16)
                if rights.startswith("rw") and end - start <= LARGEST_REGION:
                    octets.seek(start)
                    try:
                        regions.append(octets.read(end - start))
                    except OSError:
                        pass
    except PermissionError:
        return None
    return b"\0".join(regions)


def scenario(mechanism, answers):
    return common.scripted.scenarios.Scenario(
        "", "auth", set(), answers, secure=("PIPELINING", "AUTH " + mechanism),
        capabilities=("STARTTLS",))


class Secrets(common.TestCase):
    def command(self, server, mechanism, *more):
        return [common.MAILER, "-v", "-v", "-v", "--server", f"smtp://localhost:{server.port}",
                "--tls", "required", "--ca-file", self.tls + "/ca.pem", "--user", USER,
                "--auth", mechanism, "--from", SENDER, *more, "bob@example.test"]

    def sent_mail(self, server, process):
        def has_mail():
            lines = [line for connection in server.connections for line in connection["commands"]]
            return any(line.startswith("MAIL") for line in lines) or process.poll() is not None
        return common.wait_for(has_mail)

    def look_into(self, mechanism, arguments, environment):
        """Looks into the process while the server keeps it waiting behind the login."""
        with common.scripted.Server(scenario(mechanism, {"mail": hang}), self.tls) as server:
            process = subprocess.Popen(self.command(server, mechanism, *arguments),
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, env=environment)
            try:
                process.stdin.write(b"Hello.\n")
                process.stdin.close()
                self.assertTrue(self.sent_mail(server, process))
                self.assertIsNone(process.poll(), "it ended too early")
                time.sleep(0.05)
                seen = (common.read(f"/proc/{process.pid}/cmdline"),
                        common.read(f"/proc/{process.pid}/environ"), memory(process.pid))
            finally:
                process.kill()
                shown = process.stdout.read() + process.stderr.read()
                process.stdout.close()
                process.stderr.close()
                process.wait()
        return seen, shown, blobs(server.port)

    def check(self, mechanism, arguments, environment):
        (command, variables, octets), shown, forms = self.look_into(mechanism, arguments,
                                                                    environment)
        self.assertIn(b"C: AUTH " + mechanism.encode(), shown)
        for where in (command, variables, shown):
            self.assertNotIn(PASSWORD.encode(), where)
            for name, form in forms.items():
                self.assertNotIn(form, where, name)
        if octets is None or common.SANITIZED:  # a sanitizer keeps what is freed
            return
        self.assertGreater(len(octets), 1 << 16)
        self.assertIn(b"bob@example.test", octets, "the memory is not that of the program")
        self.assertLessEqual(octets.count(PASSWORD.encode()), 1 + MECHANISMS[mechanism])
        for name, form in forms.items():
            self.assertNotIn(form, octets, name)

    def test_nothing_shows_the_password_while_a_message_is_sent(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                self.check(mechanism, ("--password-file", self.password), self.environment())

    def test_a_password_in_the_environment_is_taken_out_of_it(self):
        for mechanism in ("PLAIN", "SCRAM-SHA-256"):
            with self.subTest(mechanism):
                self.check(mechanism, (), self.environment(MAILER_PASSWORD=PASSWORD))

    def test_a_password_on_the_command_line_is_taken_off_it(self):
        self.check("LOGIN", ("--password", PASSWORD), self.environment())

    def test_no_core_is_written_while_there_is_a_password(self):
        # In /proc what is not dumpable is root's, whoever started it: it leaves no core, and
        # nobody else reads its memory.
        somebody = {"user": 65534, "group": 65534} if os.getuid() == 0 else {}
        with tempfile.TemporaryDirectory() as folder, \
             common.scripted.Server(scenario("PLAIN", {"mail": hang}), self.tls) as server:
            # The build may be where only root can go.
            os.chmod(folder, 0o755)
            command = self.command(server, "PLAIN")
            command[0] = shutil.copy(command[0], folder)
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **somebody,
                env=self.environment(MAILER_PASSWORD=PASSWORD))
            try:
                self.assertTrue(self.sent_mail(server, process))
                self.assertIsNone(process.poll(), "it ended too early")
                self.assertEqual(os.stat(f"/proc/{process.pid}/mem").st_uid, 0)
            finally:
                process.kill()
                process.wait()

    def test_no_refusal_repeats_what_was_sent(self):
        for mechanism in MECHANISMS:
            with self.subTest(mechanism):
                with common.scripted.Server(scenario(mechanism, {"auth": "535 5.7.8 Wrong"}),
                                            self.tls) as server:
                    done = subprocess.run(
                        self.command(server, mechanism, "--password-file", self.password),
                        input=b"Hello.\n", capture_output=True, check=False, timeout=60,
                        env=self.environment())
                self.assertEqual(done.returncode, 77, done.stderr)
                for form in (PASSWORD.encode(), *blobs(server.port).values()):
                    self.assertNotIn(form, done.stdout + done.stderr)


if __name__ == "__main__":
    common.main()
