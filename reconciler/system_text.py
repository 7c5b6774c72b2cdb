"""Bytes from the system (arguments, variables, file names) into text that can be stored.

Python decodes them by the locale. Bytes that do not fit become lone surrogates, which cannot be
stored or printed. Do not use this for paths that will be opened: they must stay as Python has them.
"""

import os
import re

_UNDECODED = re.compile("[\udc80-\udcff]")


def from_system(text: str) -> str:
    """`text` with undecoded bytes read as UTF-8; bytes that are not UTF-8 become escapes."""
    if text.isascii() or not _UNDECODED.search(text):
        return text
    return os.fsencode(text).decode("utf-8", "backslashreplace")
