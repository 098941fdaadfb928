#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Proves of each rule that it complains, with a small tree that breaks it in one place, and that
it is content with the same tree mended."""

import importlib
import shutil
import tempfile
import unittest
from pathlib import Path

SPDX = "/* SPDX-License-Identifier: ISC */\n"


class Rules(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="mailer-lint-")
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)

    def put(self, path, text=""):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def check(self, rule):
        return importlib.import_module(f"rules.{rule}").check(self.root)

    def complains(self, rule, *starts):
        found = self.check(rule)
        self.assertEqual(len(found), len(starts), found)
        for line, start in zip(found, starts):
            self.assertTrue(line.startswith(start), f"{line!r} should start with {start!r}")

    def includes(self, path, line, start=None):
        self.put(path, f"{SPDX}{line}\n")
        self.complains("layers", *([f"{path}:2: {start}"] if start else []))
        (self.root / path).unlink()

    def test_layers(self):
        for header in ("src/core/text.h", "mime/tree/part.h", "mime/codec/codec.h",
                       "mime/content/blob.h", "src/smtp/engine.h", "src/smtp/engine_private.h",
                       "src/cli/options.h", "src/catch/catch.h"):
            self.put(header)
        self.includes("mime/tree/part.c", '#include "text.h"')
        self.includes("mime/tree/part.c", '#include "codec/codec.h"')
        self.includes("mime/tree/part.c", "#include <string.h>")
        self.includes("mime/tree/part.c", '#include "engine.h"', "mime may not include src/smtp/")
        self.includes("mime/tree/part.c", '#include "part.h"', "there is no mime/part.h")
        self.includes("mime/tree/part.c", "#include <mailer/send.h>", "mime may not include <")
        self.includes("mime/codec/codec.c", '#include "content/blob.h"', "mime/codec may not")
        self.includes("src/smtp/engine.c", '#include "tree/part.h"', "src/smtp may not include m")
        self.includes("src/smtp/engine.c", '#include "engine_private.h"')
        self.includes("src/smtp/engine.c", "#include <openssl/ssl.h>", "src/smtp may not include <")
        self.includes("src/net/tls.c", "#include <openssl/ssl.h>")
        self.includes("src/client/session.c", '#include "engine.h"')
        self.includes("src/client/session.c", '#include "engine_private.h"', "src/smtp/engine_priv")
        self.includes("src/client/session.c", '#include "options.h"', "src/client may not include")
        self.includes("src/cli/main.c", '#include "tree/part.h"', "src/cli may not include mime/")
        self.includes("src/cli/main.c", '#include "catch.h"')
        self.includes("src/catch/catch.c", '#include "options.h"', "src/catch may not include")
        self.includes("include/mailer/a.h", '#include "text.h"', "include has no headers")
        self.includes("samples/a.c", "#include <magic.h>", "samples may not include <magic.h>")
        self.put("src/other/new.c")
        self.complains("layers", "src/other/new.c:1: is in no box")

    def test_layers_of_headers_with_one_name(self):
        self.put("src/core/text.h")
        self.put("src/smtp/text.h")
        self.includes("src/smtp/a.c", '#include "text.h"', '"text.h" is in')

    def test_modules(self):
        self.put("mime/a/thing.c")
        self.put("mime/a/thing_part.c")
        self.complains("modules", "mime/a/thing.c:1: has no", "mime/a/thing_part.c:1: has no")
        self.put("tests/test_thing.c")
        self.complains("modules")
        self.put("mime/a/thing_part.h")
        self.complains("modules", "mime/a/thing_part.c:1: has no")
        self.put("tests/lint/modules.txt", "# why\nmime/a/thing_part.c test_thing.c is part of it\n")
        self.complains("modules")
        self.put("tests/lint/modules.txt", "mime/a/thing_part.c test_thing.c\n")
        self.complains("modules", "tests/lint/modules.txt:1: lacks")
        self.put("tests/lint/modules.txt", "mime/a/thing_part.c test_none.c is part of it\n")
        self.complains("modules", "tests/lint/modules.txt:1: there is no tests/test_none.c")
        self.put("tests/lint/modules.txt", "mime/a/thing_part.c test_thing.c is part of it\n"
                 "mime/a/gone.c test_thing.c is part of it\n"
                 "mime/a/thing.c test_thing.c is itself\n")
        self.complains("modules", "tests/lint/modules.txt:2: there is no mime/a/gone.c",
                       "tests/lint/modules.txt:3: tests/test_thing.c is there")

    def test_lengths(self):
        def function(lines):
            return "int f(void)\n{\n" + "    a();\n" * lines + "}\n"

        self.put("mime/a.c", function(60) + "int table[] =\n{\n" + "    1,\n" * 61 + "};\n")
        self.complains("lengths")
        self.put("mime/a.c", function(60) + function(61))
        self.complains("lengths", "mime/a.c:65: the function has 61 lines")
        self.put("mime/a.c", "int a;\n" * 500)
        self.complains("lengths")
        self.put("mime/a.c", "int a;\n" * 501)
        self.complains("lengths", "mime/a.c:501: has more than 500 lines")

    def test_functions(self):
        self.put("mime/a.c", '/* strcpy(a, b) */\nchar *t = "gets(x)"; // atoi(x)\n'
                 "a->access(b); a.system(b); my_strcpy(a, b); snprintf(a, 1, b);\n")
        self.complains("functions")
        self.put("mime/a.c", "/* a\nb */ strcpy(a, b);\nint c = '\"'; sprintf (a, b);\n")
        self.complains("functions", "mime/a.c:2: strcpy() has no", "mime/a.c:3: sprintf() has no")
        self.put("mime/a.c", "")
        self.put("src/cli/a.c", "getenv(a);\nsystem(a);\n")
        self.complains("functions", "src/cli/a.c:2: system() runs")
        self.put("src/net/a.c", "getenv(a);\n")
        self.complains("functions", "src/cli/a.c:2:", "src/net/a.c:1: getenv() is for")

    def test_words(self):
        self.put("docs/a.md", "See https://www.rfc-editor.org/rfc/rfc5322 and http://a.example/.\n")
        self.put("mime/a.c", SPDX)
        self.put(".dotfile")
        self.put("build-asan/other")
        self.complains("words")
        self.put("docs/a.md", "\nIn /ho" "me/ann/mail, from https:" "//mirror.elsewhere.net/x\n")
        self.complains("words", "docs/a.md:2: /ho", "docs/a.md:2: mirror.elsewhere.net is")
        self.put("docs/a.md")
        self.put("notes.txt")
        self.complains("words", "notes.txt:1: is not meant")
        (self.root / "notes.txt").unlink()
        self.put("mime/a.c", "int a;\n\n\n" + SPDX)
        self.complains("words", "mime/a.c:1: names no license")

    @unittest.skipUnless(shutil.which("clang-format"), "clang-format is not installed")
    def test_format(self):
        self.put(".clang-format", "BasedOnStyle: LLVM\n")
        self.put("mime/a.c", "int a;\n")
        self.complains("format")
        self.put("mime/a.c", "int a;\nint   b;\n")
        self.complains("format", "mime/a.c:2: is not formatted")
        self.put(".clang-format", "BasedOnStyle: Nobody's\n")
        self.complains("format", ".clang-format:1: clang-format failed")


if __name__ == "__main__":
    unittest.main()
