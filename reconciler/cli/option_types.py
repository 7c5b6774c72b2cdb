"""Values of options: durations, moments, digests and words."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from reconciler.durations import parse_duration
from reconciler.system_text import from_system

_SECONDS = re.compile(r"[0-9]{1,9}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DAY = timedelta(days=1)


class Duration(click.ParamType[timedelta]):
    """`90s 5m 24h 7d`, or plain seconds."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """See `click.ParamType.convert`."""
        if isinstance(value, timedelta):
            return value
        text = str(value)
        plain = _SECONDS.fullmatch(text.removesuffix("s"))
        found = timedelta(seconds=int(plain[0])) if plain else parse_duration(text)
        if found is None:
            self.fail(f"{value!r} is not a duration; write 90s, 5m, 24h or 7d", param, ctx)
        return found


class WholeNumber(click.IntRange):
    """A whole number between two limits."""

    name = "number"


class FilePath(click.Path):
    """The path of a file or folder. An empty one, as of a variable that is not set, is refused."""

    def __init__(
        self,
        *,
        exists: bool = False,
        file_okay: bool = True,
        dir_okay: bool = True,
        allow_dash: bool = False,
    ) -> None:
        super().__init__(
            exists=exists,
            file_okay=file_okay,
            dir_okay=dir_okay,
            allow_dash=allow_dash,
            path_type=Path,
        )

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """See `click.ParamType.convert`."""
        if value == "":
            self.fail("the path is empty", param, ctx)
        if "\0" in os.fsdecode(value):
            self.fail("a path has no NUL", param, ctx)
        return super().convert(value, param, ctx)


class Sha256(click.ParamType[str]):
    """A SHA-256 in hex, in lower case."""

    name = "hex"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """See `click.ParamType.convert`."""
        text = str(value).strip().lower()
        if text and _SHA256.fullmatch(text) is None:
            self.fail("not a SHA-256: it has 64 characters of 0-9 and a-f", param, ctx)
        return text


class Words(click.types.StringParamType):
    """Text that is stored, whatever the locale's encoding."""

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """See `click.ParamType.convert`."""
        return from_system(super().convert(value, param, ctx))


class Moment(click.ParamType[datetime]):
    """A day or a moment; without a time zone it is in UTC. `end`: a day counts to its end."""

    name = "date"

    def __init__(self, *, end: bool = False) -> None:
        self._end = end

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """See `click.ParamType.convert`."""
        text = str(value).strip()
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail("not a date; write 2026-11-27 or 2026-11-27T09:00Z", param, ctx)
        whole_day = self._end and len(text) == len("2026-11-27")
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return moment + _DAY if whole_day else moment
