#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Random messages on all wires, read back by two readers that others wrote: Python's email and GMime.

Both must find the same subject, people, structure, types, names and octets, which are those that the
message was made of; and the octets on the wire must keep to its rules.

Environment: MAILER_RENDER_RANDOM   render_random.c, built
             MAILER_READ_GMIME      read_gmime.c, built; without it Python reads alone
             MAILER                 the program, built; without it only the library is tried
             MAILER_READ_BACK       how many messages; 400 if not set. 100,000 take a quarter of an
                                    hour of one processor
             MAILER_READ_BACK_FIRST the number of the first one; 0 if not set
"""
import codecs
import collections
import email
import email.header
import email.policy
import email.utils
import hashlib
import inspect
import json
import multiprocessing
import os
import re
import subprocess
import unittest
import urllib.parse

RENDER = os.environ["MAILER_RENDER_RANDOM"]
GMIME = os.environ.get("MAILER_READ_GMIME")
MAILER = os.environ.get("MAILER")
COUNT = int(os.environ.get("MAILER_READ_BACK", "400"))
FIRST = int(os.environ.get("MAILER_READ_BACK_FIRST", "0"))
BATCH = 50
PROGRAM_COUNT = 24
WIRES = ("7bit", "8bit", "binary")
# From which wire to which a message is written again.
AGAIN = [(old, new) for i, old in enumerate(WIRES) for new in WIRES[:i + 1]]
LONGEST_LINE = 998
# In the place of a Content-ID: there is one, whatever it is.
ANY_ID = "*"
WIDE = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

# Since its check of 2023 Python refuses fields with an address literal, unless it is told not to.
LENIENT = ({"strict": False} if "strict" in inspect.signature(email.utils.getaddresses).parameters
           else {})


def lines(octets):
    """With CR LF at the end of each line."""
    return re.sub(rb"(?<!\r)\n", b"\r\n", octets)


def body_lines(octets):
    """The same for a body, whose lines end in CR where there is no LF, as on old Macs."""
    return lines(octets if b"\n" in octets else octets.replace(b"\r", b"\n"))


def text_of(digits):
    """What hexadecimal digits stand for; octets that are no UTF-8 as surrogates."""
    return None if digits is None else bytes.fromhex(digits).decode("utf-8", "surrogateescape")


def is_utf8(text):
    return text.isascii() or not re.search("[\udc80-\udcff]", text)


# ---- What was written ----

def expected_part(part, stream):
    """Replaces digits by text, and gives each leaf its octets, which are next in the stream."""
    if "parts" in part:
        for child in part["parts"]:
            expected_part(child, stream)
        return
    for key in ("charset", "name", "id", "disposition"):
        part[key] = text_of(part[key])
    part["octets"] = stream.read(part["size"])


def people(entries):
    return [(text_of(entry["name"]) or "", text_of(entry["address"])) for entry in entries]


def messages(stream):
    """Each message of render_random, as (what must be found, its octets for each wire, what comes
    of them when they are read and written again, for each of AGAIN)."""
    for line in stream:
        expected = json.loads(line)
        expected["subject"] = text_of(expected["subject"])
        for key in ("from", "to", "cc"):
            expected[key] = people(expected[key])
        expected["fields"] = {name: text_of(digits)
                              for name, digits in expected.get("fields", {}).items() if digits}
        expected_part(expected["root"], stream)
        octets = [stream.read(int(stream.readline())) for _ in range(len(WIRES) + len(AGAIN))]
        yield expected, octets[:len(WIRES)], octets[len(WIRES):]


# ---- What Python finds ----

def decoded(value):
    """The text of a header field by the rules of RFC 2047 alone: unfolded, then decoded."""
    value = re.sub(r"\r?\n(?=[ \t])", "", value)
    return str(email.header.make_header(email.header.decode_header(value)))


def python_people(message, name):
    value = message.get(name)
    if value is None:
        return []
    pairs = email.utils.getaddresses([re.sub(r"\r?\n(?=[ \t])", "", value)], **LENIENT)
    # A group of nobody is shown as somebody without address.
    return [(decoded(shown), address) for shown, address in pairs if address]


def python_name(value):
    # collapse_rfc2231_value() takes quotes away from a string, which has lost its own already.
    return email.utils.collapse_rfc2231_value(value) if isinstance(value, tuple) else value


def python_type_name(value):
    try:
        return decoded(python_name(value))
    except UnicodeDecodeError:
        # The name is no UTF-8.
        return python_name(value)


def python_part(part):
    """The same for each part as read_gmime.c has it."""
    found = {"type": part.get_content_type()}
    if part.get_content_maintype() == "multipart":
        assert not part.defects, part.defects
        found["parts"] = [python_part(child) for child in part.get_payload()]
        return found
    name = part.get_param("filename", None, "content-disposition")
    type_name = part.get_param("name", None)
    found.update(
        charset=part.get_content_charset(), disposition=part.get_content_disposition(),
        name=None if name is None else python_name(name),
        delsp=part.get_param("delsp"), type_name=None if type_name is None else python_type_name(type_name),
        id=part["Content-ID"] and part["Content-ID"].strip("<>"))
    if part.is_multipart():
        found["message"] = python_message(part.get_payload(0))
    else:
        octets = part.get_payload(decode=True)
        found.update(size=len(octets), sha256=hashlib.sha256(octets).hexdigest(), octets=octets)
    return found


def python_message(message):
    subject = message["Subject"]
    return {"reader": "Python", "subject": None if subject is None else decoded(subject),
            "from": python_people(message, "From"), "to": python_people(message, "To"),
            "cc": python_people(message, "Cc"), "root": python_part(message),
            "fields": {name: decoded(value) for name, value in message.items()}}


def read_by_python(octets):
    # The legacy policy, for it shows header fields as they are; the newer one repairs what it reads.
    return python_message(email.message_from_bytes(octets, policy=email.policy.compat32))


# ---- What GMime finds ----

def gmime_part(part):
    for child in part.get("parts", ()):
        gmime_part(child)
    for key in ("charset", "delsp", "disposition", "name", "type_name", "id"):
        part[key] = text_of(part[key])
    if "octets" in part:
        part["octets"] = bytes.fromhex(part["octets"])
    if "message" in part:
        gmime_message(part["message"])


def gmime_message(message):
    message["subject"] = text_of(message["subject"])
    for key in ("from", "to", "cc"):
        # It leaves the CR LF of a fold within a quoted string in it (RFC 5322 2.2.3).
        message[key] = [(name.replace("\r\n", ""), address)
                        for name, address in people(message[key])]
    gmime_part(message["root"])


class Gmime:
    """The program that reads one message after the other."""

    # GMime up to 3.2.13 (its issue 133) takes "=" at the end of a word in base64 for the end of all
    # such words in a row. It is shown an empty word between them then, which ends the row.
    PADDED = re.compile(rb"=\?=((?:\r\n)? )(?==\?utf-8\?B\?)")

    def __enter__(self):
        self.process = subprocess.Popen([GMIME], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.stops_at_padding = False
        probe = self.read(b"Subject: =?utf-8?B?w7w=?= =?utf-8?B?w7w=?=\r\n\r\n")
        self.stops_at_padding = probe["subject"] != "\xfc\xfc"
        return self

    def __exit__(self, *_exception):
        self.process.communicate()

    def read(self, octets):
        if self.stops_at_padding:
            octets = self.PADDED.sub(rb"=?=\1=?utf-8?Q??= ", octets)
        self.process.stdin.write(b"%d\n" % len(octets) + octets)
        self.process.stdin.flush()
        found = json.loads(self.process.stdout.readline())
        gmime_message(found)
        return found


# ---- Whether that is the same ----

class Mismatch(Exception):
    """What differs."""


Sent = collections.namedtuple("Sent", "wire octets reader again")


def check(what, found, *wanted):
    if found not in wanted:
        raise Mismatch(f"{what}: {found!r}, not {' or '.join(map(repr, wanted))}"[:2000])


def check_wire(wire, octets, size):
    """RFC 5321 2.3.8 and 4.5.3.1.6, RFC 6152, RFC 1870."""
    check("size", len(octets), size)
    check("end", octets[-2:], b"\r\n")
    if wire == "binary":
        return
    check("CR, LF or NUL alone", re.search(rb"\r(?!\n)|(?<!\r)\n|\0", octets), None)
    longest = max(map(len, octets.split(b"\r\n")))
    check("longest line", longest > LONGEST_LINE and longest, False)
    if wire == "7bit":
        check("8-bit octets", octets.isascii(), True)


def wanted_charset(leaf, octets):
    """That which was given; else that of a byte order mark, or the smallest that text is in."""
    if leaf["form"] in ("body", "flowed", "within"):
        if (leaf["charset"] or "").startswith("utf-16"):
            return leaf["charset"]
        return "us-ascii" if octets.isascii() else leaf["charset"] or "utf-8"
    if leaf["charset"] is not None or not leaf["type"].startswith("text/"):
        return leaf["charset"]
    for mark, charset in WIDE:
        if leaf["octets"].startswith(mark):
            return charset
    try:
        return "us-ascii" if leaf["octets"].decode("utf-8").isascii() else "utf-8"
    except UnicodeDecodeError:
        return None


def check_name(found, wanted):
    """The file name, and its like in Content-Type for old readers."""
    if wanted is not None and not is_utf8(wanted):
        # Nothing says what such a name is; each reader shows it in its own way, but it shows one.
        check("a name is there", found["name"] is not None, True)
        return
    check("name", found["name"], wanted)
    # There words of RFC 2047 are against its letter, yet what readers decode; so they decode too what
    # only looks like one, and GMime takes quotes away once more behind that.
    if found["type_name"] is not None and not re.search(r'=\?|["\\]', wanted):
        check("name in the type", found["type_name"], wanted)


def unflowed(text, delete_space):
    """The paragraphs of format=flowed (RFC 3676 4), as pairs of depth and text."""
    paragraphs, is_open = [], False
    for line in text.split("\r\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        if is_open and paragraphs[-1][0] == depth and content != "-- ":
            paragraphs[-1] = (depth, paragraphs[-1][1] + content)
        else:
            paragraphs.append((depth, content))
        is_open = content.endswith(" ") and content != "-- "
        if is_open and delete_space:
            paragraphs[-1] = (depth, paragraphs[-1][1][:-1])
    return paragraphs


def without_blanks(line):
    return line if line == "-- " else line.rstrip(" ")


def check_flowed(found, leaf):
    """Each line is a paragraph, of which only blanks at its end may be lost."""
    got = [(depth, without_blanks(text)) for depth, text in
           unflowed(found["octets"].decode(found["charset"]), found["delsp"] == "yes")]
    wanted = [(0, without_blanks(line))
              for line in body_lines(leaf["octets"]).decode("utf-8").split("\r\n")]
    # What stands behind the last line end, which a message has in any case.
    for paragraphs in (got, wanted):
        if paragraphs[-1] == (0, ""):
            paragraphs.pop()
    check("number of paragraphs", len(got), len(wanted))
    for one, other in zip(got, wanted):
        check("paragraph", one, other)


def check_content(found, leaf, is_root):
    form = {"lines": lines, "body": body_lines, "octets": bytes, "within": lines}[leaf["form"]]
    octets = form(leaf["octets"])
    if leaf["form"] == "within":
        text = found["octets"].decode(found["charset"]).encode("utf-8")
        # Of lines that end in CR alone; other pieces of HTML around them may end in LF.
        check("has what was given",
              octets in lines(text) or body_lines(leaf["octets"]) in lines(text), True)
        return
    if leaf["form"] == "body" and leaf["charset"] is not None:
        octets = octets.decode("utf-8").encode(leaf["charset"])
    # A message ends in CR LF, and a lone leaf with it.
    choices = [octets, octets + b"\r\n"] if is_root else [octets]
    check("octets", (found["size"], found["sha256"]),
          *((len(one), hashlib.sha256(one).hexdigest()) for one in choices))


def check_same(found, original):
    """What was found in a message is what was found in the one that it was made of, in which only
    encodings, and text that says nothing of its charset, may have been changed."""
    check("subject", found["subject"], original["subject"])
    for key in ("from", "to", "cc"):
        check(key, found[key], original[key])
    check_same_part(found["root"], original["root"])


def check_same_part(found, original):
    for key in ("type", "disposition", "name", "type_name", "id", "size", "sha256"):
        check(key, found.get(key), original.get(key))
    if original.get("charset") is not None:
        check("charset", found["charset"], original["charset"])
    check("number of parts", len(found.get("parts", ())), len(original.get("parts", ())))
    for one, other in zip(found.get("parts", ()), original.get("parts", ())):
        check_same_part(one, other)
    check("has a message", "message" in found, "message" in original)
    if "message" in original:
        check_same(found["message"], original["message"])


def fits(wire, octets):
    """Whether a wire carries lines of text as they are."""
    try:
        check_wire(wire, octets + b"\r\n", len(octets) + 2)
    except Mismatch:
        return False
    return True


def check_attached(found, leaf, sent, is_root):
    """A message in the message: as it is where the wire carries that, else encoded anew inside."""
    choices = [lines(leaf["octets"]), leaf["octets"]]
    if fits("8bit" if sent.again and sent.wire == "binary" else sent.wire, choices[0]):
        check("message", any(one in sent.octets for one in choices), True)
    if is_root:
        choices += [one + b"\r\n" for one in choices]
    problems = []
    for choice in choices:
        try:
            check_same(found["message"], sent.reader(choice))
            return
        except Mismatch as mismatch:
            problems.append(mismatch)
    raise problems[0]


def form_of(part):
    return part.get("form")


def check_pictures(parts):
    """HTML shows each picture that stands behind it, and no other one."""
    html = parts[0]["octets"].decode(parts[0]["charset"])
    shown = {urllib.parse.unquote(url) for url in re.findall(r"""=["']?cid:([^"'> ]*)""", html)}
    check("pictures shown", sorted(shown), sorted(part["id"] for part in parts[1:]))


def check_leaf(found, leaf, sent, is_root):
    check("disposition", found["disposition"], leaf["disposition"])
    check("Content-ID", found["id"], *([leaf["id"]] if leaf["id"] != ANY_ID else
                                       [found["id"] or "one"]))
    check_name(found, leaf["name"])
    check("type", found["type"], leaf["type"])
    if leaf["form"] == "unread":
        return
    if leaf["form"] == "message":
        check_attached(found, leaf, sent, is_root)
        return
    check("charset", (found["charset"] or "").lower(),
          (wanted_charset(leaf, found.get("octets")) or "").lower())
    if leaf["form"] == "flowed":
        check_flowed(found, leaf)
    else:
        check_content(found, leaf, is_root)


def check_part(found, part, sent, is_root=False):
    if "parts" not in part:
        check_leaf(found, part, sent, is_root)
        return
    check("type", found["type"], part["type"])
    check("number of parts", len(found["parts"]), len(part["parts"]))
    for one, other in zip(found["parts"], part["parts"]):
        check_part(one, other, sent)
    if part["type"] == "multipart/related" and "within" in map(form_of, part["parts"]):
        check_pictures(found["parts"])


def check_message(expected, sent):
    found = sent.reader(sent.octets)
    check("subject", found["subject"], expected["subject"])
    for key in ("from", "to", "cc"):
        # GMime shows people's names without blanks around them.
        wanted = [(name.strip() if found["reader"] == "GMime" else name, address)
                  for name, address in expected[key]]
        check(f"number in {key}", len(found[key]), len(wanted))
        for one, other in zip(found[key], wanted):
            check(key, one, other)
    if found["reader"] == "Python":
        for name, value in expected["fields"].items():
            check(name, found["fields"].get(name), value)
    check_part(found["root"], expected["root"], sent, True)


def has_broken_message(part):
    """Whether an attached message has what only a binary wire carries, and does not say that it has:
    it is attached to others as it is, but mended in a message that exists."""
    if "parts" in part:
        return any(map(has_broken_message, part["parts"]))
    return part["form"] == "message" and not fits("8bit", lines(part["octets"]))


def check_again(wire, octets, original):
    """A message written again on its own wire is the same."""
    if octets != original:
        at = len(os.path.commonprefix([octets, original]))
        raise Mismatch(f"not the same from octet {at} on: {octets[max(0, at - 80):at + 200]!r}, not "
                       f"{original[at:at + 200]!r}")
    check_wire(wire, octets, len(original))


def read_back(readers, expected, renderings, again):
    """What is wrong with a message, as lines of text."""
    problems = []

    def attempt(what, function, *arguments):
        try:
            function(*arguments)
        except Exception as error:  # pylint: disable=broad-except
            problems.append(f"message {expected['number']}, {what}: "
                            f"{type(error).__name__}: {error}")

    for wire, octets, size in zip(WIRES, renderings, expected["sizes"]):
        attempt(wire, check_wire, wire, octets, size)
        for reader in readers:
            attempt(f"{wire}, by {reader.__qualname__}", check_message, expected,
                    Sent(wire, octets, reader, False))
    for (old, new), octets in zip(AGAIN, again):
        if old == new and (old != "binary" or not has_broken_message(expected["root"])):
            attempt(f"{old} again", check_again, old, octets, renderings[WIRES.index(old)])
            continue
        if octets == renderings[WIRES.index(new)]:
            continue
        attempt(f"{old} to {new}", check_wire, new, octets, len(octets))
        for reader in readers:
            attempt(f"{old} to {new}, by {reader.__qualname__}", check_message, expected,
                    Sent(new, octets, reader, True))
    return problems


def read_batch(batch):
    """The problems of the messages of first, count; and how many there were."""
    first, count = batch
    problems, done = [], 0
    with subprocess.Popen([RENDER, str(first), str(count)], stdout=subprocess.PIPE) as render:
        if GMIME:
            with Gmime() as gmime:
                for message in messages(render.stdout):
                    problems += read_back([read_by_python, gmime.read], *message)
                    done += 1
        else:
            for message in messages(render.stdout):
                problems += read_back([read_by_python], *message)
                done += 1
    return problems, done


class ReadBack(unittest.TestCase):
    """All messages, in batches on all processors."""

    def test_both_readers_find_what_was_written(self):
        batches = [(first, min(BATCH, FIRST + COUNT - first))
                   for first in range(FIRST, FIRST + COUNT, BATCH)]
        problems, done = [], 0
        with multiprocessing.Pool() as pool:
            for more, count in pool.imap_unordered(read_batch, batches):
                problems += more
                done += count
        self.assertEqual(done, COUNT)
        if problems:
            self.fail(f"{len(problems)} problems, the first of them:\n" + "\n".join(problems[:20]))


@unittest.skipUnless(MAILER, "there is no program")
class Program(unittest.TestCase):
    """The program takes what the library has written."""

    def test_messages_go_through_it_as_through_the_library(self):
        with subprocess.Popen([RENDER, str(FIRST), str(PROGRAM_COUNT)],
                              stdout=subprocess.PIPE) as render:
            for expected, renderings, again in messages(render.stdout):
                for (old, new), wanted in zip(AGAIN, again):
                    if new != "7bit":
                        continue
                    with self.subTest(number=expected["number"], wire=old):
                        done = subprocess.run([MAILER, "-d", "-t"], stdout=subprocess.PIPE,
                                              input=renderings[WIRES.index(old)],
                                              stderr=subprocess.PIPE, check=False)
                        self.assertEqual((done.returncode, done.stdout), (0, wanted),
                                         done.stderr[:500])


class Checks(unittest.TestCase):
    """The checks find what is wrong."""

    def refuse(self, function, *arguments):
        with self.assertRaises(Mismatch):
            function(*arguments)

    def test_a_wrong_wire_is_found(self):
        check_wire("7bit", b"a: b\r\n\r\n", 8)
        for wire, octets in (("7bit", b"\xc3\xbc\r\n"), ("8bit", b"a\nb\r\n"), ("7bit", b"a\rb\r\n"),
                             ("8bit", b"a\0\r\n"), ("8bit", b"x" * 999 + b"\r\n"), ("binary", b"x")):
            self.refuse(check_wire, wire, octets, len(octets))
        self.refuse(check_wire, "binary", b"a\r\n", 4)

    def test_a_wrong_leaf_is_found(self):
        leaf = {"type": "text/plain", "form": "lines", "charset": None, "name": "a.txt",
                "id": None, "disposition": "attachment", "octets": b"a\n"}
        found = {"type": "text/plain", "charset": "us-ascii", "name": "a.txt", "type_name": None,
                 "id": None, "disposition": "attachment", "size": 3,
                 "sha256": hashlib.sha256(b"a\r\n").hexdigest()}
        check_part(found, leaf, None)
        for key, value in (("type", "text/html"), ("charset", "utf-8"), ("name", "b.txt"),
                           ("name", None), ("type_name", "b.txt"), ("id", "x"), ("size", 2),
                           ("disposition", None), ("sha256", hashlib.sha256(b"b").hexdigest())):
            self.refuse(check_part, {**found, key: value}, leaf, None)

    def test_a_wrong_structure_is_found(self):
        tree = {"type": "multipart/mixed", "parts": [{"type": "multipart/related", "parts": []}]}
        check_part(tree, tree, None)
        self.refuse(check_part, {**tree, "parts": []}, tree, None)
        self.refuse(check_part, {**tree, "parts": [tree]}, tree, None)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
