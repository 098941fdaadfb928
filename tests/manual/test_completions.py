#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The completions for bash, zsh and fish: read by the shells themselves, asked as the shells ask
them, and typed at a terminal."""

import argparse
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ARGUMENTS = None
BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")


def run(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, timeout=60, **more)


def made(shell):
    return Path(ARGUMENTS.folder, f"mailer.{shell}")


class Terminal:
    """A shell at a terminal of its own, while the `with` block runs."""

    def __init__(self, folder, environment, *command):
        self.folder, self.environment, self.command = folder, environment, command

    def __enter__(self):
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            os.chdir(self.folder)
            os.execvpe(self.command[0], self.command,
                       {**self.environment, "TERM": "dumb", "PS1": "> ",
                        "HISTFILE": "/dev/null", "INPUTRC": "/dev/null"})
        return self

    def __exit__(self, *_exception):
        os.write(self.descriptor, b"\x03\nexit\n")
        self.read(lambda _text: False, 2)
        os.close(self.descriptor)
        os.waitpid(self.process, 0)

    def read(self, enough, seconds=20):
        text, end = "", time.monotonic() + seconds
        while not enough(text) and time.monotonic() < end:
            if select.select([self.descriptor], [], [], 0.1)[0]:
                try:
                    octets = os.read(self.descriptor, 65536)
                except OSError:
                    break
                if not octets:
                    break
                text += octets.decode(errors="replace")
        return text

    def say(self, line):
        """Runs a command, and waits until it is done."""
        os.write(self.descriptor, f"{line}; echo do''ne\n".encode())
        return self.read(lambda text: re.search(r"(?m)^done\r", text))

    def type(self, keys, wanted):
        """Types keys, and tells whether the wanted text comes up; then clears the line."""
        os.write(self.descriptor, keys.encode())
        text = self.read(lambda text: wanted in text)
        os.write(self.descriptor, b"\x15\n")
        self.read(lambda text: "\n" in text)
        return text


class Completions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        (cls.folder / "picture of today.png").touch()
        (cls.folder / "inbox-folder").mkdir()
        shutil.copy(made("zsh"), cls.folder / "_mailer")
        (cls.folder / "bin").mkdir()
        (cls.folder / "bin/mailer").symlink_to(ARGUMENTS.mailer)
        (cls.folder / "config").write_text('[account "work"]\nuser = ann\n'
                                           '[account "home"]\nuser = bob\n')
        cls.environment = {"PATH": f"{cls.folder}/bin:/usr/bin:/bin", "HOME": str(cls.folder),
                           "LC_ALL": "C.UTF-8", "MAILER_CONFIG": str(cls.folder / "config")}
        cls.options, cls.verbs, cls.providers, cls.words = {}, [], [], {}
        for line in made("list").read_text(encoding="utf-8").splitlines():
            kind, *words = line.split(" ")
            if kind == "option":
                cls.options.setdefault(words[0], []).append((words[1], words[2]))
            elif kind == "verb":
                cls.verbs.append(words[0])
            elif kind == "words":
                cls.words[words[0]] = words[1:]
            elif kind == "provider":
                cls.providers.append(words[0])

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def long_options(self, verb="-"):
        return ["--" + name for _, name in self.options[verb] if name != "-"]

    def need(self, shell):
        if not shutil.which(shell):
            self.skipTest(f"no {shell} here")


class Bash(Completions):
    def ask(self, *words):
        """What bash would offer for the last of the words."""
        script = f"{'. ' + str(BASH_COMPLETION) + ';' if BASH_COMPLETION.is_file() else ''}" \
                 f". {made('bash')}; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); " \
                 "_mailer; printf '%s\\n' \"${COMPREPLY[@]}\""
        done = run("bash", "--norc", "-c", script, "bash", "mailer", *words, cwd=self.folder,
                   env=self.environment)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_bash_can_read_it(self):
        done = run("bash", "-n", made("bash"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_each_option_is_offered_and_nothing_else(self):
        self.assertCountEqual(self.ask("--"), self.long_options())
        for verb in self.verbs:
            self.assertCountEqual(self.ask(verb, "--"), self.long_options(verb))

    def test_letters_are_offered(self):
        offered = self.ask("-")
        for letter in ("-s", "-a", "-A", "-t", "-4"):
            self.assertIn(letter, offered)

    def test_verbs_are_offered_as_the_first_word_only(self):
        self.assertCountEqual(self.ask(""), self.verbs)
        self.assertEqual(self.ask("-v", ""), [])

    def test_words_of_an_argument_are_offered(self):
        self.assertEqual(self.ask("--tls", "re"), ["required"])
        self.assertEqual(self.ask("-v", "--tls", "=", "o"), ["opportunistic", "off"])
        self.assertCountEqual(self.ask("--tls-verify", "="), ["yes", "no"])
        self.assertCountEqual(self.ask("--server", ""), self.providers)
        self.assertEqual(self.ask("-N", "su"), ["success"])

    def test_accounts_are_offered(self):
        self.assertEqual(self.ask("--account", ""), ["work", "home"])
        self.assertEqual(self.ask("-v", "--account", "=", "ho"), ["home"])

    def test_words_of_a_verb_are_offered_behind_it_only(self):
        for verb, words in self.words.items():
            self.assertEqual(self.ask(verb, ""), words)
            self.assertEqual(self.ask(verb, words[0][:2]), words[:1])
            self.assertEqual(self.ask(verb, words[0], ""), [])

    def test_nothing_is_offered_for_what_only_the_user_knows(self):
        for words in (("-s", ""), ("--subject", "-"), ("-c", "a"), ("-v", "a")):
            self.assertEqual(self.ask(*words), [], words)

    def test_files_are_completed_at_a_terminal(self):
        with Terminal(self.folder, self.environment, "bash", "--norc", "--noprofile", "-i") as terminal:
            terminal.say(f". {made('bash')}")
            for keys in ("mailer -a pict\t", "mailer --attach=pict\t", "mailer -a today.png=pict\t",
                         "mailer -v --html pict\t"):
                text = terminal.type(keys, "today.png ")
                self.assertRegex(text, r"picture\\ of\\ today\.png|picture of today\.png", keys)
            self.assertIn("inbox-folder", terminal.type("mailer catch --dir inb\t", "folder"))
            self.assertNotIn("picture of", terminal.type("mailer -s pict\t", "pict"))


class Zsh(Completions):
    def test_zsh_can_read_it(self):
        self.need("zsh")
        done = run("zsh", "-n", made("zsh"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_each_option_is_in_it(self):
        text = made("zsh").read_text(encoding="utf-8")
        for verb in self.options:
            for name in self.long_options(verb):
                self.assertRegex(text, rf"'\*{name}=?\[", name)

    def test_it_completes_at_a_terminal(self):
        self.need("zsh")
        with Terminal(self.folder, self.environment, "zsh", "-f", "-i") as terminal:
            terminal.say("unsetopt zle_bracketed_paste; fpath=($PWD $fpath); autoload -Uz compinit; "
                         "compinit -u -D; bindkey -e; zstyle ':completion:*' menu no")
            for keys, wanted in (("mailer --subj\t", "--subject"),
                                 ("mailer --tls requ\t", "required"),
                                 ("mailer --tls=requ\t", "required"),
                                 ("mailer -v --server gma\t", "gmail"),
                                 ("mailer cat\t", "catch"),
                                 ("mailer catch --lis\t", "--listen"),
                                 ("mailer accounts impo\t", "import"),
                                 ("mailer --account wo\t", "work"),
                                 ("mailer -a pict\t", "today.png"),
                                 ("mailer -a now.png=pict\t", "today.png")):
                self.assertIn(wanted, terminal.type(keys, wanted), keys)


class Fish(Completions):
    def ask(self, line):
        done = run("fish", "--no-config", "-c", f"source {made('fish')}; complete -C '{line}'",
                   cwd=self.folder, env=self.environment)
        self.assertEqual(done.stderr, "")
        return [offer.partition("\t")[0] for offer in done.stdout.splitlines()]

    def test_fish_can_read_it(self):
        self.need("fish")
        done = run("fish", "-n", made("fish"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_each_option_is_offered_and_nothing_else(self):
        self.need("fish")
        offered = [word.rstrip("=") for word in self.ask("mailer --")]
        self.assertCountEqual(offered, self.long_options())
        for verb in self.verbs:
            offered = [word.rstrip("=") for word in self.ask(f"mailer {verb} --")]
            self.assertCountEqual(offered, self.long_options(verb))

    def test_words_and_files_are_offered(self):
        self.need("fish")
        self.assertEqual(self.ask("mailer --tls re"), ["required"])
        self.assertEqual(self.ask("mailer --server sendg"), ["sendgrid"])
        self.assertEqual(self.ask("mailer cat"), ["catch"])
        self.assertEqual(self.ask("mailer -v cat"), [])
        self.assertEqual(sorted(self.ask("mailer --account ")), ["home", "work"])
        for verb, words in self.words.items():
            self.assertCountEqual(self.ask(f"mailer {verb} "), words)
            self.assertEqual(self.ask(f"mailer {verb} {words[0]} "), [])
        self.assertEqual(self.ask("mailer -a pict"), ["picture of today.png"])
        self.assertEqual(self.ask("mailer -s pict"), [])


del Completions

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--mailer", required=True, help="the program")
    parser.add_argument("--folder", required=True, help="where they are, as they were made")
    ARGUMENTS, rest = parser.parse_known_args()
    ARGUMENTS.mailer = os.path.abspath(ARGUMENTS.mailer)
    ARGUMENTS.folder = os.path.abspath(ARGUMENTS.folder)
    unittest.main(argv=[sys.argv[0], *rest])
