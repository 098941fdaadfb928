#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Bodies that try the wire, and files that are none, lie about themselves, or change."""
import os
import resource
import shutil
import socket
import subprocess

import common
from common import SENDER, picture, read

WIRES = {"7bit": "E19", "8bit": "good", "binary": "turns-chunks"}
BODIES = {
    "dots": b".\n..\n.x\n...\nx\n.\n",
    "only a dot": b".\n",
    "dots at the edges of buffers": b"".join(
        b"x" * 62 + b"\n" + b"." * (size % 3 + 1) + b"\n" for size in range(3000)),
    "no last newline": b"one\ntwo",
    "empty": b"",
    "only newlines": b"\n" * 1000000,
    "lines of 997 to 1000": b"".join(b"x" * size + b"\n" for size in (997, 998, 999, 1000)),
    "a line of ten megabytes": b"x" * 10_000_000 + b"\n",
    "From at the start": b"From here on\n>From there\n\nFrom x Sat Aug  1 10:00:00 2026\n",
    "trailing space": b"two  \ntab\t\n-- \nsignature\n",
    "tildes": b"~!touch /tmp/x\n~r /etc/passwd\n~.\n",
    "what looks like a boundary": b"--\n--=\n--=_\n--x--\nContent-Type: text/html\n\n",
    "8-bit": "Grüße\n".encode() * 1000,
    "8-bit dots": "ü\n.ü\n.\n".encode(),
    "almost quoted-printable": b"=\n=3D\n=20=\n a=b\n",
}


class Bodies(common.SendingTestCase):
    def body(self, message):
        return self.parse(message["octets"]).get_payload(decode=True)

    def test_bodies_arrive_over_every_wire(self):
        for wire, scenario in WIRES.items():
            for name, text in BODIES.items():
                with self.subTest(name, wire=wire):
                    message = self.accept("-s", "x", "bob@example.test", text=text,
                                          scenario=scenario)
                    whole = text if text.endswith(b"\n") or not text else text + b"\n"
                    got = self.body(message).replace(b"\r\n", b"\n")
                    self.assertTrue(got == whole or (not text and got == b"\n"), got[:200])

    def test_line_ends_are_made_good_or_refused(self):
        for text in (b"a\r\nb\r\n", b"a\nb\r\nc\n", b"a\rb\n", b"\n.\n\r.\r\r\n.\r", b"a\r.\r\nb\n",
                     b"a\r", b"\r\r\n"):
            for scenario in WIRES.values():
                with self.subTest(text, scenario=scenario):
                    message = self.accept_or_refuse((65,), "bob@example.test", text=text,
                                                    scenario=scenario)
                    if message:
                        got = self.body(message).replace(b"\r\n", b"\n")
                        wanted = text.replace(b"\r\n", b"\n")
                        if b"\n" not in wanted:
                            wanted = wanted.replace(b"\r", b"\n")  # as on old Macs
                        self.assertEqual(got.rstrip(b"\n"), wanted.rstrip(b"\n"))

    def test_nul_never_goes_out_raw(self):
        for scenario in ("E19", "good"):
            message = self.accept_or_refuse((65,), "bob@example.test", text=b"a\0b\n",
                                            scenario=scenario)
            if message:
                self.assertEqual(self.body(message).replace(b"\r\n", b"\n"), b"a\0b\n")

    def test_a_body_that_is_no_utf_8_is_refused(self):
        self.refuse((65,), "bob@example.test", text=b"Gr\xfc\xdfe\n")
        self.refuse((65,), "bob@example.test", text="UTF-16\n".encode("utf-16-le"))

    def test_a_byte_order_mark_tells_the_charset(self):
        for charset in ("utf-8-sig", "utf-16", "utf-32"):
            message = self.accept("bob@example.test", text="Grüße\n".encode(charset))
            self.assertEqual(self.body(message), "Grüße\r\n".encode(), charset)

    def test_8_bit_text_without_8bitmime_is_encoded_and_its_size_is_right(self):
        scenario = common.scripted.scenarios.Scenario("", "plain", set(), {},
                                                      capabilities=("SIZE 100000",))
        message = self.accept("bob@example.test", text="Grüße\n".encode() * 50, scenario=scenario)
        self.assertIn(" SIZE=", message["sender"])
        self.assertTrue(message["octets"].isascii())

    def test_an_empty_message_is_skipped_when_asked_for(self):
        # Nobody listens at port 9: what is sent there fails.
        self.assert_silent_success(self.send(9, "-E", "bob@example.test", text=b""))
        self.assert_told(self.send(9, "bob@example.test", text=b""), 75)
        self.assert_told(self.send(9, "-E", "bob@example.test", text=b"\n"), 75)
        self.assert_told(self.send(9, "-E", "-a", self.file("empty"), "bob@example.test", text=b""),
                         75)

    def test_a_closed_standard_input_is_missing_input(self):
        with self.scripted("good") as server:
            for redirection in ("<&-", "<&- >&- 2>&-", "</"):
                with self.subTest(redirection):
                    done = subprocess.run(
                        ["/bin/sh", "-c", f'exec "$@" {redirection}', "sh", common.MAILER, "--server",
                         f"smtp://127.0.0.1:{server.port}", "--from", SENDER, "bob@example.test"],
                        capture_output=True, check=False, env=self.environment(), timeout=20)
                    self.assertIn(done.returncode, (66, 74), done.stderr)
        self.assertEqual(server.messages, [])

    def test_it_sends_with_its_outputs_closed(self):
        with self.scripted("good") as server:
            done = subprocess.run(
                ["/bin/sh", "-c", 'exec "$@" >&- 2>&-', "sh", common.MAILER, "-v", "--server",
                 f"smtp://127.0.0.1:{server.port}", "--from", SENDER, "bob@example.test"],
                input=b"Hello.\n", check=False, env=self.environment(), timeout=20)
        self.assertEqual(done.returncode, 0)
        self.assert_holds(server.messages[0]["octets"], b"Hello.\n")
        self.assertNotIn(b"C: ", server.connections[0]["clear"])

    def test_a_dry_run_that_cannot_be_written_fails(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([common.MAILER, "-d", "--from", SENDER, "bob@example.test"],
                                  input=b"Hello.\n", stdout=full, stderr=subprocess.PIPE,
                                  check=False, env=self.environment())
        self.assertIn(done.returncode, (71, 73, 74), done.stderr)


class Files(common.SendingTestCase):
    def attach(self, *arguments, **more):
        return self.accept(*arguments, "bob@example.test", **more)

    def part(self, message, index=-1):
        leaves = [p for p in self.parse(message["octets"]).walk() if not p.is_multipart()]
        return leaves[index]

    def test_what_is_no_file_is_refused_at_once(self):
        os.mkdir(os.path.join(self.folder, "directory"))
        os.mkfifo(os.path.join(self.folder, "fifo"))
        os.symlink("loop", os.path.join(self.folder, "loop"))
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(os.path.join(self.folder, "socket"))
        self.addCleanup(listener.close)
        for path in ("missing", "directory", "fifo", "loop", "socket", "/dev/zero", "/dev/full",
                     "/dev/tty", "", "missing/file", picture("cpu.png") + "/x"):
            with self.subTest(path):
                whole = path if path.startswith("/") or not path else os.path.join(self.folder, path)
                self.refuse((64, 66) if not path else (66,), "-a", whole, "bob@example.test",
                            seconds=10)

    def test_one_bad_file_among_good_ones_stops_all(self):
        self.refuse((66,), "-a", picture("cpu.png"), "-a", "/nowhere/x.png", "-a", picture("pic"),
                    "bob@example.test")

    def test_an_unreadable_file_is_refused(self):
        path = self.file("secret", b"x", 0o000)
        if os.geteuid() != 0:
            self.refuse((66,), "-a", path, "bob@example.test")
            return
        # Root reads everything, so the program runs as somebody else.
        program = os.path.join(self.folder, "mailer")
        shutil.copy(common.MAILER, program)
        with self.scripted("good") as server:
            done = subprocess.run(
                [program, "--server", f"smtp://127.0.0.1:{server.port}", "--from", SENDER, "-a",
                 path, "bob@example.test"], stdin=subprocess.DEVNULL, capture_output=True,
                check=False, env=self.environment(), user=65534, group=65534, extra_groups=[])
        self.assert_told(done, 66)
        self.assertEqual(server.messages, [])

    def test_types_are_found_from_the_content(self):
        html = b"<!DOCTYPE html>\n<html><head><title>x</title></head><body>x</body></html>\n"
        for name, octets, kinds in (
                ("photo.jpg", read(picture("cpu.png")), {"image/png"}),
                ("page.png", html, {"text/html"}),
                ("empty.png", b"", None), ("ones.bin", b"\xff" * 1000000, None),
                ("cut.png", read(picture("cpu.png"))[:1000], None),
                ("data.csv", b"a,b\n1,2\n3,4\n", {"text/csv", "text/plain"}),
                ("archive.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0",
                 {"application/gzip"})):
            with self.subTest(name):
                part = self.part(self.attach("-a", self.file(name, octets)))
                self.assertEqual(part.get_filename(), name)
                self.assertEqual(part.get_payload(decode=True), octets)
                if kinds:
                    self.assertIn(part.get_content_type(), kinds)

    def test_strange_file_names_read_back_equal(self):
        for name in ('quote".png', "back\\slash.png", "semi;colon.png", "%0d%0a.png", "-leading.png",
                     ".leading", "space .png", "Übersicht Q3.png", "東" * 83 + ".png",
                     "=?utf-8?q?x?=.png", "percent%20.png", "a'b'c.png", "comma,.png", "x" * 250,
                     "new\nline.png", "esc\x1b.png", "cr\rlf\n.png"):
            with self.subTest(name):
                path = self.file(name, b"octets")
                message = self.accept_or_refuse((65, 66), "-a", path, "bob@example.test")
                if message is None:
                    self.assertRegex(name, "[\x00-\x1f]")
                    continue
                self.assertEqual(self.part(message).get_filename(), name)
                for line in message["octets"].split(b"\r\n\r\n")[-2].split(b"\r\n"):
                    self.assertLessEqual(len(line), 78)

    def test_a_file_name_in_another_charset_is_no_crash(self):
        path = os.path.join(self.folder.encode(), b"Gr\xfc\xdfe.png")
        with open(path, "wb") as file:
            file.write(b"octets")
        message = self.accept_or_refuse((65,), "-a", path, "bob@example.test",
                                        env=self.environment(LC_ALL="C"))
        if message:
            self.assertEqual(self.part(message).get_payload(decode=True), b"octets")

    def test_a_name_can_be_given_and_has_no_folder(self):
        part = self.part(self.attach("-a", "plot.png=" + picture("pic")))
        self.assertEqual(part.get_filename(), "plot.png")
        part = self.part(self.attach("-a", "plot=" + picture("pic")))
        self.assertEqual((part.get_filename(), part.get_content_type()), ("plot", "image/png"))
        message = self.accept_or_refuse((64, 65, 66), "-a", "../../etc/passwd=" + picture("pic"),
                                        "bob@example.test")
        if message:
            self.assertEqual(self.part(message).get_filename(), "passwd")
        self.refuse((64, 65, 66), "-a", "..=" + picture("pic"), "bob@example.test")

    def test_a_pipe_can_be_attached_by_name(self):
        part = self.part(self.attach("-a", "numbers.txt=-", text=b"1 2 3\n"))
        self.assertEqual((part.get_filename(), part.get_payload(decode=True).replace(b"\r\n", b"\n")),
                         ("numbers.txt", b"1 2 3\n"))

    def test_a_link_is_followed_under_its_own_name(self):
        os.symlink(picture("cpu.png"), os.path.join(self.folder, "link.png"))
        part = self.part(self.attach("-a", os.path.join(self.folder, "link.png")))
        self.assertEqual(part.get_filename(), "link.png")
        self.assertEqual(part.get_payload(decode=True), read(picture("cpu.png")))

    def test_the_same_file_twice_is_two_parts(self):
        message = self.attach("-a", picture("pic"), "-a", picture("pic"))
        octets = read(picture("pic"))
        self.assert_holds(message["octets"], b"Hello.\n", [("pic.png", "image/png", octets)] * 2)

    def test_a_file_whose_size_is_not_known_is_whole_or_refused(self):
        message = self.accept_or_refuse((66,), "-a", "/proc/self/status", "bob@example.test")
        if message:
            self.assertIn(b"VmRSS", self.part(message).get_payload(decode=True))

    def test_many_files_with_few_descriptors_are_sent_or_refused(self):
        files = [word for number in range(200)
                 for word in ("-a", self.file(f"{number}.txt", b"%d\n" % number))]
        message = self.accept_or_refuse(
            (64, 66, 71), *files, "bob@example.test",
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
        if message:
            leaves = [p for p in self.parse(message["octets"]).walk() if not p.is_multipart()]
            self.assertEqual(len(leaves), 201)

    def change_while_sent(self, change):
        """Sends 64 MB and changes the file when the server has read some of it."""
        path = self.file("changing.bin", b"0123456789abcdef" * (4 << 20))
        scenario = common.scripted.scenarios.Scenario(
            "", "plain", set(), {"body": lambda dialogue: change(path)}, body_after=100000)
        return self.try_to_send("-a", path, "--timeout", "10", "bob@example.test",
                                scenario=scenario)

    def test_a_file_that_shrinks_while_it_is_sent_stops_the_message(self):
        done, messages = self.change_while_sent(lambda path: os.truncate(path, 1000))
        self.assert_told(done, 74)
        self.assertEqual(messages, [])

    def test_a_file_that_is_rewritten_while_it_is_sent_stops_the_message(self):
        def rewrite(path):
            with open(path, "wb") as file:
                file.write(b"X" * (64 << 20))
        done, messages = self.change_while_sent(rewrite)
        self.assert_told(done, 74)
        self.assertEqual(messages, [])

    def test_a_file_that_grows_is_sent_as_it_was(self):
        def grow(path):
            with open(path, "ab") as file:
                file.write(b"X" * 1000)
        done, messages = self.change_while_sent(grow)
        if done.returncode != 0:
            self.assert_told(done, 74)
            self.assertEqual(messages, [])
        else:
            self.assertEqual(len(self.part(messages[0]).get_payload(decode=True)), 64 << 20)

    def test_a_header_given_as_a_file_is_explained(self):
        done, messages = self.try_to_send("-a", "X-Test: value", "bob@example.test")
        self.assert_told(done, 64, 66)
        self.assertIn(b"-H", done.stderr)
        self.assertEqual(messages, [])


if __name__ == "__main__":
    common.main()
