"""What the system gives as bytes (arguments, variables, file names) into text that can be kept.

Python decodes it by the locale, and bytes that do not fit become lone surrogates, which nothing can
store or print. Paths stay as Python has them: only so do they still lead to their files.
"""

import os
import re

_UNDECODED = re.compile("[\udc80-\udcff]")


def from_system(text: str) -> str:
    """`text` with undecoded bytes read as UTF-8, and shown as escapes where they are none."""
    if text.isascii() or not _UNDECODED.search(text):
        return text
    return os.fsencode(text).decode("utf-8", "backslashreplace")
