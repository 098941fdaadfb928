#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Makes the manual pages of the library's functions, mdoc, out of the contracts in its headers:

    reference.py --dated libmailer.3 --to FOLDER HEADER...

mailer_NAME.3 for each header NAME.h that declares something, with the date of another page; and for
each function a page of its name, which leads there."""

import argparse
import re
from pathlib import Path

ITEM = re.compile(r"""
    (?:/\*\*(?P<comment>(?:(?!\*/).)*)\*/\s*)?
    (?P<code>
      MAILER_API\s[^;]*;
    | typedef\s[^;]*;
    | struct\s+\w+\s*(?:\{.*?\n\})?;
    | enum(?:\s+\w+)?\s*\{[^}]*\};
    )""", re.DOTALL | re.VERBOSE)
FUNCTION = re.compile(r"MAILER_API\s+(?P<type>.*?)(?P<name>mailer_\w+)\((?P<arguments>.*)\);",
                      re.DOTALL)
TYPEDEF = re.compile(r"typedef\s+(?P<type>.*?)\(\*(?P<name>\w+)\)\((?P<arguments>.*)\);", re.DOTALL)
CALL = re.compile(r"(?P<before>\(?)(?P<name>[a-z]\w+)\(\)(?P<behind>[.,;:)]*)")


# Of a line, in octets as mandoc counts them; a letter beyond US-ASCII may take a few.
WIDTH = 70


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return "\\&" + text if text[:1] in (".", "'") else text


def one_line(text):
    return re.sub(r"\s+", " ", text).strip()


def quoted(text):
    return '"' + one_line(text).replace('"', "\\(dq") + '"'


def sentences(text):
    """Running text as lines of at most 80 columns, each sentence on a new one."""
    lines = []
    for sentence in re.split(r"(?<=[A-Za-z0-9)\"][.:]) (?=[A-Z<])", one_line(text)):
        line = ""
        for word in sentence.split():
            call = CALL.fullmatch(word)
            if call or len(line) + len(shown := escape(word)) > WIDTH:
                lines.append(line)
                line = ""
            if call:
                lines.append(" ".join([".Pq Fn" if call["before"] else ".Fn", call["name"],
                                       *call["behind"][len(call["before"]):]]))
            else:
                line += (" " if line else "") + shown
        lines.append(line)
    return [line for line in lines if line]


def stripped(comment):
    """The lines of a comment without their stars."""
    return [re.sub(r"^\s*\* ?|^ (?=\S)", "", line) for line in comment.strip("\n").splitlines()]


def literal(lines):
    indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return [".Bd -literal -offset indent", *(escape(line[indent:].rstrip()) for line in lines),
            ".Ed"]


def listed(lines):
    result = [".Bl -bullet -compact"]
    for entry in re.split(r"(?m)^- ", "\n".join(lines))[1:]:
        result += [".It", *sentences(entry)]
    return [*result, ".El"]


def paragraphs(lines):
    """mdoc of a comment's text: paragraphs, lists and code."""
    result = []
    blocks = re.split(r"\n\s*\n", "\n".join(lines).strip("\n"))
    for block in blocks:
        block_lines = [line for line in block.splitlines() if line.strip()]
        if not block_lines:
            continue
        if all(line.startswith("    ") for line in block_lines):
            result += literal(block_lines)
            continue
        running = [line for line in block_lines if not re.match(r"- |  \S", line)]
        if result and running:
            result.append(".Pp")
        if len(running) == len(block_lines) or not re.match(r"- ", block_lines[len(running)]):
            result += sentences(block)
        else:
            result += sentences(" ".join(running)) + listed(block_lines[len(running):])
    return result


def documented(comment):
    """mdoc of a contract: its text, its parameters, what is returned."""
    parts = re.split(r"(?m)(?:^|(?<= ))@(param|return|file)\b", "\n".join(stripped(comment)))
    result = paragraphs(parts[0].splitlines())
    parameters, returned = [], []
    for kind, text in zip(parts[1::2], parts[2::2]):
        if kind == "param":
            name, _, words = text.strip().partition(" ")
            parameters += [f".It Fa {name}", *sentences(words)]
        elif kind == "return":
            returned = sentences("Returns " + text.strip())
    if parameters:
        result += [".Bl -tag -width Ds -compact", *parameters, ".El"]
    if returned:
        result += ([".Pp"] if result and not parameters else []) + returned
    return result


def arguments_of(text):
    return [] if text.strip() == "void" else [one_line(word) for word in text.split(",")]


def synopsis(match):
    return [f".Ft {quoted(match['type'])}", f".Fo {match['name']}",
            *(f".Fa {quoted(word)}" for word in arguments_of(match["arguments"])), ".Fc"]


def members(code):
    """mdoc of what is between the braces of a struct or an enum."""
    if "{" not in code:
        return []
    inside = code[code.index("{") + 1:code.rindex("}")].strip()
    separator = ";" if code.startswith("struct") else ","
    pattern = re.compile(rf"(?P<name>[^{separator}/]+?)\s*(?:{separator}|$)\s*"
                         r"(?:/\*\*<(?P<comment>.*?)\*/)?\s*|"
                         r"(?P<last>[^/]+?)\s*/\*\*<(?P<words>.*?)\*/\s*$", re.DOTALL)
    result = []
    for match in pattern.finditer(inside):
        name = match["name"] or match["last"] or ""
        if name.strip():
            words = " ".join(stripped(match["comment"] or match["words"] or ""))
            macro = "Fa" if separator == ";" else "Dv"
            shown = quoted(name) if separator == ";" else one_line(name)
            result += [f".It {macro} {shown}", *sentences(words)]
    return [".Bl -tag -width Ds -compact", *result, ".El"] if result else []


def page(path, date, others):
    """The page of a header, and the names of the functions in it; None when it declares none."""
    source = re.sub(r"(?m)^#(.*\\\n)*.*\n", "", path.read_text(encoding="utf-8"))
    file_comment = re.search(r"/\*\*\s*\*?\s*@file \S+\s(?P<text>.*?)\*/", source, re.DOTALL)
    name = "mailer_" + path.stem
    text = "\n".join(stripped(file_comment["text"])).strip("\n")
    brief, _, rest = text.partition("\n\n")
    types, described, called, functions = [], [], [], []
    for item in ITEM.finditer(source, file_comment.end()):
        comment, code = item["comment"] or "", item["code"]
        function, typedef = FUNCTION.match(code), TYPEDEF.match(code)
        if function:
            functions.append(function["name"])
            called += synopsis(function)
            if comment:
                described.append(([], documented(comment)))
            described[-1][0].append(function["name"])
        elif typedef:
            types += [f".Ss {typedef['name']}", *synopsis(typedef), ".Pp", *documented(comment)]
        else:
            head = one_line(re.split(r"[{;]", code)[0])
            head = "Constants" if head == "enum" else head
            if comment or "{" in code:
                types += [f".Ss {head}", *documented(comment)]
            types += members(code)
    if not functions and not types:
        return None
    shown = functions or [name]
    whatis = [f".Nm {word} ," for word in shown[:-1]] + [f".Nm {shown[-1]}"]
    result = [f".\\\" Made from mailer/{path.name} by docs/man/reference.py.",
              f".Dd {date}", f".Dt {name.upper()} 3", ".Os",
              ".Sh NAME", *whatis, f".Nd {escape(one_line(brief).rstrip('.')).lower()}",
              ".Sh LIBRARY", "libmailer (\\-lmailer)", ".Sh SYNOPSIS", f".In mailer/{path.name}", *called,
              ".Sh DESCRIPTION", *paragraphs(rest.splitlines())]
    if described:
        result += [".Ss Functions", ".Bl -tag -width Ds"]
        for together, words in described:
            result += [".It Xo", *(f".Fn {word} ," for word in together[:-1]),
                       f".Fn {together[-1]}", ".Xc", *words]
        result.append(".El")
    result += types
    if functions:
        result += [".Sh RETURN VALUES",
                   "Functions that can fail return 0, or the negative class of the error; see",
                   ".Xr mailer_error 3 ."]
    see = ["libmailer", *(other for other in sorted(others) if other != name)]
    result += [".Sh SEE ALSO", *(f".Xr {other} 3" + (" ," if other != see[-1] else "")
                                 for other in see)]
    return name, functions, "\n".join(result) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dated", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("headers", type=Path, nargs="+")
    options = parser.parse_args()
    date = re.search(r"(?m)^\.Dd (.*)$", options.dated.read_text(encoding="utf-8")).group(1)
    options.to.mkdir(parents=True, exist_ok=True)
    names = {"mailer_" + path.stem for path in options.headers
             if page(path, date, ()) is not None}
    for path in options.headers:
        made = page(path, date, names)
        if made is None:
            continue
        name, functions, text = made
        Path(options.to, f"{name}.3").write_text(text, encoding="utf-8")
        for function in functions:
            if function != name:
                Path(options.to, f"{function}.3").write_text(f".so man3/{name}.3\n")


if __name__ == "__main__":
    main()
