"""The table of vendor variants: every row is one shape of the answers (see `vendor_variants`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain

from pydantic import JsonValue

from reconciler.resources.tree import Tree
from reconciler.simulator import seed
from tests.support.vendor_variants import (
    DAYS_PATH,
    FULL_DAYS,
    NAMELESS,
    RESPELLED,
    Change,
    Variant,
    added,
    as_float,
    as_text,
    clock,
    decomposed,
    each,
    escaped,
    every_leaf,
    fixed,
    in_kolkata,
    lists,
    more_windows,
    nameless_row,
    snake_case,
    text,
    times,
    windows,
    without,
)

PHONE = "dialingStrategy.callerId.phoneNumber"
ZONE = "dialingStrategy.callingHours.timezone"
NUMBERS = tuple(
    f"dialingStrategy.{key}"
    for key in ("maxAttemptsPerRecord", "defaultRetryPeriod", "maxRingTime")
)
HOURS: Tree = {
    "frequency": "WEEKLY",
    "timezone": "Asia/Kolkata",
    "days": [
        {"day": "MO-FR", "start": "9:00 AM", "end": "6:30 PM"},
        {"day": "SA", "start": "6:00 PM", "end": "24:00"},
    ],
}
_STRATEGY: Tree = {"callerId": {"phoneNumber": "+12025550123"}, "callingHours": HOURS}
_DIALING: Tree = {
    **_STRATEGY,
    "dialingOrder": "FIFO",
    "maxAttemptsPerRecord": 3,
    "defaultRetryPeriod": 60,
    "maxRingTime": 30,
}
_COMMON: Tree = {
    "name": "Café & Co's plan",
    "description": 'Says "hello" & goodbye,\nin two lines: é',
    "contactLists": ["Spring Renewals 2026", "Open Bills"],
    "dncLists": {"name": "Do Not Contact"},
    "priority": 3,
    "dialingStrategy": _STRATEGY,
}
_VOICE: Tree = {**_COMMON, "dialingStrategy": _DIALING}
CAMPAIGNS: Mapping[str, tuple[str, Tree]] = {
    "sms": (
        "KoreSmsCampaign",
        {**_COMMON, "message": {"message": "Hi Zoë,\nTom & Jerry's plan renews at 10 %. STOP?"}},
    ),
    "bare": (
        "KoreSmsCampaign",
        {
            "name": "Café & Co's note",
            "contactLists": ["Open Bills"],
            "dialingStrategy": _STRATEGY,
            "message": {"message": "Hi"},
        },
    ),
    "flow": ("KoreSmsCampaign", {**_COMMON, "experienceFlowName": "SMS Support Flow"}),
    "preview": (
        "KoreVoiceCampaign",
        {**_VOICE, "dialingMode": "Preview", "queue_name": "Billing Queue", "maxSkips": 2},
    ),
    "agentless": (
        "KoreVoiceCampaign",
        {**_VOICE, "dialingMode": "Agentless", "experienceFlowName": "Visit Survey Flow"},
    ),
    "care": (
        "CareCycleCampaign",
        {
            "name": "Café & Co's calls",
            "description": 'Says "hello" & goodbye: é',
            "templateId": seed.CARECYCLE_TEMPLATE[0],
            "enablePulse": True,
            "pulseWorkflowId": seed.CARECYCLE_PULSE_WORKFLOW_ID,
            "features": {
                "transfers": True,
                "appointments": False,
                "inquiries": True,
                "checkPlan": False,
            },
            "redial": False,
            "redialPatterns": [{"days": [0, 1], "attempts": 2, "intervalMinutes": 90}],
            "smsCompanyName": "Zoë & Sons",
            "smsContent": {"redial": "Hi, Zoë & Sons couldn't reach you.\nCall us."},
            "transferConfigIds": [],
            "transferConfigId": seed.CARECYCLE_TRANSFER_CONFIG_ID,
        },
    ),
    "care-basic": (
        "CareCycleCampaign",
        {"name": "Café & Co's calls", "description": "Calls.", "redial": False},
    ),
}
"""Manifests by the word that rows use: kind and spec. v1 takes no `dncLists`."""


def _list(value: JsonValue) -> list[JsonValue]:
    assert isinstance(value, list)
    return value


def _ids(names: list[str]) -> list[JsonValue]:
    return [{"_id": f"x-{name}", "name": name} for name in names]


def _with_day(form: Callable[[str], JsonValue]) -> Change:
    return windows(lambda one: {**one, "day": form(str(one["day"]))})


def _unpadded(value: JsonValue) -> JsonValue:
    return str(value).replace("%3D", "").rstrip("=")


def _url_safe(value: JsonValue) -> JsonValue:
    return str(value).replace("%2B", "-").replace("%2F", "_").replace("+", "-").replace("/", "_")


def _of(value: JsonValue) -> Tree:
    assert isinstance(value, dict)
    return value


def _each_number(record: Tree, change: Callable[[JsonValue], JsonValue]) -> Tree:
    for path in (*NUMBERS, "maxSkips"):
        record = each(path, change)(record)
    return record


_TIMES: Mapping[str, Variant] = {
    name: Variant(campaign="sms", record=change)
    for name, change in {
        "times with seconds": times(lambda said, _: said.replace(" ", ":00 ")),
        "times on a 24 h clock": times(clock()),
        "times on a 24 h clock with seconds": times(clock(":00")),
        "times with milliseconds": times(clock(":00.000")),
        "times in lower case": times(lambda said, _: said.lower()),
        "times without a blank": times(lambda said, _: said.replace(" ", "")),
        "times with dots": times(lambda said, _: said.replace("AM", "a.m.").replace("PM", "p.m.")),
        "times with a leading zero": times(lambda said, _: f"0{said}" if said[1] == ":" else said),
        "midnight as 00:00": times(lambda said, end: "00:00" if end == 1440 else said),
        "days in lower case": windows(lambda one: {**one, "day": str(one["day"]).lower()}),
        "days in full": windows(lambda one: {**one, "day": FULL_DAYS[str(one["day"])]}),
        "windows with ids": windows(lambda one: {"_id": "w-1", **one, "enabled": True}),
        "windows in another order": each(DAYS_PATH, lambda days: [*reversed([*_list(days)])]),
        "a window twice": each(DAYS_PATH, lambda days: [*_list(days), _list(days)[0]]),
        "a day off as empty texts": more_windows({"day": "SU", "start": "", "end": ""}),
        "a day off as nulls": more_windows({"day": "SU", "start": None, "end": None}),
        "a day off in full": more_windows({"day": "Sunday", "start": "", "end": ""}),
        "times without minutes": times(lambda said, _: said.replace(":00", "")),
        "times with a narrow blank": times(lambda said, _: said.replace(" ", "\u202f")),
        "the zone with blanks around": fixed(ZONE, " Asia/Kolkata "),
        "the frequency with a blank after it": fixed(
            "dialingStrategy.callingHours.frequency", "Weekly "
        ),
        "days as lists": _with_day(lambda day: [day]),
        "days with blanks around": _with_day(lambda day: f" {day} "),
        "an alias of the zone": fixed(ZONE, "Asia/Calcutta"),
        "the zone in lower case": fixed(ZONE, "asia/kolkata"),
        "an alias of the zone in capitals": fixed(ZONE, "ASIA/CALCUTTA"),
        "the frequency in lower case": fixed("dialingStrategy.callingHours.frequency", "weekly"),
    }.items()
}


_KORE_RECORDS: Mapping[str, Variant] = {
    name: Variant(campaign="sms", record=change)
    for name, change in {
        "phone with blanks": fixed(PHONE, "+1 202 555 0123"),
        "phone with a no-break space": fixed(PHONE, "+1\u00a02025550123"),
        "phone with brackets and dashes": fixed(PHONE, "+1 (202) 555-0123"),
        "name decomposed": each("name", text(decomposed)),
        "description decomposed": each("description", text(decomposed)),
        "description escaped for HTML": each("description", text(escaped)),
        "description with CRLF": each("description", text(lambda one: one.replace("\n", "\r\n"))),
        "description with a line break at its end": each("description", text(lambda x: f"{x}\n")),
        "message decomposed": each("message.message", text(decomposed)),
        "message escaped for HTML": each("message.message", text(escaped)),
        "message with CRLF": each("message.message", text(lambda one: one.replace("\n", "\r\n"))),
        "message with CR": each("message.message", text(lambda one: one.replace("\n", "\r"))),
        "message with a line break at its end": each("message.message", text(lambda x: f"{x}\n")),
        "an empty template name": each(
            "message",
            lambda one: {**dict(one), "template_name": ""} if isinstance(one, dict) else 0,
        ),
        "no template id": each(
            "message", lambda one: {**dict(one), "templateId": None} if isinstance(one, dict) else 0
        ),
        "contact lists as objects": lists(_ids),
        "contact lists in another order": lists(lambda names: [*reversed(names)]),
        "a contact list twice": lists(lambda names: [*names, names[0]]),
        "contact lists decomposed": lists(lambda names: [decomposed(name) for name in names]),
        "priority as a number": each("priority", lambda one: int(str(one))),
        "priority with a fraction": each("priority", lambda one: float(str(one))),
        "format in capitals": fixed("format", "SIMPLE"),
        "format with a capital": fixed("format", "Simple"),
        "status in capitals": each("status", lambda one: str(one).upper()),
        "status in lower case": each("status", lambda one: str(one).lower()),
        "schedule flags as text": every_leaf("schedule", lambda _: "false"),
        "schedule flags as 0": every_leaf("schedule", lambda _: 0),
        "schedule flags as null": every_leaf("schedule", lambda _: None),
        "schedule flags as empty text": every_leaf("schedule", lambda _: ""),
        "no schedule": without("schedule"),
        "a schedule of null": fixed("schedule", None),
        "an empty schedule": fixed("schedule", {}),
        "schedule flags in capitals": every_leaf("schedule", lambda _: "FALSE"),
        "contact lists escaped for HTML": lists(lambda names: [escaped(one) for one in names]),
        "contact lists with records": lists(
            lambda names: [{"_id": "x", "name": one, "totalRecordCount": "95"} for one in names]
        ),
        "status with a blank after it": each("status", lambda one: f"{one} "),
        "format with a blank after it": fixed("format", "simple "),
        "priority with blanks around": each("priority", lambda one: f" {one} "),
        "priority with a fraction as text": each("priority", lambda one: f"{one}.0"),
        "message as base64 without padding": each("message.message", _unpadded),
        "message as URL-safe base64": each("message.message", _url_safe),
        "message with a blank at its end": each("message.message", text(lambda one: f"{one} ")),
        "times as epoch texts": added(createdAt="1767350400000", updatedAt="1767350400"),
        "times of a database": added(createdAt={"$date": "2026-01-02T10:40:00Z"}, __v=0),
        "times with microseconds": each(
            "createdAt", lambda one: str(one).replace("Z", "123+00:00") if one else one
        ),
        "times without a zone": each("createdAt", lambda one: str(one).rstrip("Z") if one else one),
        "filters flag as text": added(isFiltersEnabled="false"),
        "filters flag as 0": added(isFiltersEnabled=0),
        "further keys": added(isDeleted=False, tags=[], owner={"name": "x", "id": 7}),
        "no optional keys": without("createdAt", "updatedAt", "lname", "isImported"),
        "times as numbers": added(createdAt=1767350400, updatedAt=1767350400000),
        "times in another zone": each("createdAt", in_kolkata),
        "times that are none": added(createdAt="yesterday", updatedAt=None),
        "no run": added(campaignInstanceId=None),
        "an empty run": added(campaignInstanceId=""),
        "both keys of the id": lambda record: {
            **record,
            **dict.fromkeys(("_id", "id"), record.get("_id") or record.get("id")),
        },
    }.items()
}
_KORE_PAGES: Mapping[str, Variant] = {
    name: Variant(campaign="sms", page=change)
    for name, change in {
        "total as text": as_text("totalResults"),
        "all numbers as text": as_text("totalResults", "skip", "limit", "totalPages"),
        "all numbers with a fraction": as_float("totalResults", "skip", "limit", "totalPages"),
        "hasMore as text": as_text("hasMore"),
        "no hasMore": without("hasMore"),
        "only results and a total": without("hasMore", "skip", "limit", "totalPages"),
        "no results as null": lambda page: (
            page if page.get("results") else {**page, "results": None}
        ),
        "further keys of a page": added(filters={}, nextPage=None),
        "no results at all": lambda page: page if page.get("results") else without("results")(page),
        "always hasMore": fixed("hasMore", True),
        "never hasMore": fixed("hasMore", False),
        "a page in snake_case": snake_case,
        "a row twice in a page": lambda page: {
            **page,
            "results": [*_list(page["results"]), *_list(page["results"])[:1]],
        },
        "limit as the number of rows": lambda page: {
            **page,
            "limit": len(_list(page["results"])),
        },
    }.items()
}
_KORE_BODIES: Mapping[str, Variant] = {
    name: Variant(campaign="sms", body=change)
    for name, change in {
        "status with a capital": fixed("status", "Success"),
        "success in capitals": fixed("status", "SUCCESS"),
        "no status of the answer": lambda body: without("status")(body) if "data" in body else body,
        "further keys of an answer": added(requestId="r-1", errors=None),
        "empty errors of an answer": added(errors=[]),
        "a code of success": added(code=200),
        "everything inside another data": lambda body: (
            {**body, "data": {"data": body["data"]}} if "data" in body else body
        ),
    }.items()
}
_KORE_OTHER: Mapping[str, Variant] = {
    "everything in snake_case": Variant(campaign="sms", record=snake_case, expects=RESPELLED),
    "a row without a name": Variant(campaign="sms", record=nameless_row, expects=NAMELESS),
    "phone as a number": Variant(
        campaign="sms", record=fixed(PHONE, 12025550123), imported_expects="is unusual"
    ),
    "phone without plus": Variant(
        campaign="sms", record=fixed(PHONE, "12025550123"), imported_expects="is unusual"
    ),
    "no optional fields as null": Variant(
        campaign="bare", record=added(description=None, dncLists=None, schedule=None)
    ),
    "no optional fields": Variant(
        campaign="bare", record=without("description", "dncLists", "schedule")
    ),
    "no do-not-call list as an empty list": Variant(campaign="bare", record=added(dncLists=[])),
    "no do-not-call list as an empty object": Variant(campaign="bare", record=added(dncLists={})),
    "no do-not-call list as an empty name": Variant(
        campaign="bare", record=added(dncLists={"id": "", "name": ""})
    ),
    "no do-not-call list as an empty text": Variant(campaign="bare", record=added(dncLists="")),
    "a contact list as a text": Variant(
        campaign="bare", record=each("contactLists", lambda one: _list(one)[0])
    ),
    "a message of null": Variant(campaign="flow", record=added(message=None)),
    "a message without text": Variant(
        campaign="flow", record=added(message={"message": "", "templateId": ""})
    ),
    "dialing mode with a blank after it": Variant(
        campaign="agentless", record=fixed("dialingMode", "Agentless ")
    ),
    "queue escaped for HTML": Variant(campaign="preview", record=each("connection", text(escaped))),
    "queue as an object": Variant(
        campaign="preview", record=each("connection", lambda one: {"id": "qu-1", "name": one})
    ),
    "numbers with blanks around": Variant(
        campaign="preview",
        record=lambda record: _each_number(record, lambda value: f" {value} "),
    ),
    "numbers with a fraction as text": Variant(
        campaign="preview", record=lambda record: _each_number(record, lambda value: f"{value}.0")
    ),
    "a flow that is shown by its name": Variant(
        campaign="flow", record=added(experienceFlowName="SMS Support Flow")
    ),
    "agentless rows without a connection": Variant(
        campaign="agentless", record=without("connection")
    ),
    "an agentless row with an empty connection": Variant(
        campaign="agentless", record=fixed("connection", "")
    ),
    "dialing mode in lower case": Variant(
        campaign="preview", record=fixed("dialingMode", "preview")
    ),
    "dialing mode in capitals": Variant(
        campaign="agentless", record=fixed("dialingMode", "AGENTLESS")
    ),
    "dialing order in lower case": Variant(
        campaign="preview", record=fixed("dialingStrategy.dialingOrder", "fifo")
    ),
    "numbers as text": Variant(campaign="preview", record=as_text(*NUMBERS, "maxSkips")),
    "numbers with a fraction": Variant(campaign="preview", record=as_float(*NUMBERS, "maxSkips")),
    "queue decomposed": Variant(campaign="preview", record=each("connection", text(decomposed))),
    "machine detection as text": Variant(campaign="preview", record=as_text("enableMachineDetect")),
    "machine detection as 0": Variant(
        campaign="preview", record=each("enableMachineDetect", lambda one: int(bool(one)))
    ),
    "mappings flag as text": Variant(
        campaign="preview", record=each("dialingStrategy.useSystemMappings", lambda _: "false")
    ),
}


_V2_ONLY: Mapping[str, Variant] = {
    "a do-not-call list with an id": Variant(
        campaign="sms", record=each("dncLists", lambda one: {**dict(_of(one)), "id": "cl-1"})
    ),
    "a do-not-call list in a list": Variant(
        campaign="sms", record=each("dncLists", lambda one: [{**_of(one), "id": "cl-1"}])
    ),
    "a do-not-call list as a name": Variant(
        campaign="sms", record=each("dncLists", lambda one: _of(one)["name"])
    ),
    "a do-not-call list decomposed": Variant(
        campaign="preview", record=each("dncLists.name", text(decomposed))
    ),
    "contact lists as ids": Variant(campaign="sms", lists_by_id=True),
}


_CARE_RECORDS: Mapping[str, Variant] = {
    name: Variant(campaign="care", record=change)
    for name, change in {
        "name decomposed": each("name", text(decomposed)),
        "description decomposed": each("description", text(decomposed)),
        "description escaped for HTML": each("description", text(escaped)),
        "texts decomposed": every_leaf("smsContent", text(decomposed)),
        "texts escaped for HTML": every_leaf("smsContent", text(escaped)),
        "texts with CRLF": every_leaf("smsContent", text(lambda x: x.replace("\n", "\r\n"))),
        "texts with a line break at their end": every_leaf("smsContent", text(lambda x: f"{x}\n")),
        "company escaped for HTML": each("smsCompanyName", text(escaped)),
        "status with a capital": each("status", lambda one: str(one).title()),
        "status in capitals": each("status", lambda one: str(one).upper()),
        "features as text": every_leaf("features", lambda one: str(one).lower()),
        "features as 0 and 1": every_leaf("features", lambda one: int(bool(one))),
        "switches as text": as_text("redial", "enablePulse"),
        "switches as 0 and 1": each("redial", lambda one: None if one is None else int(bool(one))),
        "text types as text": every_leaf("smsTypes", lambda one: str(one).lower()),
        "only features that are on": each(
            "features", lambda one: {key: on for key, on in _of(one).items() if on}
        ),
        "pattern numbers with a fraction": each(
            "redialPatterns",
            lambda one: (
                [{**_of(row), "days": [0.0, 1.0], "attempts": 2.0} for row in _list(one)]
                if one
                else one
            ),
        ),
        "ids in capitals": each("id", text(str.upper)),
        "template id in capitals": each("templateId", text(str.upper)),
        "workflow id in capitals": each("pulseWorkflowId", text(str.upper)),
        "no list as null": each("transferConfigIds", lambda one: one or None),
        "patterns with ids": each(
            "redialPatterns",
            lambda one: [{**_of(row), "id": "p-1"} for row in _list(one)] if one else one,
        ),
        "pattern numbers as text": each(
            "redialPatterns",
            lambda one: [{**_of(row), "attempts": "2"} for row in _list(one)] if one else one,
        ),
        "times with an offset": each("createdAt", in_kolkata),
        "times that are none": added(createdAt=None, updatedAt="yesterday"),
        "further keys": added(isDeleted=False, tags=[], owner={"name": "x", "id": 7}),
        "status with a blank after it": each("status", lambda one: f"{one} "),
        "switches in capitals": each("enablePulse", lambda one: str(one).upper()),
        "switches as yes and no": every_leaf("features", lambda one: "Yes" if one else "No"),
        "no text types as null": each("smsTypes", lambda one: one or None),
        "pattern days as text": each(
            "redialPatterns",
            lambda one: [{**_of(row), "days": ["0", "1"]} for row in _list(one)] if one else one,
        ),
        "patterns in another order of days": each(
            "redialPatterns",
            lambda one: [{**_of(row), "days": [1, 0]} for row in _list(one)] if one else one,
        ),
        "configurations as ids": each("transferConfig", lambda one: _of(one)["id"] if one else one),
        "lists of configurations as objects": each(
            "transferConfigIds", lambda one: [{"id": id_} for id_ in _list(one)] if one else one
        ),
        "times as epochs": added(createdAt=1767350400000, updatedAt="1767350400"),
        "times of a database": added(createdAt={"$date": "2026-01-02T10:40:00Z"}, __v=0),
        "no statistics": without("customerStats", "redialTracking"),
    }.items()
}
_CARE_PAGES: Mapping[str, Variant] = {
    name: Variant(campaign="care", page=change)
    for name, change in {
        "next page 0": each("nextPage", lambda one: one or 0),
        "next page empty": each("nextPage", lambda one: one or ""),
        "next page false": each("nextPage", lambda one: one or False),
        "no next page": lambda page: page if page.get("nextPage") else without("nextPage")(page),
        "total as text": as_text("itemsTotal"),
        "all numbers as text": as_text("itemsTotal", "currentPage", "nextPage"),
        "all numbers with a fraction": as_float("itemsTotal", "currentPage", "nextPage"),
        "no items as null": lambda page: page if page.get("items") else {**page, "items": None},
        "further keys of a page": added(perPage=100, hasNext=False),
        "no items at all": lambda page: page if page.get("items") else without("items")(page),
        "a page in snake_case": snake_case,
        "a row twice in a page": lambda page: {
            **page,
            "items": [*_list(page["items"]), *_list(page["items"])[:1]],
        },
        "no current page": without("currentPage"),
        "the last page names itself": each("nextPage", lambda one: one or 1),
        "a page behind the last": lambda page: {
            **page,
            "nextPage": page.get("nextPage") or (2 if page.get("items") else None),
        },
    }.items()
}
_CARE_OTHER: Mapping[str, Variant] = {
    "everything in snake_case": Variant(campaign="care", record=snake_case, expects=RESPELLED),
    "a row without a name": Variant(campaign="care", record=nameless_row, expects=NAMELESS),
    "everything inside data": Variant(campaign="care", body=lambda body: {"data": body}),
    "a campaign without its wrapper": Variant(
        campaign="care", body=lambda body: _of(body.get("campaign", body))
    ),
    "nothing but a name as null": Variant(
        campaign="care-basic",
        record=added(features=None, smsTypes=None, smsContent=None, redialPatterns=None),
    ),
    "a key that is missing": Variant(
        campaign="care-basic",
        record=without("redial"),
        expects="does not show redial",
        imported_expects="",
    ),
    "generation C": Variant(
        campaign="care-basic",
        switches={"carecycle": {"response_generation": "C"}},
        expects="does not show redial",
        imported_expects="",
    ),
    "missing keys in place of null": Variant(
        campaign="care",
        switches={"carecycle": {"absent_values": "missing"}},
    ),
}


def rows() -> Mapping[tuple[str, str], Variant]:
    """Every row by its API and name: `kore-v1`, `kore-v2` or `carecycle`."""
    both = {**_TIMES, **_KORE_RECORDS, **_KORE_PAGES, **_KORE_BODIES, **_KORE_OTHER}
    care = {**_CARE_RECORDS, **_CARE_PAGES, **_CARE_OTHER}
    return {
        (api, name): variant
        for api, name, variant in chain(
            (("kore-v1", *item) for item in both.items()),
            (("kore-v2", *item) for item in {**both, **_V2_ONLY}.items()),
            (("carecycle", *item) for item in care.items()),
        )
    }


@dataclass(frozen=True)
class Row:
    """A row, with the campaign that is its own in a round."""

    api: str
    name: str
    variant: Variant
    campaign: str
    """The campaign's name at the vendor."""

    @property
    def vendor(self) -> str:
        """`kore` or `carecycle`."""
        return self.api.partition("-")[0]

    @property
    def number(self) -> str:
        """The number at the end of the campaign's name."""
        return self.campaign[-3:]

    @property
    def address(self) -> str:
        """The name of its manifest."""
        return f"{self.vendor}-{self.number}"


@dataclass(frozen=True)
class Round:
    """Rows that are played in one project: with one API of Kore.ai, and perhaps with CareCycle."""

    title: str
    rows: tuple[Row, ...]

    @property
    def version(self) -> str:
        """Kore.ai's version."""
        return "v1" if any(row.api == "kore-v1" for row in self.rows) else "v2"

    def only(self, target: str) -> Row:
        """The row of a target that has only one."""
        vendor = "carecycle" if target == "care" else "kore"
        (row,) = (row for row in self.rows if row.vendor == vendor)
        return row

    def __str__(self) -> str:
        return self.title


def rounds() -> tuple[Round, ...]:
    """All rows, those about single records together."""
    shared: dict[str, list[Row]] = {}
    alone: dict[str, list[Row]] = {}
    for number, ((api, name), variant) in enumerate(rows().items()):
        _, spec = CAMPAIGNS[variant.campaign]
        row = Row(api, name, variant, f"{spec['name']} {number:03}")
        (shared if variant.of_records else alone).setdefault(api, []).append(row)
    large = [Round(f"{api}: {len(found)} rows", tuple(found)) for api, found in shared.items()]
    cares = iter(alone.pop("carecycle"))
    small = [(row, next(cares, None)) for found in alone.values() for row in found]
    pairs = chain(small, ((row, None) for row in cares))
    return (*large, *(_small(*(row for row in pair if row is not None)) for pair in pairs))


def _small(*found: Row) -> Round:
    return Round(" and ".join(f"{row.api}: {row.name}" for row in found), found)
