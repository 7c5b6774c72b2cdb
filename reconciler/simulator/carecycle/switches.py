"""What CareCycle does not document, as switches.

A number in brackets is a row of docs/vendors/carecycle.md 15; a number with a dot is a section of
that page.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from reconciler.resources.tree import Tree
from reconciler.simulator.name_spelling import NameSpelling

Code = Literal[
    "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "VALIDATION_ERROR", "INTERNAL_ERROR", "DUPLICATE"
]
"""Error codes whose HTTP status no page prints; `DUPLICATE` means that a name is taken."""
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
"""What can have bounds: numbers, and the lengths of lists and texts."""
Verdict = Literal["refused", "accepted"]


class CareCycleSwitches(BaseModel):
    """One switch for each open question of docs/vendors/carecycle.md 15."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    response_generation: Literal["B", "C"] = "B"
    """[3] The generation whose keys a campaign has in a response."""
    patch_fields: Literal["A", "B"] = "B"
    """[2.2] The generation whose keys a PATCH accepts."""
    create: bool = True
    """[2.1] Whether the create call exists."""
    unknown_body_keys: Literal["ignore", "refuse"] = "ignore"
    """[4] What happens to keys that no page has, or that are not writable."""
    unique_names: bool = False
    """[1] Whether a second campaign with the same name is refused."""
    duplicate_code: str = "VALIDATION_ERROR"
    """[1] The code of that refusal. Its HTTP status is the one of `DUPLICATE` in `statuses`."""
    name_spelling: NameSpelling = "as_sent"
    """[1] How responses spell the campaign's `name`."""
    created_status: int = 201
    """[2] HTTP status of a create."""
    statuses: dict[Code, int] = Field(default_factory=dict)
    """[2] HTTP status by error code, in place of the one in docs/vendors/carecycle.md 12."""
    absent_values: Literal["null", "missing"] = "null"
    """[3] Whether an absent value is null, or its key is missing."""
    unsteady_fields: frozenset[str] = frozenset()
    """[3] Keys that appear and disappear: in every second response, those of the generation are
    missing and the others are present."""
    nested_patch: Literal["replace", "merge"] = "replace"
    """[4] Whether a PATCH replaces nested objects or merges into them."""
    null_patch: Literal["clears", "ignored", "refused"] = "clears"
    """[4] What a null in a PATCH does."""
    json_strings: Verdict = "refused"
    """[5] Nested values that are sent as JSON text."""
    create_fields: frozenset[str] = frozenset(
        {"description", "templateId", "maxConcurrentCalls", "direction", "kind"}
    )
    """[6] Which of the inferred names of a create exist."""
    unknown_template: Literal["refused", "ignored"] = "refused"
    """[6] The `templateId` of a template that does not exist."""
    transitions: Literal["any", "policy"] = "any"
    """[7] Which changes of status are allowed; docs/vendors/carecycle.md 9 describes `policy`."""
    activate_empty: Verdict = "accepted"
    """[7] Status `active` for a campaign without a workflow and without a transfer config."""
    activate_without_contacts: Verdict = "accepted"
    """[7] Status `active` while `customerStats.total` is 0."""
    status_seconds: float = 0.0
    """[7] Seconds until a response shows a change of status."""
    patch_active: Verdict = "accepted"
    """[7] A PATCH of settings while the campaign is active."""
    archived_listed: bool = True
    """[8] Whether a list without a status filter has archived campaigns."""
    archived_readable: bool = True
    """[8] Whether a get finds an archived campaign."""
    archived_patchable: bool = True
    """[8] Whether an archived campaign can be patched."""
    list_lag: float = 0.0
    """[9] Seconds until a new campaign is listed."""
    get_lag: float = 0.0
    """[9] Seconds until a new campaign can be read by id."""
    patch_list_lag: float = 0.0
    """[9] Seconds until lists show what a PATCH changed."""
    patch_get_lag: float = 0.0
    """[9] Seconds until a get shows what a PATCH changed."""
    unstable_order: bool = False
    """[10] Whether rows with equal sort keys have a different order in each response."""
    past_the_end: Literal["empty", "refused"] = "empty"
    """[10] The response to a `page` after the last one."""
    over_maximum: Literal["refused", "lowered"] = "refused"
    """[10] What happens to a `perPage` over 100."""
    rate_answer: Literal["body", "none", "header"] = "body"
    """[12] Where a refusal for the rate limit says how long to wait."""
    rate_bucket: Literal["organization", "key"] = "organization"
    """[12] What shares one rate limit."""
    search_parameter: str = "search"
    """[13] The name of the text search parameter."""
    client_parameter: str = "includeClient"
    """[13] The name of the flag "Include client information"."""
    client_always: bool = True
    """[13] Whether responses have `client` without that flag."""
    statistics: Literal["still", "move", "move_updated_at"] = "still"
    """[14] Whether `customerStats.totalCalls` stays as it is, grows by 1 with each read, or grows
    and also moves `updatedAt`."""
    read_only_key: Literal["FORBIDDEN", "UNAUTHORIZED"] = "FORBIDDEN"
    """[15] The code for a write with a key that may only read."""
    expired_key: Literal["UNAUTHORIZED", "FORBIDDEN"] = "UNAUTHORIZED"
    """[15] The code for any call with an expired playground key."""
    playground_days: float = 14.0
    """[15] Days from the creation of the store until `seed.CARECYCLE_PLAYGROUND_KEY` expires."""
    bad_id: Literal["VALIDATION_ERROR", "NOT_FOUND"] = "VALIDATION_ERROR"
    """[17] The code for an id that is not a UUID."""
    unknown_config: Verdict = "refused"
    """[18] The id of a transfer or appointment config that this client does not have."""
    adds_to_config_ids: bool = False
    """[18] Whether a PATCH adds `transferConfigId` to `transferConfigIds`."""
    bounds: dict[Bounded, tuple[float, float]] = Field(default_factory=dict)
    """[19] The lowest and highest number or length by field; anything outside is refused.
    `maxAttempts` has none, because no call writes it."""
    draft_values: Literal["null", "empty"] = "null"
    """[20] The settings of a new draft, except `smsTypes`, `features` and `smsContent`: null; or
    false, empty, and the client's `smsCompanyName`."""
    template_values: Tree = Field(default_factory=dict)
    """[20] The values that a new draft copies from its template, in place of its own."""
    default_texts: bool = True
    """[20] Whether a new draft has the default `smsContent`."""
