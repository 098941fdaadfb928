# SPDX-License-Identifier: ISC
"""The scenarios of scripted.py: a table of servers, and of what the program should make of them.

Modes, which say how the program is called:
    plain       no TLS, no login              starttls    STARTTLS required
    tls         TLS from the first octet      auth        STARTTLS and a login
    clear-auth  a login, but TLS is off       many        three messages over one connection
    lmtp        LMTP, without TLS

An outcome is a pair of the program's exit code and the number of messages that the server really
took. Where two are listed, both are right. (In mode many the first is a list: the class of error of
each message.)
"""
from dataclasses import dataclass, field, replace

from actions import DEFAULT, close, endlessly, half_close, hang, keep, pause, reset, slowly

DEFAULTS = {
    "greeting": "220 mail.example.test ESMTP", "helo": "250 mail.example.test",
    "starttls": "220 2.0.0 Go ahead", "mail": "250 2.1.0 Ok", "rcpt": "250 2.1.5 Ok",
    "data": "354 End with a dot", "bdat": "250 2.0.0 More", "end": "250 2.0.0 Queued as 1",
    "rset": "250 2.0.0 Ok", "quit": "221 2.0.0 Bye", "unknown": "500 5.5.2 Unknown command",
}
SCRAM = ("PIPELINING", "AUTH SCRAM-SHA-256")
SENT = {(0, 1)}
SENT_OR_NONSENSE = {(0, 1), (76, 0)}
LATER, NONSENSE, NO_TLS, NO_LOGIN = {(75, 0)}, {(76, 0)}, {(69, 0)}, {(77, 0)}
ESCAPES = "\x1b[2J\x1b[1;1H\x1b]0;owned\x07\x9b31m\xe9\x08"
MEBI = 1 << 20


@dataclass(frozen=True)
class Scenario:
    about: str
    mode: str
    outcomes: set
    answers: dict  # step: an answer, a tuple of them, or a list with one for each time
    capabilities: tuple = ("PIPELINING", "8BITMIME", "SIZE 100000000", "ENHANCEDSTATUSCODES")
    secure: tuple = ("PIPELINING", "8BITMIME", "SIZE 100000000", "AUTH PLAIN LOGIN")
    certificate: str = "good"
    host: str = "localhost"
    implicit_tls: bool = False
    close_notify: bool = True
    old_tls: bool = False
    wants_certificate: bool = False  # of the client
    recipients: int = 1
    attachment: int = 0         # octets of an attachment that the test adds
    body_after: int = 0         # octets of the body that are read before the answer "body"
    patient: bool = False       # answers only when the client waits
    octet_by_octet: bool = False
    reads_slowly: bool = False
    always_prompts: bool = False  # 334 to AUTH PLAIN even when the response came with it
    scram: dict = field(default_factory=dict)
    no_proof: bool = False      # the server does not show that it knows the password
    binds: bool = False         # to the TLS connection: TLS 1.2, for Python's sake
    token_error: str = ""       # the JSON with which a token is refused
    too_weak: tuple = ()        # the ways to log in that are answered by 538
    mechanisms: str = ""        # the ways to log in that the program is allowed


SCENARIOS = {}
OPTIONS = set(Scenario.__dataclass_fields__)


def scenario(name, about, mode, outcomes, **rest):
    """Adds one to the table; what is no option of a Scenario is the answer of a step."""
    options = {key: rest.pop(key) for key in set(rest) & OPTIONS}
    if mode in ("starttls", "auth"):
        options.setdefault("capabilities", Scenario.capabilities + ("STARTTLS",))
    options.setdefault("implicit_tls", mode == "tls")
    SCENARIOS[name] = Scenario(about, mode, outcomes, rest, **options)


scenario("good", "all in order", "plain", SENT)

# The greeting
scenario("G01", "greeting in three lines", "plain", SENT,
         greeting=b"220-mail.example.test\r\n220-hello\r\n220 ESMTP\r\n")
scenario("G08", "greeting is HTTP", "plain", NONSENSE,
         greeting=(b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", close))
scenario("G09", "greeting line that never ends", "plain", NONSENSE,
         greeting=("220 ".encode(), endlessly(b"x" * 4096)))
scenario("G10", "endless 220- lines", "plain", NONSENSE, greeting=endlessly(b"220-x\r\n" * 500))
scenario("G11", "greeting with terminal escapes and 8-bit", "plain", SENT,
         greeting="220 " + ESCAPES)
scenario("G12", "slow loris: one octet of the greeting a second", "plain", LATER,
         greeting=slowly("220 mail.example.test ESMTP", 1))
scenario("G14", "all replies sent ahead, nothing read", "plain", NONSENSE,
         greeting=(b"220 x\r\n250 x\r\n250 x\r\n250 x\r\n354 x\r\n250 x\r\n221 x\r\n", hang))
scenario("G15", "NUL inside the greeting", "plain", SENT_OR_NONSENSE, greeting="220 mail\0.example")

# EHLO
scenario("E01", "EHLO 500, HELO works", "plain", SENT, ehlo="500 5.5.1 What?")
scenario("E05", "EHLO reply of 5,000 keywords", "plain", SENT_OR_NONSENSE,
         ehlo=b"".join(b"250-X%d\r\n" % n for n in range(5000)) + b"250 8BITMIME\r\n")
scenario("E06", "endless EHLO reply", "plain", NONSENSE, ehlo=endlessly(b"250-XYZ\r\n" * 500))
scenario("E07", "one keyword of 100,000 octets", "plain", SENT_OR_NONSENSE,
         ehlo=b"250-mail\r\n250 " + b"X" * 100000 + b"\r\n")
scenario("E08", "keywords in lower case", "starttls", SENT,
         capabilities=("pipelining", "8bitmime", "starttls"))
scenario("E10", "codes differ inside one reply", "plain", SENT_OR_NONSENSE,
         ehlo=b"250-mail.example.test\r\n550 8BITMIME\r\n")
scenario("E11", "reply is the bare code 250", "plain", SENT, ehlo="250")
scenario("E12", "250_ instead of 250-", "plain", SENT_OR_NONSENSE,
         ehlo=b"250_mail.example.test\r\n250 8BITMIME\r\n")
scenario("E19", "no 8BITMIME", "plain", SENT, capabilities=("PIPELINING",))

# TLS
scenario("T01", "STARTTLS not offered though required", "starttls", NO_TLS,
         capabilities=("PIPELINING",))
scenario("T02", "STARTTLS answered 454", "starttls", LATER, starttls="454 4.7.0 Not now")
scenario("T03", "STARTTLS answered 502", "starttls", NO_TLS, starttls="502 5.5.1 No")
scenario("T04", "STARTTLS answered 354", "starttls", NO_TLS, starttls="354 Go on")
scenario("T05", "whole replies in clear after 220 to STARTTLS", "starttls", NO_TLS,
         starttls=b"220 Go\r\n250-injected\r\n250 AUTH PLAIN\r\n")
scenario("T06", "half a line in clear after 220 to STARTTLS", "starttls", NO_TLS,
         starttls=b"220 Go\r\n250-inj")
scenario("T07", "closed after 220 to STARTTLS", "starttls", LATER, handshake=close)
scenario("T08", "garbage instead of a handshake", "starttls", NO_TLS,
         handshake=(b"\x7f\xff garbage, no handshake at all\r\n" * 20, hang))
scenario("T09", "silence instead of a handshake", "starttls", LATER, handshake=hang)
for number, bad, about in (
        (10, "other-host", "certificate for another host"), (11, "expired", "expired certificate"),
        (12, "not-yet", "certificate not valid yet"), (13, "self-signed", "self-signed"),
        (14, "nul-in-name", "NUL in the dNSName"), (15, "star", "dNSName *"),
        (16, "partial-wildcard", "dNSName local*"),
        (17, "common-name-other-host", "CN=localhost, SAN another host"),
        (18, "common-name-only", "CN=localhost and no SAN"),
        (19, "client-only", "certificate only for client use")):
    scenario(f"T{number}", about, "starttls", NO_TLS, certificate=bad)
scenario("T20", "address in a dNSName, connected by address", "starttls", NO_TLS,
         certificate="address-as-name", host="127.0.0.1")
scenario("T21", "address in an iPAddress SAN, connected by address", "starttls", SENT,
         host="127.0.0.1")
scenario("T22", "only TLS 1.0 and 1.1", "starttls", NO_TLS, old_tls=True)
scenario("T24", "no close_notify after QUIT", "starttls", SENT, close_notify=False)
scenario("T25", "TLS closed in the middle of the body", "starttls", LATER,
         attachment=8 * MEBI, body_after=100000, body=close)
scenario("T26", "implicit TLS wanted, server speaks clear text", "tls", NO_TLS, implicit_tls=False)
scenario("T27", "good implicit TLS", "tls", SENT)
scenario("T28", "STARTTLS wanted, server waits for a handshake", "starttls",
         NO_TLS | LATER, implicit_tls=True)
scenario("T29", "EHLO inside TLS answered by another greeting", "starttls", SENT_OR_NONSENSE,
         ehlo=[DEFAULT, "220 mail.example.test ESMTP"])
scenario("T30", "STARTTLS offered again inside TLS", "starttls", SENT,
         secure=("PIPELINING", "8BITMIME", "STARTTLS"))

# Login
scenario("A01", "535", "auth", NO_LOGIN, auth="535 5.7.8 Wrong name or password")
scenario("A03", "challenge is not base64", "auth", NONSENSE, auth="334 !!! this is no base64 !!!",
         secure=("AUTH LOGIN",))
scenario("A06", "AUTH not offered", "auth", NO_LOGIN, secure=("PIPELINING",))
scenario("A07", "AUTH offered only before TLS", "auth", NO_LOGIN, secure=("PIPELINING",),
         capabilities=("STARTTLS", "AUTH PLAIN LOGIN"))
scenario("A08", "AUTH PLAIN offered in the clear, TLS off", "clear-auth", NO_LOGIN,
         capabilities=("PIPELINING", "AUTH PLAIN LOGIN"))
scenario("A09", "535 in many lines with escapes", "auth", NO_LOGIN,
         auth=b"".join(b"535-5.7.8 %d %s\r\n" % (n, ESCAPES.encode("latin-1")) for n in range(99))
         + b"535 5.7.8 end\r\n")
scenario("A12", "good SCRAM-SHA-256", "auth", SENT, secure=SCRAM, scram={"good": True})
scenario("A13", "SCRAM, server signature wrong", "auth", NO_LOGIN, secure=SCRAM,
         scram={"wrong_signature": True})
scenario("A14", "SCRAM, 2,000,000,000 iterations", "auth", NO_LOGIN, secure=SCRAM,
         scram={"iterations": 2_000_000_000})
scenario("A15", "SCRAM, one iteration", "auth", NO_LOGIN, secure=SCRAM, scram={"iterations": 1})
scenario("A16", "SCRAM, nonce is not ours", "auth", NO_LOGIN, secure=SCRAM,
         scram={"foreign_nonce": True})
TOKEN_ERROR = '{"status":"invalid_token","scope":"mail\x1b[2J","schemes":"Bearer"}'
scenario("A20", "XOAUTH2", "auth", SENT, secure=("AUTH PLAIN XOAUTH2",), mechanisms="XOAUTH2")
scenario("A21", "OAUTHBEARER", "auth", SENT, secure=("AUTH OAUTHBEARER",), mechanisms="OAUTHBEARER")
scenario("A22", "XOAUTH2, refused with a reason in JSON", "auth", NO_LOGIN, mechanisms="XOAUTH2",
         secure=("AUTH PLAIN XOAUTH2",), token_error=TOKEN_ERROR)
scenario("A23", "OAUTHBEARER, refused with a reason in JSON", "auth", NO_LOGIN,
         mechanisms="OAUTHBEARER", secure=("AUTH OAUTHBEARER",), token_error=TOKEN_ERROR)
scenario("A24", "XOAUTH2 offered in the clear, TLS off", "clear-auth", NO_LOGIN,
         capabilities=("AUTH XOAUTH2",), mechanisms="XOAUTH2")
scenario("A25", "good SCRAM-SHA-256-PLUS", "auth", SENT, binds=True, scram={"good": True},
         secure=("AUTH SCRAM-SHA-256 SCRAM-SHA-256-PLUS PLAIN",))
scenario("A26", "SCRAM-SHA-256-PLUS, passed on by somebody in between", "auth", NO_LOGIN,
         binds=True, scram={"in_between": True}, secure=("AUTH SCRAM-SHA-256-PLUS PLAIN",))
scenario("A27", "EXTERNAL by name", "auth", SENT, secure=("AUTH PLAIN EXTERNAL",), mechanisms="EXTERNAL")
scenario("A28", "504 for one mechanism, another is good", "auth", SENT,
         secure=("AUTH SCRAM-SHA-1 PLAIN",))
scenario("A29", "535 for one mechanism: no other is tried", "auth", NO_LOGIN,
         secure=("AUTH CRAM-MD5 LOGIN PLAIN",),
         auth=["535 5.7.8 Wrong name or password", "235 2.7.0 Welcome"])
scenario("A30", "534 for PLAIN: the password is not sent once more", "auth", NO_LOGIN,
         secure=("AUTH LOGIN PLAIN",),
         auth=["534 5.7.9 An application password is needed", "235 2.7.0 Welcome"])
scenario("A31", "a login wanted, only HELO spoken", "clear-auth", NO_LOGIN, ehlo="500 5.5.1 What?")
scenario("A32", "only ways to log in that nobody knows", "auth", NO_LOGIN,
         secure=("AUTH MAGIC KERBEROS_V4",))
scenario("A33", "SCRAM, 235 without the server's signature", "auth", NO_LOGIN, secure=SCRAM,
         no_proof=True, scram={"good": True})
scenario("A34", "SCRAM, one more challenge behind the last", "auth", NO_LOGIN, secure=SCRAM,
         scram={"empty_challenges": 1})
scenario("A35", "CRAM-MD5 by name", "auth", SENT, secure=("AUTH CRAM-MD5 LOGIN",),
         mechanisms="CRAM-MD5")
scenario("A36", "CRAM-MD5 in the clear, TLS off", "clear-auth", SENT,
         capabilities=("AUTH PLAIN CRAM-MD5",), mechanisms="CRAM-MD5,PLAIN")
scenario("A37", "DIGEST-MD5 in the clear, TLS off", "clear-auth", SENT,
         capabilities=("AUTH LOGIN DIGEST-MD5 CRAM-MD5",), mechanisms="DIGEST-MD5")
scenario("A38", "DIGEST-MD5, the server proves nothing", "clear-auth", NO_LOGIN,
         capabilities=("AUTH DIGEST-MD5",), mechanisms="DIGEST-MD5", no_proof=True)
scenario("A39", "the only way to log in that is allowed is not offered", "auth", NO_LOGIN,
         mechanisms="SCRAM-SHA-256")
scenario("A40", "what is not base64 behind a first challenge", "auth", NONSENSE,
         secure=("AUTH LOGIN",), auth=b"334 VXNlcm5hbWU6\r\n334 P\xe4ssword:\r\n")
scenario("A41", "538 for PLAIN, and a stronger way is good", "auth", SENT,
         secure=("AUTH PLAIN CRAM-MD5",), too_weak=("PLAIN",))
scenario("A42", "504 for CRAM-MD5 in the clear, and only PLAIN is left", "clear-auth", NO_LOGIN,
         capabilities=("AUTH CRAM-MD5 PLAIN LOGIN",), auth="504 5.5.4 Not that")
scenario("A43", "504 for every way to log in", "auth", NO_LOGIN, auth="504 5.5.4 Not that")
scenario("A44", "454 to a login", "auth", LATER, auth="454 4.7.0 Too many attempts")
scenario("A45", "connection closed in the middle of a login", "auth", LATER,
         secure=("AUTH LOGIN",), auth=("334 VXNlcm5hbWU6", close))
scenario("A46", "AUTH offered only within TLS, TLS off", "clear-auth", NO_LOGIN,
         capabilities=("PIPELINING", "STARTTLS"))
scenario("A19", "AUTH offered in the clear before STARTTLS too", "auth", SENT,
         capabilities=("PIPELINING", "STARTTLS", "AUTH PLAIN LOGIN"))

# MAIL and RCPT
scenario("M06", "MAIL answered 999", "plain", NONSENSE, mail="999 What")
scenario("M07", "MAIL answered 350", "plain", NONSENSE, mail="350 Go on")
scenario("M08", "MAIL answered with text only", "plain", NONSENSE, mail="Ok then")
scenario("M09", "MAIL 250 with 2,000 octets of text", "plain", SENT, mail="250 " + "x" * 2000)
scenario("M10", "MAIL 250 in 100,000 lines", "plain", SENT_OR_NONSENSE,
         mail=b"250-x\r\n" * 100000 + b"250 x\r\n")
scenario("R03", "second of two recipients 550", "plain", {(79, 1)}, recipients=2,
         rcpt=[DEFAULT, "550 5.1.1 No such user"])
scenario("R04", "second of two recipients 450", "plain", {(79, 1)}, recipients=2,
         rcpt=[DEFAULT, "450 4.2.1 Later"])
scenario("R06", "RCPT 252 cannot verify", "plain", SENT, rcpt="252 2.5.0 Cannot verify")
scenario("R07", "452 too many recipients after two of three", "plain", {(79, 1), (0, 2)},
         recipients=3, rcpt=[DEFAULT, DEFAULT, "452 4.5.3 Too many recipients", DEFAULT])
scenario("R08", "421 at the second recipient, closed", "plain", LATER, recipients=2,
         rcpt=[DEFAULT, ("421 4.3.2 Going down", close)])
scenario("R09", "RCPT 550, yet 354 to a pipelined DATA", "plain", {(67, 0)},
         rcpt="550 5.1.1 No such user", data="354 Go on")
scenario("R10", "replies to MAIL, RCPT and DATA in one segment", "plain", SENT, patient=True)
scenario("R12", "550 with a full-screen escape attack", "plain", {(67, 0)},
         rcpt="550 5.1.1 " + ESCAPES)

# The message and its end
scenario("D05", "closed in the middle of the body", "plain", LATER,
         attachment=8 * MEBI, body_after=100000, body=close)
scenario("D08", "closed after the dot without a reply, nothing kept", "plain", {(80, 0)}, end=close)
scenario("D09", "message kept, reply lost", "plain", {(80, 1)}, end=(keep, close))
scenario("D12", "250 and closed at once, no QUIT", "plain", SENT, end=(DEFAULT, keep, close))
scenario("D13", "QUIT never answered", "plain", SENT, quit=hang)
scenario("D14", "QUIT answered 500", "plain", SENT, quit="500 5.5.1 No")
scenario("D15", "reset at QUIT", "plain", SENT, quit=reset)
scenario("D17", "552 in the middle of the body, closed", "plain", {(69, 0)},
         attachment=8 * MEBI, body_after=100000, body=("552 5.3.4 Too big", close))
scenario("D18", "552 in the middle of the body, reads on and refuses", "plain", {(69, 0)},
         attachment=8 * MEBI, body_after=100000, body="552 5.3.4 Too big", end="552 5.3.4 Too big")
scenario("D21", "250 with escapes in the queue id", "plain", SENT, end="250 2.0.0 " + ESCAPES)
scenario("D22", "250 and an unasked 421 in one segment", "plain", SENT,
         end=b"250 2.0.0 Ok\r\n421 4.3.2 Going down\r\n")
scenario("D23", "malformed final reply '2'", "plain", NONSENSE, end="2")
scenario("D24", "final reply 251", "plain", SENT, end="251 2.0.0 Forwarded")
scenario("D26", "8 MB message, server reads slowly", "plain", SENT, attachment=8 * MEBI,
         reads_slowly=True)
scenario("C01", "every reply one octet at a time", "plain", SENT, octet_by_octet=True)

# Several messages on one connection
scenario("X01", "421 after each message", "many", {("OK OK OK", 3)},
         end=(b"250 2.0.0 Ok\r\n421 4.3.2 Enough\r\n", keep, close))
scenario("X02", "closed between messages", "many", {("OK OK OK", 3)}, end=(DEFAULT, keep, close))
scenario("X05", "RSET refused 500", "many", {("OK OK OK", 3)}, rset="500 5.5.1 No")
scenario("X06", "second RCPT 550: it must not ride on the third message", "many",
         {("OK PERMANENT OK", 2)}, rcpt=[DEFAULT, "550 5.1.1 No such user", DEFAULT])

# The dialogues of coursework clients
scenario("helo-500", "HELO-only server, EHLO answered 500", "plain", SENT, ehlo="500 What?")
scenario("helo-502", "HELO-only server, EHLO answered 502", "plain", SENT, ehlo="502 No")
for name in ("outlook", "office365"):
    scenario(name, "EHLO, STARTTLS, EHLO, AUTH LOGIN with prompts", "auth", SENT,
             capabilities=("SIZE 157286400", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES",
                           "STARTTLS", "8BITMIME", "BINARYMIME", "CHUNKING", "SMTPUTF8"),
             secure=("SIZE 157286400", "DSN", "ENHANCEDSTATUSCODES", "AUTH LOGIN XOAUTH2",
                     "8BITMIME", *(("PIPELINING", "BINARYMIME", "CHUNKING", "SMTPUTF8")
                                   if name == "outlook" else ())))
scenario("gmail", "AUTH PLAIN, with a 334 first where the response did not come along", "auth",
         SENT, secure=("SIZE 35882577", "8BITMIME", "AUTH PLAIN LOGIN XOAUTH2", "PIPELINING"))
scenario("gmail-334", "AUTH PLAIN answered by 334 although the response came along", "auth",
         SENT, secure=("SIZE 35882577", "8BITMIME", "AUTH PLAIN"), always_prompts=True)

# What is offered decides how the message goes, and how often the client has to wait
EVERYTHING = ("PIPELINING", "8BITMIME", "SMTPUTF8", "CHUNKING", "BINARYMIME", "SIZE")
scenario("nothing-offered", "EHLO, but no extension", "plain", SENT, capabilities=())
scenario("turns-data", "counts the waits with PIPELINING", "plain", SENT, patient=True,
         capabilities=("PIPELINING", "8BITMIME", "SIZE 0"))
scenario("turns-chunks", "counts the waits with CHUNKING", "plain", SENT, patient=True,
         capabilities=EVERYTHING)
scenario("many-data", "counts the waits of several messages with PIPELINING", "many",
         {("OK OK OK", 3)}, patient=True, capabilities=("PIPELINING", "8BITMIME"))
scenario("many-chunks", "counts the waits of several messages with CHUNKING", "many",
         {("OK OK OK", 3)}, patient=True, capabilities=EVERYTHING)
scenario("size-limit", "message over the server's SIZE", "plain", NO_TLS, attachment=MEBI,
         capabilities=("SIZE 100000",))

# A hang, a hang-up, nonsense at every step
BABBLE = "Nobody here speaks SMTP"
for step in ("greeting", "ehlo", "starttls", "handshake", "auth", "mail", "rcpt", "data", "body",
             "end", "quit"):
    kind = {"starttls": "starttls", "handshake": "starttls", "auth": "auth"}.get(step, "plain")
    large = {"attachment": 16 * MEBI, "body_after": 100000} if step == "body" else {}
    lost = {"end": {(80, 0)}, "quit": SENT}.get(step, LATER)
    babbled = {"starttls": NO_TLS | NONSENSE, "handshake": NO_TLS, "quit": SENT}.get(step, NONSENSE)
    scenario(f"hang-{step}", f"hangs at {step}", kind, lost, **{step: hang}, **large)
    scenario(f"hang-up-{step}", f"hangs up at {step}", kind, lost, **{step: close}, **large)
    scenario(f"nonsense-{step}", f"talks nonsense at {step}", kind, babbled,
             **{step: (BABBLE, hang) if step in ("handshake", "body") else BABBLE}, **large)

# The same with BDAT, where the end of the message is on its way before the first reply
for step in ("mail", "rcpt", "end"):
    lost = {(80, 0)} if step == "end" else LATER | {(80, 0)}
    scenario(f"hang-chunks-{step}", f"hangs at {step}, with CHUNKING", "plain", lost,
             capabilities=EVERYTHING, **{step: hang})
    scenario(f"hang-up-chunks-{step}", f"hangs up at {step}, with CHUNKING", "plain", lost,
             capabilities=EVERYTHING, **{step: close})
    scenario(f"nonsense-chunks-{step}", f"talks nonsense at {step}, with CHUNKING", "plain",
             NONSENSE, capabilities=EVERYTHING, **{step: BABBLE})
scenario("chunk-refused", "552 to the last chunk", "plain", {(69, 0)}, capabilities=EVERYTHING,
         end="552 5.3.4 Too big")

# What else servers may do. F: first words, K: keywords, W: words, B: by chunks, L: LMTP
REFUSED = {(69, 0)}
UNKNOWN = {(80, 0), (80, 1)}
scenario("F01", "greeting 554", "plain", REFUSED, greeting="554 5.7.1 Not you")
scenario("F02", "greeting 421", "plain", LATER, greeting=("421 4.3.2 Busy", close))
scenario("F03", "greeting 450", "plain", LATER, greeting="450 4.3.2 Busy")
scenario("F04", "greeting 354", "plain", NONSENSE, greeting="354 Go on")
scenario("F05", "greeting after a while", "plain", SENT, greeting=(pause(2), DEFAULT))
scenario("F06", "greeting of which the last line never comes", "plain", LATER,
         greeting=(b"220-mail.example.test\r\n", hang))
scenario("F07", "reset behind the greeting", "plain", LATER, greeting=(DEFAULT, reset))
scenario("F08", "half closed behind the greeting", "plain", LATER,
         greeting=(DEFAULT, half_close, hang))
scenario("F09", "greeting with LF alone", "plain", SENT_OR_NONSENSE,
         greeting=b"220 mail.example.test\n")
scenario("F10", "greeting with CR alone", "plain", LATER, greeting=(b"220 mail\r", hang))
scenario("F11", "two greetings", "plain", NONSENSE, greeting=b"220 one\r\n220 two\r\n")
scenario("F12", "EHLO 421", "plain", LATER, ehlo=("421 4.3.2 Busy", close))
scenario("F13", "EHLO 550 and HELO 550", "plain", REFUSED, ehlo="550 No", helo="550 No")
scenario("F14", "EHLO 354", "plain", NONSENSE, ehlo="354 Go on")
scenario("F15", "an alert of TLS in clear", "plain", NO_TLS,
         greeting=b"\x15\x03\x01\0\x02\x02\x28")

scenario("K01", "keywords twice", "plain", SENT,
         capabilities=("PIPELINING", "SIZE 100", "PIPELINING", "8BITMIME", "8BITMIME",
                       "SIZE 100000000"))
scenario("K02", "AUTH= in place of AUTH", "auth", SENT, secure=("AUTH=PLAIN LOGIN",))
scenario("K03", "AUTH twice, in both forms", "auth", SENT,
         secure=("AUTH=NTLM LOGIN", "AUTH GSSAPI PLAIN", "AUTH"))
for number, size in enumerate(("9" * 40, "-5", "0", "", "100MB", "0x10", "+1", " 99999999",
                               "9999999 2"), 4):
    scenario(f"K{number:02}", f"SIZE is '{size}'", "plain", SENT,
             capabilities=("PIPELINING", "SIZE " + size))
scenario("K13", "LIMITS without sense", "plain", SENT, recipients=3, capabilities=(
    "LIMITS MAILMAX=0 RCPTMAX=x RCPTMAX=99999999999999999999999 =5 RCPTMAX MAILMAX= = RCPTMAX=-1",))
scenario("K14", "one recipient for each message", "plain", {(0, 3)}, recipients=3,
         capabilities=("PIPELINING", "LIMITS RCPTMAX=1 MAILMAX=99"))
scenario("K15", "one message for each connection", "many", {("OK OK OK", 3)},
         capabilities=("PIPELINING", "LIMITS MAILMAX=1"))
scenario("K16", "tabs between the words", "plain", SENT,
         capabilities=("SIZE\t100000000", "PIPELINING\t", "\t8BITMIME"))
scenario("K17", "empty lines", "plain", SENT, ehlo=b"250-\r\n250-\r\n250 \r\n")
scenario("K18", "a list of ways to log in of 50,000 octets", "auth", SENT,
         secure=("AUTH PLAIN", "AUTH " + "X " * 25000))
scenario("K19", "all that is offered in one line", "plain", SENT,
         ehlo="250 PIPELINING 8BITMIME CHUNKING")
scenario("K20", "PIPELINING, yet what comes in one packet is read as one line", "plain",
         LATER | NONSENSE | SENT, mail=(DEFAULT, lambda dialogue: dialogue.forget()))

scenario("W01", "tab behind the code", "plain", NONSENSE, mail="250\tOk")
scenario("W02", "CR CR LF", "plain", SENT_OR_NONSENSE, mail=b"250 Ok\r\r\n")
for number, size in enumerate((512, 513, 65536), 3):
    scenario(f"W{number:02}", f"reply line of {size} octets", "plain", SENT,
             mail=b"250 " + b"x" * (size - 6) + b"\r\n")
scenario("W06", "reply line of 65,537 octets", "plain", NONSENSE,
         mail=b"250 " + b"x" * (65537 - 6) + b"\r\n")
scenario("W07", "enhanced codes that contradict", "plain", SENT, mail="250 5.1.0 No",
         rcpt="250 4.1.1 No such user", end="250 5.0.0 Refused")
scenario("W08", "550 with an enhanced code of success", "plain", REFUSED, end="550 2.0.0 Ok")
scenario("W09", "one reply for MAIL and RCPT", "plain", NONSENSE,
         mail=b"250-Ok\r\n", rcpt=b"250 Ok\r\n")
scenario("W10", "two replies to MAIL", "plain", NONSENSE | LATER,
         mail=b"250 Ok\r\n250 Ok\r\n", capabilities=())
scenario("W11", "MAIL refused with the parameters that were offered", "plain", REFUSED,
         mail="555 5.5.4 No such parameter", capabilities=("SMTPUTF8", "8BITMIME", "SIZE"))
scenario("W12", "DATA answered 250", "plain", NONSENSE, data="250 Ok")
scenario("W13", "DATA answered 354 twice", "plain", NONSENSE, data=b"354 Go\r\n354 Go\r\n")
scenario("W14", "DATA answered 354 and 554", "plain", REFUSED, data=b"354 Go\r\n554 5.6.0 No\r\n")
scenario("W15", "DATA answered 421", "plain", LATER, data=("421 4.3.2 Busy", close))
scenario("W16", "the last reply before the end", "plain", NONSENSE, attachment=8 * MEBI,
         body_after=100000, body="250 2.0.0 Queued as 1")
scenario("W17", "final reply 354, the message kept", "plain", {(76, 1)}, end=(keep, "354 More"))
scenario("W18", "closed within the final reply", "plain", UNKNOWN, end=(keep, b"250 2.0", close))
scenario("W19", "250 and a reset", "plain", SENT | {(80, 1)}, end=(DEFAULT, keep, reset))
scenario("W20", "250 and 550", "plain", SENT, end=(b"250 2.0.0 Ok\r\n550 5.0.0 No\r\n", keep))
scenario("W21", "421 to the end", "plain", LATER, end=("421 4.3.2 Busy", close))
scenario("W22", "final reply without an end", "plain", NONSENSE | UNKNOWN | {(76, 1)},
         end=(keep, endlessly(b"250-x\r\n" * 500)))
scenario("W23", "recipients 251 and 550 5.7.1 in many lines", "plain", {(79, 1)}, recipients=2,
         rcpt=["251 2.1.5 Elsewhere", b"550-5.7.1 no\r\n" * 50 + b"550 5.7.1 no\r\n"])
scenario("W24", "QUIT answered by lines without end", "plain", SENT,
         quit=endlessly(b"221-bye\r\n" * 500))

scenario("B01", "no reply to chunks", "plain", UNKNOWN | LATER, capabilities=EVERYTHING,
         attachment=8 * MEBI, bdat=())
# Who does not wait behind each chunk cannot tell: what is said too much answers the next one.
scenario("B02", "two replies to each chunk", "plain", SENT | NONSENSE | {(76, 1), (0, 0)},
         capabilities=EVERYTHING, attachment=8 * MEBI, bdat=b"250 Ok\r\n250 Ok\r\n")
scenario("B03", "CHUNKING offered, BDAT refused", "plain", REFUSED, capabilities=EVERYTHING,
         bdat="500 5.5.1 What?", end="500 5.5.1 What?")
scenario("B04", "CHUNKING offered, BDAT not known and its octets read as commands", "plain",
         REFUSED, capabilities=EVERYTHING, bdat_unread="500 5.5.1 What?")
scenario("B05", "354 to a chunk", "plain", NONSENSE, capabilities=EVERYTHING, end="354 More")
scenario("B06", "421 to the second chunk", "plain", LATER | UNKNOWN, capabilities=EVERYTHING,
         attachment=8 * MEBI, bdat=[DEFAULT, ("421 4.3.2 Busy", close)])

scenario("P01", "challenges without end", "auth", NO_LOGIN | NONSENSE, auth="334 ",
         secure=("AUTH LOGIN",), unknown="334 ")
scenario("P02", "235 before SCRAM is done", "auth", NO_LOGIN, secure=SCRAM, auth="235 2.7.0 Welcome")
scenario("P03", "a challenge of 60,000 octets", "auth", NO_LOGIN | NONSENSE, secure=("AUTH LOGIN",),
         auth="334 " + "VXNl" * 15000)
scenario("P04", "a challenge in many lines", "auth", NO_LOGIN | NONSENSE, secure=("AUTH LOGIN",),
         auth=b"334-VXNl\r\n334 cm5h\r\n")
scenario("P05", "454 to AUTH", "auth", LATER, auth="454 4.7.0 Not now")
scenario("P06", "421 to AUTH", "auth", LATER, auth=("421 4.3.2 Busy", close))
scenario("P07", "354 to AUTH, and its lines in the open", "auth", NO_LOGIN | NONSENSE,
         auth="354 Go on")
for number, (about, bend) in enumerate((
        ("no salt", "r=x"), ("an extension that must be known", "m=what,{}"),
        ("the number of rounds twice", "{},i=1"), ("an attribute too many", "{},x=y"),
        ("an error in place of a challenge", "e=other-error"), ("nothing but commas", ",,,,"),
        ("controls", "{}\0\1\x1b[2J")), 8):
    outcomes = NO_LOGIN | (SENT if bend == "{},x=y" else set())
    scenario(f"P{number:02}", f"SCRAM, {about}", "auth", outcomes, secure=SCRAM, scram={"reply": bend})
scenario("P15", "login offered to whom nobody asked", "starttls", SENT,
         secure=("PIPELINING", "AUTH PLAIN LOGIN"), mail="250 2.7.0 Who are you")
scenario("P16", "530 to MAIL, a login is needed", "starttls", NO_LOGIN | NO_TLS,
         mail="530 5.7.0 Authentication required")

scenario("S01", "220 to STARTTLS twice", "starttls", NO_TLS, starttls=b"220 Go\r\n220 Go\r\n")
scenario("S02", "cut off within a reply inside TLS", "starttls", LATER, close_notify=False,
         ehlo=[DEFAULT, (b"250-mail.example.test\r\n250 8BIT", close)])
scenario("S03", "reset within TLS", "starttls", LATER, mail=reset)
scenario("S04", "EHLO inside TLS refused", "starttls", SENT, ehlo=[DEFAULT, "500 What?"])
scenario("S05", "421 to EHLO inside TLS", "starttls", LATER,
         ehlo=[DEFAULT, ("421 4.3.2 Busy", close)])
scenario("S06", "220 to STARTTLS drips", "starttls", LATER, starttls=slowly("220 Go ahead, do", 1))
scenario("S07", "STARTTLS answered in many lines", "starttls", SENT,
         starttls=b"220-Go\r\n220-on\r\n220 now\r\n")

scenario("L01", "LMTP, good", "lmtp", SENT, recipients=3)
scenario("L02", "LMTP, a reply for each recipient but the last", "lmtp", {(80, 0)},
         recipients=3, end=["250 2.1.5 Ok", "250 2.1.5 Ok", hang])
scenario("L03", "LMTP, more replies than recipients", "lmtp", SENT, recipients=2,
         end=["250 Ok", b"250 Ok\r\n250 Ok\r\n250 Ok\r\n"])
scenario("L04", "LMTP, each recipient another fate", "lmtp", {(79, 1)}, recipients=3,
         end=["250 2.1.5 Ok", "452 4.2.2 Full", "550 5.2.1 Gone"])
scenario("L05", "LMTP, LHLO is not known", "lmtp", REFUSED, ehlo="500 5.5.1 What?")
scenario("L06", "LMTP, closed between the replies", "lmtp", {(80, 0)}, recipients=3,
         end=["250 2.1.5 Ok", (b"250 2.1.5 O", close)])
scenario("L07", "LMTP, nonsense between the replies", "lmtp", {(79, 1), (76, 1)}, recipients=3,
         end=["250 2.1.5 Ok", BABBLE])

# The same within TLS, where records hide what has come
for name in ("G01", "E07", "E11", "M06", "M08", "M09", "M10", "R03", "R08", "R10", "R12", "D09",
             "D12", "D13", "D14", "D15", "D17", "D18", "D21", "D22", "D23", "D26", "C01", "W05",
             "W06", "W13", "W16", "W18", "W20", "W24", "B01", "B02", "B06"):
    SCENARIOS[name + "-tls"] = replace(SCENARIOS[name], mode="tls", implicit_tls=True,
                                       secure=SCENARIOS[name].capabilities)
