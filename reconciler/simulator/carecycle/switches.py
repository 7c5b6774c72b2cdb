"""What CareCycle does not document, as switches with the default in brackets there.

Numbers in brackets name the row of docs/vendors/carecycle.md 15, or another section where
they have a dot.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from reconciler.resources.tree import Tree
from reconciler.simulator.name_spelling import NameSpelling

Code = Literal[
    "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "VALIDATION_ERROR", "INTERNAL_ERROR", "DUPLICATE"
]
"""Error codes whose HTTP status is not printed; `DUPLICATE` is a name that is taken."""
Bounded = Literal[
    "attempts",
    "intervalMinutes",
    "days",
    "redialPatterns",
    "maxConcurrentCalls",
    "name",
    "description",
    "smsCompanyName",
    "smsContent",
]
"""What may have bounds: numbers, and lengths of lists and texts."""
Verdict = Literal["refused", "accepted"]


class CareCycleSwitches(BaseModel):
    """Facts of docs/vendors/carecycle.md 15, by row."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    response_generation: Literal["B", "C"] = "B"
    """[3] Which keys a campaign shows."""
    patch_fields: Literal["A", "B"] = "B"
    """[2.2] Which keys a PATCH takes."""
    create: bool = True
    """[2.1] Whether the create call exists."""
    unknown_body_keys: Literal["ignore", "refuse"] = "ignore"
    """[4] Keys that no page knows or that are not writable."""
    unique_names: bool = False
    """[1] A second campaign of a name is refused."""
    duplicate_code: str = "VALIDATION_ERROR"
    """[1] The code of that refusal; its status is that of `DUPLICATE` in `statuses`."""
    name_spelling: NameSpelling = "as_sent"
    """[1] How answers spell the campaign's `name`."""
    created_status: int = 201
    """[2] HTTP status of a create."""
    statuses: dict[Code, int] = Field(default_factory=dict)
    """[2] HTTP status by error code, where that of docs/vendors/carecycle.md 12 is not wanted."""
    absent_values: Literal["null", "missing"] = "null"
    """[3] How a value that is not there looks."""
    unsteady_fields: frozenset[str] = frozenset()
    """[3] Keys that come and go: every second answer lacks them, or alone has them."""
    nested_patch: Literal["replace", "merge"] = "replace"
    """[4] What a PATCH does to nested objects."""
    null_patch: Literal["clears", "ignored", "refused"] = "clears"
    """[4] A null in a PATCH."""
    json_strings: Verdict = "refused"
    """[5] Nested values given as JSON text."""
    create_fields: frozenset[str] = frozenset(
        {"description", "templateId", "maxConcurrentCalls", "direction", "kind"}
    )
    """[6] Which guessed names of create exist."""
    unknown_template: Literal["refused", "ignored"] = "refused"
    """[6] A `templateId` that names nothing."""
    transitions: Literal["any", "policy"] = "any"
    """[7] Which changes of status are allowed; for `policy` see docs/vendors/carecycle.md 9."""
    activate_empty: Verdict = "accepted"
    """[7] `active` without workflow or transfer config."""
    activate_without_contacts: Verdict = "accepted"
    """[7] `active` while `customerStats.total` is 0."""
    status_seconds: float = 0.0
    """[7] Time until a change of status shows."""
    patch_active: Verdict = "accepted"
    """[7] A PATCH of settings while active."""
    archived_listed: bool = True
    """[8] A listing without a status filter shows archived campaigns."""
    archived_readable: bool = True
    """[8] A get shows an archived campaign."""
    archived_patchable: bool = True
    """[8] An archived campaign can be patched."""
    list_lag: float = 0.0
    """[9] Seconds until a new campaign is listed."""
    get_lag: float = 0.0
    """[9] Seconds until a new campaign can be read by id."""
    patch_list_lag: float = 0.0
    """[9] Seconds until listings show what a PATCH changed."""
    patch_get_lag: float = 0.0
    """[9] Seconds until reads by id show it."""
    unstable_order: bool = False
    """[10] Equal rows come in another order each time."""
    past_the_end: Literal["empty", "refused"] = "empty"
    """[10] A page after the last."""
    over_maximum: Literal["refused", "lowered"] = "refused"
    """[10] `perPage` over 100."""
    rate_answer: Literal["body", "none", "header"] = "body"
    """[12] Where a rate refusal says how long to wait."""
    rate_bucket: Literal["organization", "key"] = "organization"
    """[12] Who shares the limit."""
    search_parameter: str = "search"
    """[13] Name of the text search parameter."""
    client_parameter: str = "includeClient"
    """[13] Name of the flag for client information."""
    client_always: bool = True
    """[13] `client` is there without that flag."""
    statistics: Literal["still", "move", "move_updated_at"] = "still"
    """[14] What reads show of `customerStats.totalCalls`: nothing, one call more each time, or
    that with an `updatedAt` that moves along."""
    read_only_key: Literal["FORBIDDEN", "UNAUTHORIZED"] = "FORBIDDEN"
    """[15] A write with a key that may only read."""
    expired_key: Literal["UNAUTHORIZED", "FORBIDDEN"] = "UNAUTHORIZED"
    """[15] Any call with a playground key past its time."""
    playground_days: float = 14.0
    """[15] How long `seed.CARECYCLE_PLAYGROUND_KEY` works, from when the store was made."""
    bad_id: Literal["VALIDATION_ERROR", "NOT_FOUND"] = "VALIDATION_ERROR"
    """[17] An id that is no UUID."""
    unknown_config: Verdict = "refused"
    """[18] A transfer or appointment config that is not this client's."""
    adds_to_config_ids: bool = False
    """[18] `transferConfigId` is added to `transferConfigIds`."""
    bounds: dict[Bounded, tuple[float, float]] = Field(default_factory=dict)
    """[19] Lowest and highest number or length by field; one outside is refused. `maxAttempts`
    has none, since no call writes it."""
    draft_values: Literal["null", "empty"] = "null"
    """[20] A fresh draft's settings besides `smsTypes`, `features` and `smsContent`: null, or
    false and empty with the client's `smsCompanyName`."""
    template_values: Tree = Field(default_factory=dict)
    """[20] What a draft copies from its template, over its other values."""
    default_texts: bool = True
    """[20] A fresh draft has the default `smsContent`."""
