"""Texts that a stranger would like to have printed, and what no output may be. Add your own."""

import re

PAYLOADS = (
    "::error file=a.py,line=1::owned",
    " \t::set-output name=x::y",
    "::add-mask::a",
    "::stop-commands::x",
    "x ##[error]owned",
    "##[add-mask]x",
    "##vso[task.setvariable variable=x]y",
    "##teamcity[buildStatus text='x']",
    "section_start:1560896352:x\r\x1b[0Kowned",
    "\x1b[2J\x1b[1;31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "\x9b31m",
    "a\rb",
    "a\n::error::next line",
    "a\nNo changes. Your campaigns match the manifests.",
    "a\u2028::error::x",
    "a\u0085::error::x",
    "abc\u202edef",
    "abc\u2066def\u2069",
    "zero\u200bwidth\ufeff",
    "\ue000\U000f0000",
    "tag\U000e0041\U000e007f",
    "blank\u3164\u2800",
    "P\u0430ypal",
    "\u0410\u0412\u0421",
)
"""Each may be a name, a text, a message, a file's name, a reason, a user or a host."""

_COMMAND = re.compile(r"##\w*\[")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def require_harmless(text: str, *, color: bool = False) -> None:
    """No line of an output is a command to a runner, and nothing in it misleads a reader."""
    text = _COLOUR.sub("", text) if color else text
    for line in text.split("\n"):
        assert not line.lstrip().startswith("::"), line
        assert _COMMAND.search(line) is None, line
        assert all(character.isprintable() for character in line), line
    for letter in ("\u3164", "\u2800", "P\u0430", "\u0410\u0412\u0421"):
        assert letter not in text, text
