#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The HTML of golden messages in a real browser: each picture in it is drawn.

Environment: CHROMIUM  the browser; /usr/bin/chromium if not set.
"""
import email.policy
import os
import struct
import unittest
import zlib
from email.message import EmailMessage
from pathlib import Path

import browser

GOLDEN = Path(__file__).resolve().parent.parent / "golden"


def picture(red=0, green=0, blue=0):
    """A PNG of 2 by 2."""
    def chunk(kind, content):
        return (struct.pack(">I", len(content)) + kind + content
                + struct.pack(">I", zlib.crc32(kind + content)))
    rows = (b"\0" + bytes((red, green, blue)) * 2) * 2
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def message_of(html, **pictures):
    """A message whose related parts have these Content-IDs, with @test behind them."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = message["To"] = "ann@example.org"
    message.set_content("Hello.\n")
    message.add_alternative(html, subtype="html")
    for name, octets in pictures.items():
        message.get_payload()[1].add_related(octets, "image", "png", cid=f"<{name}@test>")
    return message.as_bytes()


# Each of these shows whatever a.png is.
PLACES = {
    "img": '<img src="cid:a@test" alt="A">',
    "escaped": "<IMG SRC='CID:a%40test'>",
    "srcset": '<img srcset="cid:a@test 1x, cid:a@test 2x">',
    "attribute": '<table background="cid:a@test"><tr><td>x</td></tr></table>',
    "css url": "<p style=\"background: url('cid:a@test')\">x</p>",
    "style": "<style>li { list-style-image: url(cid:a@test) }</style><ul><li>x</li></ul>",
    "pseudo": '<style>p::before { content: url("cid:a@test") }</style><p>x</p>',
}
REFUSED = {
    "no part": message_of('<img src="cid:b@test"><img src="cid:a@test">', a=picture()),
    "not shown": message_of("<p>No picture</p>", a=picture()),
    "never used": message_of('<style>.none { background: url("cid:a@test") }</style>x', a=picture()),
    "a file that is not there": message_of('<img src="b.png">'),
    "no HTML": b"From: ann@example.org\r\n\r\nHello.\r\n",
    **{f"broken, {place}": message_of(html, a=picture()[:-20].replace(b"IHDR", b"IHDX"))
       for place, html in PLACES.items()},
}


class Browser(unittest.TestCase):
    """All messages are opened at once, as a browser takes long to start."""
    maxDiff = None

    def test_golden_messages_show_all_their_pictures(self):
        golden = {path.name: path.read_bytes() for path in sorted(GOLDEN.glob("*.eml"))
                  if b"text/html" in path.read_bytes().lower()}
        self.assertNotEqual(golden, {}, "there are no golden messages with HTML")
        results = browser.show(golden)
        self.assertEqual({name: result for name, result in results.items()
                          if isinstance(result, browser.Problem)}, {})
        self.assertGreater(sum(results.values()), 0)

    def test_pictures_are_found_wherever_html_has_them(self):
        results = browser.show({place: message_of(html, a=picture(200))
                                for place, html in PLACES.items()})
        self.assertEqual({place: result for place, result in results.items()
                          if isinstance(result, browser.Problem) or result < 1}, {})

    def test_what_is_not_shown_is_told(self):
        results = browser.show(REFUSED)
        self.assertEqual([name for name, result in results.items()
                          if not isinstance(result, browser.Problem)], [])

    def test_nothing_is_fetched_and_no_script_of_a_message_runs(self):
        results = browser.show({"remote": message_of(
            '<img src="http://127.0.0.1:9/x.png"><img src="https://example.org/x.png">'
            '<img src="cid:a@test"><script>document.images[2].remove()</script>', a=picture())})
        self.assertEqual(results, {"remote": 1})


if __name__ == "__main__":
    unittest.main(warnings="ignore")
