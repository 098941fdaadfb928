#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""HTML and its pictures: what comes along, what is refused, and what it says in plain text."""
import os
import re
import unittest

import common
from common import TestCase

PNG = common.read(os.path.join(common.HERE, "..", "golden", "content", "pictures", "load.png"))
OTHER = common.read(os.path.join(common.HERE, "..", "golden", "content", "pictures", "pic"))


class Html(TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        os.mkdir(os.path.join(cls.folder, "web"))
        os.mkdir(os.path.join(cls.folder, "web", "deep"))
        cls.file("web/plot.png", PNG)
        cls.file("web/deep/plot.png", OTHER)
        cls.file("web/two words.png", OTHER)
        cls.file("web/Grün.png", OTHER)
        cls.file("web/notes.txt", b"no picture\n")
        cls.file("secret.png", PNG)

    def write(self, html):
        return self.file("web/page.html", html.encode())

    def show(self, *arguments, **more):
        done = self.mailer("-d", "--from", "ann@example.test", *arguments, "bob@example.test",
                           **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.parse(done.stdout)

    def refuse(self, code, words, *arguments, **more):
        done = self.mailer("-d", "--from", "ann@example.test", *arguments, "bob@example.test",
                           **more)
        self.assert_told(done, code)
        self.assertIn(words, done.stderr.decode())

    def pictures(self, message):
        """The HTML, and the octets of the pictures by their Content-IDs."""
        html = message.get_body(("html",)).get_content()
        parts = {part["Content-ID"][1:-1]: part.get_content() for part in message.walk()
                 if part.get_content_maintype() == "image"}
        return html, parts

    def shown(self, html):
        """Sends the HTML; gives the octets of each picture in the order in which it is shown."""
        html, parts = self.pictures(self.show("--html", self.write(html)))
        return [parts[identity] for identity in re.findall(r"cid:([^\"')\s,>]+)", html)], parts

    def test_each_way_to_show_a_picture_brings_it_along(self):
        for html in ('<img src="plot.png">', "<img src='plot.png'>", "<img src=plot.png>",
                     '<IMG SRC="./plot.png">', '<img src="deep/../plot.png">',
                     '<img src="plot.png?v=1#top">', '<img src="&#112;lot.png">',
                     '<img srcset="plot.png 2x">', '<table background="plot.png"></table>',
                     '<p style="background: url(plot.png)">', "<p style='background:url(\"plot.png\")'>",
                     "<style>p { background: url('plot.png') }</style>",
                     '<input type="image" src="plot.png">', '<video poster="plot.png"></video>',
                     '<svg><image href="plot.png"/></svg>'):
            with self.subTest(html):
                shown, parts = self.shown(html)
                self.assertEqual(shown, [PNG])
                self.assertEqual(len(parts), 1)

    def test_names_may_be_of_any_characters(self):
        for url in ("two words.png", "two%20words.png", "Grün.png", "Gr%C3%BCn.png", "Gr&uuml;n.png"):
            with self.subTest(url):
                self.assertEqual(self.shown(f'<img src="{url}">')[0], [OTHER])

    def test_a_picture_comes_along_once(self):
        shown, parts = self.shown('<img src="plot.png"><img src="./plot.png"><img src="deep/plot.png">')
        self.assertEqual(shown, [PNG, PNG, OTHER])
        self.assertEqual(len(parts), 2)

    def test_files_of_one_name_in_two_folders_are_not_confused(self):
        shown, parts = self.shown('<img src="deep/plot.png"><img src="plot.png">')
        self.assertEqual(shown, [OTHER, PNG])
        self.assertEqual(len(parts), 2)

    def test_a_content_id_is_not_that_of_a_file_that_came_along(self):
        for order in ('{0}{1}', '{1}{0}'):
            html = order.format('<img src="plot.png">', '<img src="cid:plot.png">')
            self.refuse(65, "cid:plot.png", "--html", self.write(html))

    def test_many_pictures_that_are_not_shown_are_shown_below(self):
        names = [f"{i:03d}-{'x' * 200}.png" for i in range(300)]
        options = [word for name in names
                   for word in ("--name", name, "-I", os.path.join(self.folder, "web", "plot.png"))]
        html, parts = self.pictures(self.show("--html", self.write("<p>x"), *options))
        self.assertEqual(len(parts), len(names))
        self.assertEqual(html.count("<img"), len(names))

    def test_the_derived_text_is_in_the_charset_asked_for(self):
        message = self.show("--charset", "=iso-8859-1", "--html", self.write("<p>Grüße"))
        for kind in ("plain", "html"):
            self.assertEqual(message.get_body((kind,)).get_content_charset(), "iso-8859-1")

    def test_what_that_charset_lacks_leaves_the_derived_text_in_utf_8(self):
        message = self.show("--charset", "=iso-8859-1", "--html", self.write("<p>Grüße &#x2014; x"))
        self.assertEqual(message.get_body(("plain",)).get_content().strip(), "Grüße \u2014 x")

    def test_html_from_a_pipe_has_no_folder(self):
        read_end, write_end = os.pipe()
        os.write(write_end, b'<img src="0">')
        os.close(write_end)
        self.refuse(65, "folder", "--html", f"/dev/fd/{read_end}", pass_fds=(read_end,))
        os.close(read_end)

    def test_data_urls_become_parts(self):
        url = "data:image/gif;base64,R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="
        shown, parts = self.shown(f'<img src="{url}"><img src="{url}">')
        self.assertEqual(len(parts), 1)
        self.assertEqual([octets[:6] for octets in shown], [b"GIF89a"] * 2)

    def test_what_is_elsewhere_is_left_alone(self):
        html = ('<img src="https://example.test/a.png"><img src="//example.test/b.png">'
                '<a href="plot.png">x</a><!-- <img src="none.png"> -->'
                '<link rel="icon" href="none.ico">')
        message = self.show("--html", self.write(html))
        self.assertEqual(message.get_body(("html",)).get_content().rstrip("\r\n"), html)
        self.assertEqual(message.get_content_type(), "multipart/alternative")

    def test_the_rest_of_the_html_stays_octet_for_octet(self):
        html = '<P  class=a\t>&nbsp;<iMg\nalt=x src = plot.png /><b>unclosed\r\n<?php ?>'
        message = self.show("--html", self.write(html))
        found = message.get_body(("html",)).get_payload(decode=True).decode()
        self.assertEqual(re.sub(r"cid:[^ >]+", "plot.png", found).rstrip("\r\n"),
                         re.sub(r"\r?\n", "\r\n", html))

    def test_a_missing_picture_is_named(self):
        self.refuse(66, "none.png", "--html", self.write('<img src="deep/none.png">'))

    def test_what_is_no_picture_does_not_come_along(self):
        self.refuse(65, "notes.txt", "--html", self.write('<img src="notes.txt">'))

    def test_files_outside_of_the_folder_do_not_come_along(self):
        for url in ("../secret.png", "deep/../../secret.png", "/etc/passwd", "file:///etc/passwd",
                    "%2e%2e/secret.png", self.folder + "/web/plot.png"):
            with self.subTest(url):
                self.refuse(65, "picture", "--html", self.write(f'<img src="{url}">'))

    def test_an_added_picture_is_found_by_its_name_or_its_id(self):
        picture = os.path.join(self.folder, "secret.png")
        for url in ("secret.png", "cid:secret.png"):
            with self.subTest(url):
                page = self.write(f'<p><img src="{url}">')
                html, parts = self.pictures(self.show("--html", page, "-I", picture))
                self.assertEqual(parts, {"secret.png": PNG})
                self.assertEqual(html.count("cid:secret.png"), 1)

    def test_an_added_picture_that_is_not_shown_is_shown_at_the_end(self):
        page = self.write("<html><body><p>Text</body></html>")
        html, parts = self.pictures(
            self.show("--html", page, "-I", os.path.join(self.folder, "secret.png")))
        self.assertEqual(list(parts), ["secret.png"])
        self.assertRegex(html, r'<img[^>]* src="cid:secret.png"')
        self.assertLess(html.index("cid:secret.png"), html.index("</body>"))

    def test_the_same_file_added_and_named_comes_along_once(self):
        page = self.write('<img src="plot.png">')
        html, parts = self.pictures(
            self.show("--html", page, "-I", os.path.join(self.folder, "web", "plot.png")))
        self.assertEqual(parts, {"plot.png": PNG})
        self.assertEqual(html.count("cid:"), 1)

    def test_an_id_that_no_part_has_is_refused(self):
        self.refuse(65, "cid:none", "--html", self.write('<img src="cid:none">'))

    def test_html_on_standard_input_names_no_files(self):
        self.refuse(65, "plot.png", "-M", "text/html", text=b'<img src="plot.png">',
                    cwd=os.path.join(self.folder, "web"))
        html, parts = self.pictures(self.show(
            "-M", "text/html", "-I", os.path.join(self.folder, "web", "plot.png"),
            text=b'<img src="plot.png">'))
        self.assertEqual((list(parts), "cid:plot.png" in html), (["plot.png"], True))

    def test_a_picture_under_a_text_needs_one_option(self):
        message = self.show("-I", os.path.join(self.folder, "web", "plot.png"),
                            text="Größe < 3 & mehr\n  eingerückt\n".encode())
        self.assertEqual(message.get_content_type(), "multipart/alternative")
        html, parts = self.pictures(message)
        self.assertEqual(parts, {"plot.png": PNG})
        self.assertIn("Größe &lt; 3 &amp; mehr", html)
        self.assertLess(html.index("mehr"), html.index("cid:plot.png"))

    def test_a_text_is_made_of_html(self):
        page = self.write('<h1>Größe</h1><p>Siehe <a href="https://example.test/x">hier</a>.'
                          '<ul><li>eins<li>zwei</ul><img src="plot.png" alt="Last">'
                          '<table><tr><td>a<td>1<tr><td>bb<td>22</table><script>alert(1)</script>')
        text = self.show("--html", page).get_body(("plain",)).get_content()
        for words in ("Größe", "https://example.test/x", "eins", "[Last]"):
            self.assertIn(words, text)
        self.assertRegex(text, r"(?m)^a +1\r?$")
        self.assertNotIn("alert", text)
        self.assertNotIn("<p>", text)

    def test_a_text_that_is_given_is_kept(self):
        page = self.write("<p>HTML")
        text = self.file("text.txt", b"Text\n")
        message = self.show("--html", page, "--text", text)
        self.assertEqual(message.get_body(("plain",)).get_content(), "Text\r\n")

    def test_html_of_another_charset_is_converted(self):
        page = self.file("web/latin.html", '<meta charset="iso-8859-1"><p>Größe'.encode("latin-1"))
        message = self.show("--html", page)
        self.assertIn("Größe", message.get_body(("html",)).get_content())
        self.assertIn("Größe", message.get_body(("plain",)).get_content())

    def test_huge_or_deep_html_is_refused_or_sent_in_time(self):
        for name, html in (("deep", b"<div>" * 100_000), ("big", b"<p>word " * 6_000_000)):
            with self.subTest(name):
                page = self.file(f"web/{name}.html", html)
                done = self.mailer("-d", "--from", "ann@example.test", "--html", page,
                                   "bob@example.test", seconds=30)
                self.assertIn(done.returncode, (0, 65), done.stderr)


if __name__ == "__main__":
    unittest.main()
