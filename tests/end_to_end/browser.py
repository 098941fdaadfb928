# SPDX-License-Identifier: ISC
"""Shows the HTML of messages in headless Chromium, and tells which pictures of them it drew.

A message is read by Python's email; its HTML becomes a file in which each cid: URL names the file of
the part with that Content-ID (RFC 2392). Nothing is fetched from anywhere: pages may load files of
their folder only, whatever else they name is left out and told as remote.
"""
import email
import email.policy
import html
import json
import os
import re
import subprocess
import tempfile
import urllib.parse

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
         "--virtual-time-budget=20000"]
CID = re.compile(r"cid:([^\"'\s)>,]+)", re.IGNORECASE)

# What a page may do: draw files and data: URLs. Only the script below runs, none of the message.
POLICY = "default-src 'none'; img-src file: data:; style-src 'unsafe-inline'; script-src 'nonce-show'"

# Tells the frame around it of each picture: its URL, and its width, 0 where it is broken.
REPORT = """
<script nonce="show">
addEventListener("load", async () => {
    const width = url => new Promise(resolve => {
        const picture = new Image();
        picture.onload = () => resolve(picture.naturalWidth);
        picture.onerror = () => resolve(0);
        picture.src = url;
    });
    const pictures = [];
    for (const image of document.images)
        pictures.push({url: image.currentSrc || image.src,
                       width: image.complete ? image.naturalWidth : 0});
    for (const element of document.querySelectorAll("*"))
        for (const pseudo of [null, "::before", "::after"]) {
            const style = getComputedStyle(element, pseudo);
            for (const property of ["backgroundImage", "listStyleImage", "content",
                                    "borderImageSource"])
                for (const [, url] of style[property].matchAll(/url\\("((?:[^"\\\\]|\\\\.)*)"\\)/g))
                    pictures.push({url, width: await width(url)});
        }
    parent.postMessage({page: location.pathname.split("/").pop(), pictures}, "*");
});
</script>
"""

# Gathers what the pages tell. It is shown once they all have, or the time is over.
GATHER = """<!doctype html><meta charset="utf-8"><pre></pre><script>
const found = {};
addEventListener("message", ({data}) => {
    found[data.page] = data.pictures;
    document.querySelector("pre").textContent = JSON.stringify(found);
});
</script>
"""


class Problem(Exception):
    """Why a message is not shown as it should be."""


def html_of(message):
    """The HTML part, and the parts of the multipart/related that it begins."""
    for part in message.walk():
        if part.get_content_type() == "multipart/related":
            root, *others = part.iter_parts()
            root = root.get_body(("html",)) if root.is_multipart() else root
            if root is not None and root.get_content_type() == "text/html":
                return root, others
    return message.get_body(("html",)), []


class Page:
    """The HTML of a message, written to a folder with its pictures."""

    def __init__(self, octets, folder, name):
        message = email.message_from_bytes(octets, policy=email.policy.default)
        part, others = html_of(message)
        if part is None:
            raise Problem("the message has no HTML")
        self.name = f"{name}.html"
        self.files = {}
        for number, other in enumerate(others):
            self.write_part(other, folder, f"{name}-{number}")
        self.asked = set()
        text = CID.sub(self.file_of, part.get_content())
        unused = self.files.keys() - self.asked
        if unused:
            raise Problem(f"nothing in the HTML shows {', '.join(sorted(unused))}")
        with open(os.path.join(folder, self.name), "w", encoding="utf-8") as file:
            file.write(f'<!doctype html><meta charset="utf-8">'
                       f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
                       f"{text}{REPORT}")

    def write_part(self, part, folder, name):
        content_id = (part["Content-ID"] or "").strip()
        if not re.fullmatch(r"<[^<>\s]+>", content_id):
            raise Problem(f"a related part has no Content-ID but {content_id!r}")
        if content_id[1:-1] in self.files:
            raise Problem(f"two parts have the Content-ID {content_id}")
        self.files[content_id[1:-1]] = name
        with open(os.path.join(folder, name), "wb") as file:
            file.write(part.get_payload(decode=True))

    def file_of(self, match):
        content_id = urllib.parse.unquote(html.unescape(match[1]))
        if content_id not in self.files:
            raise Problem(f"no part has the Content-ID <{content_id}>")
        self.asked.add(content_id)
        return self.files[content_id]


def draw(folder, pages):
    """Opens pages in frames of one window. Gives for each the pictures that it found."""
    frames = "".join(f'<iframe src="{page.name}" width="800" height="600"></iframe>'
                     for page in pages)
    everything = os.path.join(folder, "everything.html")
    with open(everything, "w", encoding="utf-8") as file:
        file.write(GATHER + frames)
    profile = tempfile.mkdtemp(dir=folder)
    environment = {"PATH": os.environ["PATH"], "HOME": profile, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "--dump-dom", f"file://{everything}"],
        capture_output=True, encoding="utf-8", timeout=100, check=False, env=environment)
    found = re.search(r"<pre>(.+?)</pre>", done.stdout, re.DOTALL)
    if found is None:
        raise RuntimeError(f"Chromium tells nothing; exit {done.returncode}: {done.stderr[-1000:]}")
    return json.loads(html.unescape(found[1]))


def check_drawn(page, pictures):
    """All that a page refers to is drawn, but for what is elsewhere. Gives how many that are."""
    local = [one for one in pictures if one["url"].startswith(("file:", "data:"))]
    broken = [one["url"] for one in local if one["width"] == 0]
    if broken:
        raise Problem(f"pictures that are not drawn: {', '.join(broken)}"[:1000])
    drawn = {urllib.parse.unquote(one["url"]).rpartition("/")[2] for one in local}
    missing = {name for name in page.files.values() if name not in drawn}
    if missing:
        raise Problem(f"pictures that no element shows: {', '.join(sorted(missing))}")
    return len(local)


def show(messages):
    """For each of some messages, how many pictures were drawn, or the Problem with it."""
    results, pages = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, octets) in enumerate(messages.items()):
            try:
                pages[name] = Page(octets, folder, f"page{number}")
            except Problem as problem:
                results[name] = problem
        found = draw(folder, pages.values()) if pages else {}
    for name, page in pages.items():
        try:
            if page.name not in found:
                raise Problem("the page did not load")
            results[name] = check_drawn(page, found[page.name])
        except Problem as problem:
            results[name] = problem
    return results
