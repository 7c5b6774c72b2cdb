"""What the vendors do not document, as switches with the default that api/*.md brackets.

Numbers in brackets name the row: kore 14, carecycle 15. Changed at run time through
`/_simulator/switches`.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from reconciler.resources.tree import Tree, overlay

Uniqueness = Literal["none", "per_channel", "account"]


class _Switches(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KoreSwitches(_Switches):
    """Facts of api/kore.md 14, by row."""

    unique_names: Uniqueness = "none"
    """[1] Where a second campaign of a name is refused."""
    unique_names_any_case: bool = True
    """[1] Whether `A` and `a` are one name to that rule."""
    statuses: dict[str, int] = Field(default_factory=dict)
    """[2, 3, 14] HTTP status by refusal: duplicate, invalid, unknown-name, unauthorized,
    not-found, conflict, rate-limited; for what is not in here `kore.errors.STATUSES` holds."""
    error_shape: Literal["errors", "msg_code", "status_error", "text", "empty", "html"] = "errors"
    """[3] The body of a refusal."""
    refusals_as_200: bool = False
    """[3] Refusals answer 200 with `status: "error"`."""
    check_references: bool = True
    """[4] Unknown contact list, flow, queue or template is refused."""
    check_limits: bool = True
    """[4, 22] Over-long fields, bad caller ids and numbers out of range are refused."""
    length_in: Literal["characters", "bytes"] = "characters"
    """[22] What the longest name and description are counted in."""
    sms_limit: int = 1600
    """[22] Longest plain SMS text, in characters."""
    creation_failure: Literal["off", "stays_preparing", "vanishes", "never_appears"] = "off"
    """[5] How the asynchronous part of a voice create fails."""
    preparing: Literal["fixed", "random", "endless"] = "fixed"
    """[6] How long a voice campaign is `Preparing`."""
    preparing_seconds: float = 2.0
    """[6] The time, or the longest time when random."""
    list_lag: float = 0.0
    """[6] Seconds until a new campaign is listed."""
    get_lag: float = 0.0
    """[6] Seconds until a new campaign can be read by id."""
    sends_on_create: bool = False
    """[7] A create starts sending (hazard 1)."""
    sends_on_update: bool = False
    """[7] A PUT starts sending (hazard 1)."""
    sms_update: Literal["replace", "merge"] = "replace"
    """[8] What a PUT does to fields it leaves out."""
    voice_update: Literal["replace", "merge"] = "merge"
    """[8] The same for voice (hazard 3)."""
    unknown_keys: Literal["ignored", "refused"] = "ignored"
    """[8] Keys no page knows, on create and PUT."""
    sms_update_dnc: Literal["accepted", "ignored", "refused"] = "accepted"
    """[8] `dncLists` in a v2 SMS PUT."""
    plain_sms_update: Literal["accepted", "refused"] = "accepted"
    """[8] PUT of a simple or template SMS campaign."""
    locked_statuses: frozenset[str] = frozenset({"Active"})
    """[9] Statuses in which PUT and DELETE are refused."""
    second_delete: Literal["not_found", "success"] = "not_found"
    """[9] A DELETE of what is deleted."""
    unknown_id: Literal["not_found", "error_200"] = "not_found"
    """[9] A GET of an id that is not there."""
    list_default: int = 50
    """[10] `limit` of a listing that asks for none."""
    list_maximum: int = 100
    """[10] The highest `limit`."""
    over_maximum: Literal["lowered", "refused"] = "lowered"
    """[10] A higher one."""
    paging: Literal["skip_wins", "page_wins", "sum"] = "skip_wins"
    """[10] When `skip` and `page` are both given."""
    date_filter: Literal["createdAt", "updatedAt", "ignored"] = "createdAt"
    """[10] What `startDate` and `endDate` filter on."""
    default_window_days: int | None = None
    """[10] A listing without dates goes back this far."""
    sort_needs_name: bool = False
    """[10] `sortBy` without `name` is refused."""
    has_more_on_last_page: bool = False
    """[11] The last page says `hasMore: true`."""
    unstable_order: bool = False
    """[11] Equal rows come in another order each time."""
    agentless_filter: Literal["accepted", "refused"] = "accepted"
    """[12] `filters.dialingMode: ["Agentless"]`."""
    agentless_connection: Literal["flow_name", "empty", "absent"] = "flow_name"
    """[12] `connection` of an Agentless row."""
    rate_answer: Literal["429", "429_retry_after", "200_text", "403_text"] = "429"
    """[13] How a rate refusal looks."""
    jti: Literal["off", "required", "no_replay"] = "off"
    """[14] Whether a token needs a `jti`, and whether one may come twice."""
    token_lifetime: float | None = None
    """[14] Longest time since `iat`, in seconds; then `iat` is required."""
    clock_skew: float = 0.0
    """[14] Seconds that `exp` and `iat` may be off."""
    check_iid: bool = True
    """[14] Header `iid` must equal the path's id (2)."""
    check_account: bool = True
    """[14] Header `accountId` must be given, and equal the query's in v2 (2)."""
    versions_share: bool = True
    """[16] A campaign made through one version is there in the other."""
    v1_shows_dnc: bool = False
    """[16] v1 reads show `dncLists`."""
    v1_voice_without_dnc: Literal["accepted", "refused"] = "accepted"
    """[17] v1 voice creates, which cannot name a do-not-call list."""
    start_running: Literal["refused", "accepted"] = "refused"
    """[18] Start of an Active campaign."""
    start_scheduled: Literal["refused", "accepted"] = "refused"
    """[18] Start of a Scheduled campaign."""
    start_shared_list: Literal["refused", "accepted"] = "refused"
    """[18] Start while another campaign runs on one of its lists."""
    start_empty: Literal["refused", "accepted"] = "accepted"
    """[18] Start with no contact in its lists."""
    stop_idle: Literal["refused", "accepted"] = "refused"
    """[18] Stop of a campaign that does not run."""
    transition_seconds: float = 0.0
    """[18] Time until start and stop show in `status`."""
    restless_updated_at: bool = True
    """[19] `updatedAt` earlier than `createdAt` on reads of a fresh SMS campaign (hazard 10)."""
    contact_list_order: Literal["not_kept", "kept"] = "not_kept"
    """[20] The order of `contactLists` in answers."""
    normalise_times: bool = False
    """[20] `09:00 AM` is kept as `9:00 AM`."""
    frequencies: frozenset[str] = frozenset({"WEEKLY"})
    """[21] Accepted values of `callingHours.frequency`."""
    windows: Literal["strict", "any"] = "strict"
    """[21] Windows across midnight and overlapping ones are refused."""
    sms_get_shows_message: bool = True
    """[5.8] No SMS get sample shows `message`; the delete record and the lists do."""
    schedule_shows: bool = True
    """[23] An enabled schedule sets both flags and status `Scheduled`."""
    mismatch_on_create: Literal["refused", "ignored"] = "refused"
    """[24] `campaignType` of query and body differ."""
    mismatch_on_update: Literal["refused", "ignored"] = "ignored"
    """[24] The same, or another type than the stored campaign's."""
    wrong_type: Literal["not_found", "ignored"] = "not_found"
    """[24] `campaignType` of another type on delete, start and stop."""
    unique_contact_lists: bool = True
    """[25] A second contact list of a name is refused."""
    delete_used_list: Literal["refused", "accepted"] = "refused"
    """[25] Delete of a contact list that campaigns use."""
    contacts_seconds: float = 1.0
    """[25] Time until added contacts are counted."""
    contacts_per_call: int = 100
    """[25] More than this in one call is refused."""
    dnc_listed: bool = False
    """[25] getAllListDetails shows do-not-call lists."""
    aliases: frozenset[str] = frozenset(
        {"trigger", "trigger_plain", "trigger_double_slash", "trigger_api", "create_api"}
    )
    """[3.3] Printed v2 paths that exist; `trigger` is the one to use."""


class CareCycleSwitches(_Switches):
    """Facts of api/carecycle.md 15, by row."""

    response_generation: Literal["B", "C"] = "B"
    """[3] Which keys a campaign shows."""
    patch_fields: Literal["A", "B"] = "B"
    """[2.2] Which keys a PATCH takes."""
    create: bool = True
    """[2] Whether the create call exists."""
    unknown_body_keys: Literal["ignore", "refuse"] = "ignore"
    """[2, 4] Keys that no page knows or that are not writable."""
    unique_names: bool = False
    """[1] A second campaign of a name is refused."""
    created_status: int = 201
    """[2] HTTP status of a create."""
    statuses: dict[str, int] = Field(default_factory=dict)
    """[2] HTTP status by error code, where section 12's is not wanted."""
    absent_values: Literal["null", "missing"] = "null"
    """[3] How a value that is not there looks."""
    nested_patch: Literal["replace", "merge"] = "replace"
    """[4] What a PATCH does to nested objects."""
    null_patch: Literal["clears", "ignored", "refused"] = "clears"
    """[4] A null in a PATCH."""
    json_strings: Literal["refused", "accepted"] = "refused"
    """[5] Nested values given as JSON text."""
    create_fields: frozenset[str] = frozenset(
        {"description", "templateId", "maxConcurrentCalls", "direction", "kind"}
    )
    """[6] Which guessed names of create exist."""
    unknown_template: Literal["refused", "ignored"] = "refused"
    """[6] A `templateId` that names nothing."""
    transitions: Literal["any", "policy"] = "any"
    """[7] Which changes of status are allowed; `policy` is section 9's."""
    activate_empty: Literal["accepted", "refused"] = "accepted"
    """[7] `active` without workflow or transfer config."""
    status_seconds: float = 0.0
    """[7] Time until a change of status shows."""
    patch_active: Literal["accepted", "refused"] = "accepted"
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
    bad_id: Literal["VALIDATION_ERROR", "NOT_FOUND"] = "VALIDATION_ERROR"
    """[17] An id that is no UUID."""
    unknown_config: Literal["refused", "accepted"] = "refused"
    """[18] A transfer or appointment config that is not this client's."""
    adds_to_config_ids: bool = False
    """[18] `transferConfigId` is added to `transferConfigIds`."""
    default_texts: bool = True
    """[20] A fresh draft has the default `smsContent`."""


class Switches(_Switches):
    """All switches; the two vendors' below `kore` and `carecycle`."""

    accounts: Literal["known", "any"] = "known"
    """`any` accepts every account, credential, flow, queue, template and list name."""
    rate_limit: int | None = None
    """Requests a minute and account; 60 is what both vendors say."""
    rate_window: Literal["fixed", "sliding"] = "fixed"
    """[kore 13, carecycle 12] How the minute is counted."""
    kore: KoreSwitches = KoreSwitches()
    carecycle: CareCycleSwitches = CareCycleSwitches()

    def changed(self, changes: Tree) -> "Switches":
        """These switches with some set anew; ValueError names what is unknown or wrong."""
        current: dict[str, JsonValue] = self.model_dump(mode="json")
        try:
            return Switches.model_validate(overlay(current, changes))
        except ValidationError as problem:
            found = problem.errors()[0]
            where = ".".join(str(part) for part in found["loc"])
            raise ValueError(f"switch {where}: {found['msg']}") from None
