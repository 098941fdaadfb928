#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The manual pages: nothing without an entry, no entry for what is not there, nothing that mandoc
or man-db finds fault with, and examples that work."""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
ARGUMENTS = None
PICTURE = TREE / "samples/pictures/cpu.png"


def run(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, timeout=60, **more)


def page(name):
    return Path(TREE, "docs/man", name).read_text(encoding="utf-8")


def sections(text, macro):
    """The parts of a page by heading; the text before the first one is left out."""
    parts = re.split(rf"(?m)^\.{macro} (.*)\n", text)
    return dict(zip(parts[1::2], parts[2::2]))


def entries(text, macro):
    """The words behind a macro in the heads of a list's items."""
    found = []
    for head in re.findall(r"(?m)^\.It (.*)$", text):
        found += re.findall(rf"(?:^|[ ,]){macro} ([^ ,]+)", head)
    return found


def options_of(text):
    return [word.replace("\\-", "-") for word in entries(text, "Fl")]


class Facts:
    """What there is, as the program was built from it."""

    def __init__(self, text):
        self.options, self.variables = {}, []
        self.verbs, self.reserved, self.providers, self.words, self.keys = [], [], [], [], []
        for line in text.splitlines():
            kind, *words = line.split(" ")
            if kind == "option":
                verb, letters, name, variable = words
                spelled = [] if letters == "-" else list(letters)
                spelled += [] if name == "-" else ["-" + name]
                self.options.setdefault(verb, []).extend(spelled)
                self.variables += [] if variable == "-" else [variable]
                # The key "config" would read a file from within itself.
                self.keys += [] if variable == "-" or name == "config" else [name]
            elif kind == "words":
                self.words += [f"{words[0]} {word}" for word in words[1:]]
            else:
                {"verb": self.verbs, "reserved": self.reserved,
                 "provider": self.providers}[kind].append(words[0])


class Program(unittest.TestCase):
    """mailer(1) against the tables that the program is built from."""

    @classmethod
    def setUpClass(cls):
        cls.facts = Facts(Path(ARGUMENTS.list).read_text(encoding="utf-8"))
        cls.text = page("mailer.1")
        cls.parts = sections(cls.text, "S[hs]")

    def test_each_option_has_one_entry_and_no_other_has(self):
        sending = sum((options_of(text) for head, text in self.parts.items()
                       if head.startswith("Options for ")), [])
        self.assertCountEqual(sending, self.facts.options["-"])

    def test_each_option_of_a_verb_has_one_entry_and_no_other_has(self):
        documented = {head.rpartition(" ")[2]: options_of(text)
                      for head, text in self.parts.items() if head.startswith("Options of ")}
        # A verb with all the options of sending needs no list of its own.
        there = {verb: names for verb, names in self.facts.options.items()
                 if names != self.facts.options["-"]}
        self.assertEqual(sorted(documented), sorted(there))
        for verb, names in there.items():
            self.assertCountEqual(documented[verb], names, verb)

    def test_each_verb_has_an_entry_and_those_to_come_are_told(self):
        verbs, _, reserved = self.parts["Verbs"].partition(".El\n")
        told = [" ".join(head.split()[1:3]) for head in re.findall(r"(?m)^\.It (Cm .*)$", verbs)]
        self.assertEqual({words.split()[0] for words in told}, set(self.facts.verbs))
        whole = [verb for verb in self.facts.verbs
                 if not any(word.startswith(verb + " ") for word in self.facts.words)]
        self.assertCountEqual([words for words in told if words.split()[0] not in whole],
                              self.facts.words)
        self.assertCountEqual(re.findall(r"(?m)^\.Cm (\S+)", reserved), self.facts.reserved)

    def test_each_option_and_verb_is_in_a_test(self):
        files = [*Path(TREE, "tests/end_to_end").glob("*.py"), *Path(TREE, "tests").glob("test_*.c")]
        text = "\n".join(path.read_text(encoding="utf-8") for path in files)
        for line in Path(ARGUMENTS.list).read_text(encoding="utf-8").splitlines():
            kind, *words = line.split(" ")
            if kind == "verb":
                self.assertIn(f'"{words[0]}"', text)
            elif kind == "option":
                verb, letters, name, _ = words
                short = [] if letters == "-" else ["-" + letter for letter in letters]
                spelled = short if name == "-" else [*short, "--" + name]
                self.assertRegex(text, r"(?<![\w-])(" + "|".join(spelled) + r")(?![\w-])",
                                 f"no test has this option of {verb}")

    def test_each_variable_has_an_entry_and_no_other_has(self):
        told = [name for name in entries(self.parts["ENVIRONMENT"], "Ev")
                if name.startswith("MAILER_")]
        self.assertCountEqual(told, set(self.facts.variables))

    def test_each_key_of_the_configuration_has_an_entry_and_no_other_has(self):
        told = entries(sections(page("mailer.5"), "Sh")["KEYS"], "Ic")
        self.assertCountEqual(told, {*self.facts.keys, "include"})

    def test_each_name_of_s_nail_has_an_entry_and_no_other_has(self):
        table = Path(TREE, "src/cli/configuration/setting_name.c").read_text(encoding="utf-8")
        there = re.findall(r'\{"([\w-]+)", (?:"[\w-]+"|NULL), ', table)
        told = entries(sections(page("mailer.5"), "Sh")["NAMES OF S-NAIL"], "Li")
        self.assertGreater(len(there), 5)
        self.assertCountEqual([name.replace("\\-", "-") for name in told], there)

    def test_each_key_of_a_provider_has_an_entry_and_no_other_has(self):
        source = Path(TREE, "src/cli/provider.c").read_text(encoding="utf-8")
        there = re.findall(r'setting->key, "(\w+)"', source)
        told = entries(sections(page("mailer.5"), "Sh")["PROVIDERS"], "Ic")
        self.assertCountEqual(told, there)

    def test_each_provider_is_named_and_no_other_is(self):
        told = re.findall(r"(?m)^\.Cm (\S+)", self.parts["Providers"])
        self.assertCountEqual(told, self.facts.providers)

    def test_each_exit_code_has_an_entry_and_no_other_has(self):
        header = Path(TREE, "src/cli/exit_code.h").read_text(encoding="utf-8")
        there = re.findall(r"EXIT_CODE_\w+ = (\d+)", header)
        told = re.findall(r"(?m)^\.It (\d+)", self.parts["EXIT STATUS"])
        self.assertGreater(len(there), 10)
        self.assertEqual(told, there)

    def test_each_option_of_the_help_is_in_the_list_and_so_in_the_manual(self):
        for verb in [(), *((verb,) for verb in self.facts.verbs)]:
            text = run(ARGUMENTS.mailer, *verb, "--help").stdout
            names = re.findall(r"(?m)^  (?:-\w(?:, -\w)*, |    )?-(-[\w-]+)", text)
            self.assertTrue(names, verb)
            self.assertLessEqual(set(names), set(self.facts.options["".join(verb) or "-"]))


class Names(unittest.TestCase):
    """The pages of the program under other names against their tables of letters."""

    def check(self, name, table):
        source = Path(TREE, "src/cli/names", table).read_text(encoding="utf-8")
        there = [letter for letters in re.findall(r'\{"(\S+)", ARGUMENT_', source)
                 for letter in letters]
        told = [letter.replace("\\&", "") for letter in
                entries(sections(page(name), "Sh")["DESCRIPTION"], "Fl")]
        self.assertGreater(len(there), 10)
        self.assertCountEqual(told, there)

    def test_each_letter_of_sendmail_has_an_entry_and_no_other_has(self):
        self.check("mailer-sendmail.8", "sendmail_letters.c")

    def test_each_letter_of_mail_has_an_entry_and_no_other_has(self):
        self.check("mailer-mail.1", "mail_letters.c")


class Library(unittest.TestCase):
    """The pages of section 3 against the symbols of the library."""

    @classmethod
    def setUpClass(cls):
        cls.symbols = Path(TREE, "tests/abi/symbols.txt").read_text(encoding="utf-8").split()
        cls.folder = Path(ARGUMENTS.functions)
        cls.pages = {path.stem: path.read_text(encoding="utf-8")
                     for path in cls.folder.glob("*.3")}

    def whole_pages(self):
        return {name: text for name, text in self.pages.items() if not text.startswith(".so ")}

    def test_each_function_is_declared_and_described_and_no_other_is(self):
        declared = sum((re.findall(r"(?m)^\.Fo (mailer_\w+)", sections(text, "Sh")["SYNOPSIS"])
                        for text in self.whole_pages().values()), [])
        described = []
        for text in self.whole_pages().values():
            for head in re.findall(r"(?ms)^\.It Xo\n(.*?)^\.Xc", text):
                described += re.findall(r"\.Fn (\w+)", head)
        self.assertCountEqual(declared, self.symbols)
        self.assertCountEqual(described, self.symbols)

    def test_each_function_is_described_in_words(self):
        for name, text in self.whole_pages().items():
            for words in re.findall(r"(?ms)^\.Xc\n(.*?)(?=^\.It Xo|^\.El\n\.S|\Z)", text):
                self.assertGreater(len(words), 10, name)

    def test_each_function_has_a_page_of_its_name(self):
        for symbol in self.symbols:
            text = self.pages[symbol]
            if text.startswith(".so "):
                target = text.split()[1]
                self.assertTrue(Path(self.folder, Path(target).name).is_file(), target)

    def test_nothing_of_a_comment_is_left(self):
        for name, text in self.whole_pages().items():
            self.assertNotRegex(text, r"/\*|\*/|@(param|return|file)", name)

    def test_the_overview_names_each_page(self):
        overview = page("libmailer.3")
        self.assertEqual(set(re.findall(r"(?m)^\.It Xr (\w+) 3", overview)),
                         set(self.whole_pages()))

    def test_the_example_compiles(self):
        code = sections(page("libmailer.3"), "Sh")["EXAMPLES"]
        code = re.search(r"(?s)\.Bd -literal\n(.*?)\.Ed", code).group(1)
        code = code.replace("\\-", "-").replace("\\e", "\\")
        done = run(ARGUMENTS.compiler, "-x", "c", "-", "-fsyntax-only", "-Wall", "-Werror",
                   "-I", TREE / "include", input=code)
        self.assertEqual(done.returncode, 0, done.stderr)


class Form(unittest.TestCase):
    """What readers of mdoc say."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        for path in [*Path(TREE, "docs/man").glob("*.[1-8]"),
                     *Path(ARGUMENTS.functions).glob("*.3")]:
            section = cls.folder / f"man{path.suffix[1:]}"
            section.mkdir(exist_ok=True)
            shutil.copy(path, section)
            shutil.copy(path, cls.folder)  # here mandoc looks for what pages refer to

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def whole_pages(self):
        return sorted(path for path in self.folder.glob("*.[1-8]")
                      if not path.read_text(encoding="utf-8").startswith(".so "))

    def test_mandoc_has_nothing_to_say(self):
        if not shutil.which("mandoc"):
            self.skipTest("no mandoc here")
        done = run("mandoc", "-Tlint", *(path.name for path in self.whole_pages()),
                   cwd=self.folder)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_man_db_shows_each_page_without_a_warning(self):
        if not shutil.which("man") or not shutil.which("groff"):
            self.skipTest("no man-db here")
        for path in self.whole_pages():
            done = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", path,
                       env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": "80",
                            "MANROFFSEQ": "", "HOME": str(self.folder)})
            self.assertEqual((done.returncode, done.stderr), (0, ""), path.name)
            self.assertIn("\nNAME\n", re.sub(r".\x08", "", done.stdout))

    def test_a_page_is_found_by_each_of_its_names(self):
        if not shutil.which("man"):
            self.skipTest("no man-db here")
        done = run("man", "-w", "mailer", "mailer_message_new",
                   env={"PATH": "/usr/bin:/bin", "MANPATH": str(self.folder)})
        self.assertEqual([Path(line).name for line in done.stdout.split()],
                         ["mailer.1", "mailer_message.3"])


class Examples(unittest.TestCase):
    """Those of mailer(1), as they stand there, with files of these names."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        for name in ("cpu.png", "mem.png"):
            shutil.copy(PICTURE, cls.folder / name)
        cls.write("summary.txt", "All is well.\n")
        cls.write("report.html", '<p>All is well.</p><img src="cpu.png" alt="CPU">\n')
        cls.write("logs/one.log", "a line\n")
        cls.write("app.log", "ERROR: a line\n")
        cls.write("message.eml", "From: ann@example.org\nTo: bob@example.org\nSubject: Hello\n\n"
                  "Hello.\n")
        cls.write("nightly-report.sh", "#!/bin/sh\necho Well. | mailer ops@example.org\n")
        Path(cls.folder, "nightly-report.sh").chmod(0o755)
        Path(cls.folder, "bin").mkdir()
        for name in ("mailer", "sendmail", "mail", "mailx"):
            Path(cls.folder, "bin", name).symlink_to(Path(ARGUMENTS.mailer).resolve())

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def write(cls, name, text):
        path = Path(cls.folder, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def examples(self):
        text = "".join(sections(page(name), "Sh")["EXAMPLES"]
                       for name in ("mailer.1", "mailer-mail.1", "mailer-sendmail.8"))
        text = text.replace("\\-", "-")
        found = re.findall(r"(?m)^\.Dl (.*)$", text)
        found += re.findall(r"(?ms)^\.Bd -literal.*?\n(.*?)^\.Ed", text)
        return [example.replace("\\e", "\\") for example in found]

    def shell(self, command, **more):
        environment = {"PATH": f"{self.folder}/bin:/usr/bin:/bin", "HOME": str(self.folder),
                       "USER": "ann", "LOGNAME": "ann", "LC_ALL": "C.UTF-8", **more}
        return run("sh", "-c", command, cwd=self.folder, env=environment)

    def test_the_example_of_a_configuration_is_one(self):
        text = re.search(r"(?ms)^\.Bd -literal.*?\n(.*?)^\.Ed", page("mailer.5")).group(1)
        self.write("config", text.replace("\\-", "-"))
        done = self.shell("mailer accounts --config config list")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual([line.split("\t")[0] for line in done.stdout.splitlines()],
                         ["* work", "  local"])
        done = self.shell("mailer --config config -d -s Hello bob@example.org < summary.txt")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("From: Ann <ann@example.org>", done.stdout)

    def test_each_of_them_sends_or_shows_a_message(self):
        examples = self.examples()
        self.assertGreater(len(examples), 8)
        caught = Path(self.folder, "inbox")
        with subprocess.Popen([ARGUMENTS.mailer, "catch", "--listen", "127.0.0.1:0", "--dir",
                               caught], stdout=subprocess.PIPE, text=True) as server:
            try:
                address = re.search(r"127\.0\.0\.1:\d+", server.stdout.readline()).group()
                self.try_all(examples, address, caught)
            finally:
                server.terminate()

    def try_all(self, examples, address, caught):
        sent = 0
        for example in examples:
            # Servers that only an example can have are not asked.
            dry = "example.org --user" in example
            command = re.sub(r"(?m)^mailer catch .*\n", "", example)
            command = command.replace("127.0.0.1:1025", address)
            command = command.replace("mailer ", "mailer -d ") if dry else command
            done = self.shell(command, MAILER_SERVER=address, MAILER_DOMAIN="example.org")
            self.assertEqual(done.returncode, 0, f"{example}\n{done.stderr}")
            shows = dry or " -d " in example
            self.assertEqual("Message-ID:" in done.stdout, shows, example)
            sent += not shows
            self.assertEqual(len(list(caught.glob("*.eml"))), sent, example)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--mailer", required=True, help="the program")
    parser.add_argument("--list", required=True, help="what there is, by `completions list`")
    parser.add_argument("--functions", required=True, help="the folder of the made pages")
    parser.add_argument("--compiler", required=True)
    ARGUMENTS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
