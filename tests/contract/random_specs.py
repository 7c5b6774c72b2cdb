"""Specs as people write them, in every accepted spelling: strategies for properties.

A `Flavour` is one kind on one API version in one variant; what a strategy gives is valid there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st
from pydantic import JsonValue

from reconciler.resources.base import Kind
from reconciler.resources.carecycle import FEATURE_KEYS, SMS_KEYS
from reconciler.resources.kinds import BY_KIND, canonical
from reconciler.resources.message_text import decoded
from reconciler.resources.tree import Tree
from reconciler.resources.windows import DAYS, format_time
from reconciler.resources.writes import KNOWN_AFTER_APPLY

Draw = Callable[[st.SearchStrategy[JsonValue]], JsonValue]
SMS = ("simple", "template", "advanced")
VOICE = ("Agentless", "Progressive", "Preview")
_NAMES = {"MO": "Mon", "TU": "tuesday", "WE": "we", "TH": "Thurs", "FR": "fri", "SA": "Sat"}
_HOSTILE = st.sampled_from(
    [
        "\u202egnirpS\u202c",
        "a\nb",
        "  spaced  ",
        "no",
        "- x: #y",
        "12:30",
        "0123",
        "{{firstName}} & co.",
        "\x07\x1b[31m",
        "🎉 Sale!",
        "'it''s'",
        "%41+%2B",
        "\x85\u2028\ufeff",
        "Straße",
        "cf-1",
        "~",
        KNOWN_AFTER_APPLY,
        "a" * 45,
    ]
)


@dataclass(frozen=True, slots=True)
class Flavour:
    """One column of a field table."""

    kind: Kind
    api: str
    variant: str

    def canonical(self, spec: Tree) -> Tree:
        """A spec as people write it in canonical form; it must be valid."""
        model = self.kind.model.model_validate(spec)
        return canonical(self.kind, model.model_dump(mode="json", exclude_unset=True))


FLAVOURS: Mapping[str, Flavour] = {
    f"{kind}-{api}-{variant}": Flavour(BY_KIND[kind], api, variant)
    for kind, variants in (("KoreSmsCampaign", SMS), ("KoreVoiceCampaign", VOICE))
    for api in ("v1", "v2")
    for variant in variants
} | {"CareCycleCampaign": Flavour(BY_KIND["CareCycleCampaign"], "v2", "")}
"""By a name that is short to print."""


def texts(most: int, least: int = 1) -> st.SearchStrategy[str]:
    """Text that JSON can hold, also odd ones."""
    letters = st.characters(exclude_categories=["Cs"])
    plain = st.text(st.sampled_from("abc XYZ.,-'"), min_size=least, max_size=most)
    fitting = _HOSTILE.filter(lambda text: least <= len(text) <= most)
    return st.one_of(plain, st.text(letters, min_size=least, max_size=most), fitting)


def words(most: int) -> st.SearchStrategy[str]:
    """Text that is not only white space."""
    return texts(most).filter(lambda text: bool(text.strip()))


def specs(flavour: Flavour) -> st.SearchStrategy[Tree]:
    """Valid specs of a flavour."""
    if flavour.kind.provider == "carecycle":
        return _carecycle()
    return _kore_sms(flavour) if flavour.variant in SMS else _kore_voice(flavour)


@st.composite
def _common(draw: st.DrawFn, flavour: Flavour) -> Tree:
    spec: dict[str, JsonValue] = {
        "name": draw(texts(48)),
        "contactLists": list[JsonValue](draw(st.lists(texts(20), min_size=1, max_size=4))),
    }
    for key, strategy in _maybe(
        description=texts(256, 0),
        priority=st.integers(1, 5) | st.sampled_from("12345"),
        schedule=st.just({"isSchedulingEnabled": False}),
    ):
        if draw(st.booleans()):
            spec[key] = draw(strategy)
    if flavour.api == "v2" and (flavour.variant in VOICE or draw(st.booleans())):
        spec["dncLists"] = {"name": draw(texts(20))}
    return spec


def _maybe(
    **strategies: st.SearchStrategy[object],
) -> list[tuple[str, st.SearchStrategy[JsonValue]]]:
    return list(strategies.items())  # type: ignore[arg-type]


@st.composite
def _kore_sms(draw: st.DrawFn, flavour: Flavour) -> Tree:
    spec = draw(_common(flavour))
    spec["dialingStrategy"] = draw(_dialing())
    plain = words(200).filter(lambda text: decoded(text) is None)
    if flavour.variant == "advanced":
        spec["experienceFlowName"] = draw(texts(30))
    elif flavour.variant == "template":
        spec["message"] = {"template_name": draw(texts(30)), "message": draw(plain)}
    else:
        spec["message"] = {"message": draw(plain)}
    return spec


@st.composite
def _kore_voice(draw: st.DrawFn, flavour: Flavour) -> Tree:
    spec = draw(_common(flavour))
    spec["dialingMode"] = flavour.variant
    spec["dialingStrategy"] = {
        **draw(_dialing()),
        "dialingOrder": draw(st.sampled_from(["FIFO", "LIFO"])),
        "maxAttemptsPerRecord": draw(st.integers(1, 100)),
        "defaultRetryPeriod": draw(st.integers(1, 1440)),
        "maxRingTime": draw(st.integers(5, 120)),
    }
    if flavour.api == "v1":
        spec["enableMachineDetect"] = draw(st.booleans())
    elif flavour.variant == "Agentless":
        spec["enableMachineDetect"] = draw(st.sampled_from(["no", "detect", "disconnect"]))
    if flavour.variant == "Agentless":
        spec["experienceFlowName"] = draw(texts(30))
    else:
        spec["queue_name"] = draw(texts(30))
    if flavour.variant == "Preview":
        spec["maxSkips"] = draw(st.integers(0, 10_000))
    return spec


@st.composite
def _dialing(draw: st.DrawFn) -> Tree:
    zone = draw(st.sampled_from(["Asia/Kolkata", "America/New_York", "Etc/GMT+5"]))
    return {
        "callerId": {"phoneNumber": draw(st.from_regex(r"\A\+[1-9][0-9]{6,14}\Z"))},
        "callingHours": {"frequency": "WEEKLY", "timezone": zone, "days": draw(_days())},
    }


@st.composite
def _days(draw: st.DrawFn) -> list[JsonValue]:
    """Windows that follow each other, each for some weekdays, in any spelling and order."""
    edges = draw(st.lists(st.integers(0, 1439), min_size=2, max_size=6, unique=True))
    edges = sorted(edges[: len(edges) // 2 * 2])
    windows: list[JsonValue] = [
        {"day": draw(_weekdays()), "start": draw(_time(start)), "end": draw(_time(end))}
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]
    return list(draw(st.permutations(windows)))


def _weekdays() -> st.SearchStrategy[JsonValue]:
    spelled: st.SearchStrategy[JsonValue] = st.sampled_from(DAYS).flatmap(
        lambda day: st.sampled_from([day, day.lower(), _NAMES.get(day, day)])
    )
    several: st.SearchStrategy[JsonValue] = st.lists(spelled, min_size=1, max_size=7)
    return st.one_of(spelled, several, st.sampled_from(["MO-FR", "mon-sunday", "SA-MO"]))


def _time(minutes: int) -> st.SearchStrategy[str]:
    written = format_time(minutes)
    spellings = [written, written.lower().replace(" ", ""), f"{minutes // 60:02}:{minutes % 60:02}"]
    if not minutes % 60:
        spellings.append(written.replace(":00 ", "").lower())
    return st.sampled_from(spellings)


@st.composite
def _carecycle(draw: st.DrawFn) -> Tree:
    spec: dict[str, JsonValue] = {"name": draw(texts(60))}
    ids = st.uuids(version=4).map(str) | st.uuids(version=4).map(lambda id_: str(id_).upper())
    content = st.dictionaries(st.sampled_from(SMS_KEYS), words(60), min_size=1)
    for key, strategy in _maybe(
        description=texts(60, 0),
        templateId=ids,
        maxConcurrentCalls=st.integers(1, 99),
        enablePulse=st.booleans(),
        pulseWorkflowId=ids,
        features=_some(FEATURE_KEYS),
        redial=st.booleans(),
        redialPatterns=_patterns(),
        smsTypes=_some(SMS_KEYS),
        smsContent=content,
        smsCompanyName=words(30),
        transferConfigIds=st.lists(ids, max_size=3),
    ):
        if draw(st.booleans()):
            spec[key] = draw(strategy)
    return spec


def _some(keys: tuple[str, ...]) -> st.SearchStrategy[Mapping[str, bool]]:
    return st.dictionaries(st.sampled_from(keys), st.booleans(), min_size=1)


@st.composite
def _patterns(draw: st.DrawFn) -> list[JsonValue]:
    days = draw(st.lists(st.integers(0, 20), max_size=6, unique=True))
    cut = draw(st.integers(0, len(days)))
    minutes = st.integers(1, 999) | st.sampled_from([1.5, 90.0])
    return [
        {
            "days": list[JsonValue](some),
            "attempts": draw(st.integers(1, 9)),
            "intervalMinutes": draw(minutes),
        }
        for some in (days[:cut], days[cut:])
        if some
    ]
