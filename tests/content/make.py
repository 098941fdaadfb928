#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Makes the files of this folder: tests/content/make.py

Pictures and plots are made by ImageMagick, gnuplot and zstd, the rest here, some of it by hand from
the formats' descriptions. types.txt says what each of them is. They are kept, so that the test
needs none of these tools."""

import bz2
import gzip
import io
import lzma
import sqlite3
import struct
import subprocess
import tarfile
import wave
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE / "files"
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
LICENSE = "SPDX-License-Identifier: ISC\n"
DAY = (2024, 1, 2, 3, 4, 6)


def run(*words, data=None):
    subprocess.run(words, input=data, check=True, cwd=OUT)


def put(name, data):
    (OUT / name).write_bytes(data.encode() if isinstance(data, str) else data)


class Unseekable(io.BytesIO):
    """What zipfile writes as a stream: sizes follow the entries."""

    def seekable(self):
        return False

    def tell(self):
        raise OSError

    def seek(self, *where):
        raise OSError


def pack(name, entries, stream=False):
    file = Unseekable() if stream else io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in entries:
            info = zipfile.ZipInfo(entry, DAY)
            info.compress_type = (zipfile.ZIP_STORED if entry == "mimetype"
                                  else zipfile.ZIP_DEFLATED)
            archive.writestr(info, data)
    put(name, file.getvalue())


def pictures():
    for name in ("p.png", "p.jpg", "p.gif", "p.webp", "p.heic", "p.avif", "p.tif", "p.bmp", "p.jp2",
                 "p.psd", "p.ico"):
        run("convert", "-size", "16x16", "gradient:red-blue", "-strip", name)
    put("film.avif", (OUT / "p.avif").read_bytes().replace(b"ftypavif", b"ftypmif1", 1))
    put("p.heif", (OUT / "p.heic").read_bytes().replace(b"ftypheic", b"ftypmif1", 1))
    (OUT / "p.heif").rename(OUT / "general.heic")
    plot = "set output '{}'; set samples 5; unset key; unset xtics; unset ytics; plot x"
    for terminal, name in (("pdf size 1,1", "plot.pdf"), ("svg size 99,99", "plot.svg"),
                           ("postscript eps", "plot.eps"), ("png size 50,50", "plot.png")):
        run("gnuplot", "-e", f"set terminal {terminal}; " + plot.format(name))
    pdf = (OUT / "plot.pdf").read_bytes().replace(b"cairographics.org", b"cairo.example.org")
    put("plot.pdf", pdf)
    put("late.pdf", b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n" + pdf)
    put("pure.pdf", "\n\n%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n")


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect/></svg>\n'


def markup():
    put("bare.svg", SVG)
    put("mark.svg", "\ufeff" + SVG)
    put("full.svg", "\ufeff<?xml version='1.0' encoding='UTF-8'?>\r\n<!-- made -- <html> by -->\n"
        "<?x y?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x>y\" [\n<!ENTITY a \"b\">\n]>\n"
        "<!-- more -->" + SVG)
    put("prefix.svg", '<?xml version="1.0"?>\n<s:svg xmlns:s="http://www.w3.org/2000/svg"/>\n')
    put("page.html", "<!DOCTYPE html>\n<html><head><title>t</title></head><body>b</body></html>\n")
    put("old.html", "\n<!-- x -->\n<HTML>\n<BODY>Gr\u00fc\u00dfe</BODY></HTML>\n")
    put("no_root.html", "<!doctype HTML>\n<p>The root may be left out\n")
    put("page.xhtml", '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"/>\n')
    put("note.xml", '<?xml version="1.0"?>\n<note>n</note>\n')
    put("news.rss", '<?xml version="1.0"?>\n<rss version="2.0"><channel/></rss>\n')
    put("place.kml", '<?xml version="1.0"?>\n<kml><Document/></kml>\n')
    put("track.gpx", '<?xml version="1.0"?>\n<gpx version="1.1"/>\n')


def texts():
    put("table.csv", "name;age\r\nAnn;12\r\n\"B;b\";13\r\n")
    put("table.tsv", "name\tage\nAnn\t12\nBob\t13\n")
    put("read.md", "# Title\n\n- one\n- two\n\n[a](b.html)\n")
    put("html.md", "<h1 align=\"center\">A project</h1>\n\nIt does things.\n")
    put("object.json", '{"a": [1, -2.5e3, null, true, "\\u00fc\\n"], "b": {}}\n')
    put("array.json", '\n[{"a": 1},\n {"a": 2}]\n')
    put("long.json", '[' + ',\n'.join(f'{{"row": {i}, "t": "{"x" * 40}"}}' for i in range(1300))
        + ']\n')
    put("lines.ndjson", '{"a": 1}\n{"a": 2}\n{"a": 3}\n')
    put("one.jsonl", '{"a": 1}\n')
    put("place.geojson", '{"type": "Point", "coordinates": [1, 2]}\n')
    put("settings.ini", "[section]\nkey = value\n")
    put("broken.json", '{"a": [1, 2}\n')
    put("meeting.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n")
    put("ann.vcf", "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ann\r\nEND:VCARD\r\n")
    put("words.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n")
    put("key.asc", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEYw==\n=abcd\n"
        "-----END PGP PUBLIC KEY BLOCK-----\n")
    put("words.rtf", "{\\rtf1\\ansi hello}")
    put("run.sh", "#!/bin/sh\n# " + LICENSE + "echo hi\n")
    put("run.py", "#!/usr/bin/env python3\n# " + LICENSE + "print(1)\n")
    put("run.pl", "#!/usr/bin/perl\nuse strict;\n")
    put("page.js", "'use strict';\nconsole.log(1);\n")
    put("page.css", "body { color: red }\n")
    put("main.c", "/* " + LICENSE.strip() + " */\n#include <stdio.h>\nint main(void)\n{\n    return 0;\n}\n")
    put("job.log", "2024-01-02 03:04:05 started\n2024-01-02 03:04:06 done\n")
    put("data.yaml", "---\na: 1\nb:\n  - c\n")
    put("data.toml", "[a]\nb = 1\n")
    put("rows.sql", "SELECT 1;\n")
    put("fix.patch", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n")
    put("saved.eml", "From: a@example.org\nTo: b@example.org\nSubject: s\n\nhello\n")
    put("german.txt", "Gr\u00fc\u00dfe aus M\u00fcnchen, 5 \u20ac\n")
    put("latin.txt", "Gr\u00fc\u00dfe aus M\u00fcnchen\n".encode("latin-1"))
    put("about_pdf.txt", "A PDF starts with these octets:\n%PDF-1.4\n")
    put("BM.txt", "BM means bitmap, PK zip, MZ Mark Zbikowski, ID3 a tag.\n")


PACKAGE = [("[Content_Types].xml", "<Types/>"), ("_rels/.rels", "<Relationships/>"),
           ("docProps/app.xml", "<Properties/>")]


def archives():
    word = [("word/document.xml", "<document/>"), ("word/styles.xml", "<styles/>")]
    pack("word.docx", PACKAGE + word)
    pack("stream.docx", PACKAGE + word, stream=True)
    pack("late.docx", [("word/numbering.xml", "<n/>")] + word + PACKAGE)
    pack("macro.docm", PACKAGE + word + [("word/vbaProject.bin", b"\0" * 99)])
    pack("quiet.docm", PACKAGE + word)
    pack("book.xlsx", PACKAGE + [("xl/workbook.xml", "<workbook/>"), ("xl/styles.xml", "<s/>")])
    pack("book.xlsb", PACKAGE + [("xl/workbook.bin", b"\0"), ("xl/styles.bin", b"\0")])
    pack("talk.pptx", PACKAGE + [("ppt/slides/slide1.xml", "<sld/>"),
                                 ("ppt/presentation.xml", "<presentation/>")])
    for name, kind in (("text.odt", "text"), ("sheet.ods", "spreadsheet"),
                       ("talk.odp", "presentation"), ("model.ott", "text-template")):
        pack(name, [("mimetype", OPEN + kind), ("content.xml", "<office/>"),
                    ("META-INF/manifest.xml", "<manifest/>")])
    pack("book.epub", [("mimetype", "application/epub+zip"), ("META-INF/container.xml", "<c/>")])
    pack("liar.zip", [("mimetype", "text/html"), ("a", "b")])
    pack("java.jar", [("META-INF/", ""), ("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n")])
    pack("app.apk", [("AndroidManifest.xml", b"\3\0\x08\0"), ("META-INF/MANIFEST.MF", "x"),
                     ("classes.dex", b"dex\n035\0")])
    pack("place.kmz", [("doc.kml", "<kml/>")])
    pack("words.zip", [("word/hello.txt", "a folder called word"), ("b.txt", "b")])
    pack("empty.zip", [])
    data = b"hello\n" * 9
    put("a.gz", gzip.compress(data, mtime=0))
    put("a.bz2", bz2.compress(data))
    put("empty.bz2", bz2.compress(b""))
    put("a.xz", lzma.compress(data))
    run("zstd", "-q", "-f", "-o", "a.zst", data=data)
    put("a.7z", b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 24)
    put("a.rar", b"Rar!\x1a\x07\x01\0" + b"\0" * 24)
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("plot.pdf")
        info.size = 9
        archive.addfile(info, io.BytesIO(b"%PDF-1.4\n"))
    put("pdf.tar", file.getvalue()[:2048])


def ole_entry(name, kind, child=0xFFFFFFFF):
    text = (name + "\0").encode("utf-16-le")
    return (text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF,
                                                0xFFFFFFFF, child)).ljust(128, b"\0")


def ole(name, streams):
    """A container with its table in sector 0 and its directory behind it."""
    entries = [ole_entry("Root Entry", 5, 1)] + [ole_entry(stream, 2) for stream in streams]
    sectors = -(-len(entries) // 4)
    table = [0xFFFFFFFD] + list(range(2, sectors + 1)) + [0xFFFFFFFE]
    header = struct.pack("<8s16sHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3,
                         0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * (512 - len(header) - 4)
    put(name, header + struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
        + b"".join(entries).ljust(512 * sectors, b"\0"))


def old_office():
    ole("old.doc", ["Data", "1Table", "WordDocument"])
    ole("old.xls", ["Workbook", "\5SummaryInformation"])
    ole("old.ppt", ["Current User", "\5SummaryInformation", "\5DocumentSummaryInformation",
                    "Pictures", "PowerPoint Document"])
    ole("mail.msg", ["__nameid_version1.0", "__properties_version1.0"])
    ole("secret.xlsx", ["\6DataSpaces", "EncryptionInfo", "EncryptedPackage"])
    ole("other.ole", ["CONTENTS"])


def box(kind, *brands):
    data = b"".join(brands)
    return struct.pack(">I4s", len(data) + 8, kind) + data


def sound_and_film():
    for name, brands in (("film.mp4", (b"isom", b"\0\0\2\0", b"isom", b"avc1", b"mp41")),
                         ("sound.m4a", (b"M4A ", b"\0\0\0\0", b"M4A ", b"mp42", b"isom")),
                         ("film.mov", (b"qt  ", b"\0\0\0\0", b"qt  ")),
                         ("phone.3gp", (b"3gp5", b"\0\0\1\0", b"isom"))):
        put(name, box(b"ftyp", *brands) + box(b"moov") + box(b"mdat", b"\0" * 32))
    put("old.mov", box(b"moov", b"\0" * 40))
    frame = b"\xff\xfb\x90\x64".ljust(417, b"\0")
    put("frames.mp3", frame * 4)
    put("tagged.mp3", b"ID3\4\0\0\0\0\0\x0a" + b"\0" * 10 + frame)
    put("sound.aac", (b"\xff\xf1\x50\x80\x02\x1f\xfc" + b"\x21" * 9) * 4)
    put("sound.flac", b"fLaC\x80\0\0\x22" + b"\x10\0" * 17)
    page = b"OggS\0\2" + b"\0" * 20 + b"\1\x13"
    put("sound.opus", page + b"OpusHead\1\2" + b"\0" * 9)
    put("sound.ogg", page + b"\1vorbis" + b"\0" * 23)
    put("film.ogv", page + b"\x80theora" + b"\0" * 35)
    put("film.webm", b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x84webm\x42\x87\x81\2")
    put("film.mkv", b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\1\x42\x82\x88matroska\x42\x87\x81\4")
    with wave.open(str(OUT / "sound.wav"), "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", None))
        sound.writeframes(b"\x80" * 64)
    put("film.avi", b"RIFF\x40\0\0\0AVI LIST\x20\0\0\0hdrl" + b"\0" * 32)


def data_and_programs():
    sfnt = struct.pack(">4sHHHH", b"\0\1\0\0", 1, 16, 0, 0) + b"cmap" + b"\0" * 32
    put("font.ttf", sfnt)
    put("font.otf", b"OTTO" + sfnt[4:])
    put("font.ttc", b"ttcf\0\1\0\0\0\0\0\1\0\0\0\x10" + sfnt)
    put("font.woff", b"wOFF\0\1\0\0" + b"\0" * 36)
    put("font.woff2", b"wOF2OTTO" + b"\0" * 40)
    (OUT / "rows.sqlite").unlink(missing_ok=True)
    database = sqlite3.connect(OUT / "rows.sqlite")
    database.execute("PRAGMA page_size = 512")
    database.execute("CREATE TABLE t (a)")
    database.commit()
    database.close()
    put("rows.parquet", b"PAR1\x15\x04\x15\0" + b"\0" * 24 + b"PAR1")
    put("scan.dcm", b"\0" * 128 + b"DICM\2\0\0\0UL\4\0" + b"\0" * 16)
    put("code.wasm", b"\0asm\1\0\0\0")
    put("program", b"\x7fELF\2\1\1" + b"\0" * 9 + struct.pack("<HHI", 2, 62, 1) + b"\0" * 40)
    put("program.exe", b"MZ\x90\0".ljust(64, b"\0") + b"\x0e\x1f\xba\x0e\0\xb4\x09\xcd\x21")
    put("noise.bin", bytes((i * 89 + i * i * 7) % 256 for i in range(512)))


def main():
    OUT.mkdir(exist_ok=True)
    for make in (pictures, markup, texts, archives, old_office, sound_and_film, data_and_programs):
        make()


if __name__ == "__main__":
    main()
