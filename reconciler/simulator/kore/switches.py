"""What Kore.ai does not document, as switches.

A number in brackets is a row of docs/vendors/kore.md 14; a number with a dot is a section of that
page.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from reconciler.simulator.name_spelling import NameSpelling

Refusal = Literal[
    "duplicate",
    "invalid",
    "unknown-name",
    "unauthorized",
    "not-found",
    "conflict",
    "large-page",
    "broken",
]
"""The reasons for a refusal that responses can tell apart."""
Verdict = Literal["refused", "accepted"]
Late = Literal["refused", "accepted", "fails_later"]


class KoreSwitches(BaseModel):
    """One switch for each open question of docs/vendors/kore.md 14."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unique_names: Literal["none", "per_channel", "account"] = "none"
    """[1] Where a second campaign with the same name is refused."""
    unique_names_any_case: bool = True
    """[1] Whether `A` and `a` are the same name to that rule."""
    statuses: dict[Refusal, int] = Field(default_factory=dict)
    """[2, 3, 14] HTTP status by reason, in place of the one in `kore.errors.STATUSES`."""
    error_shape: Literal["errors", "msg_code", "status_error", "text", "empty", "html"] = "errors"
    """[3] The body of a refusal."""
    refusals_as_200: bool = False
    """[3] Whether a refusal has HTTP status 200 and `status: "error"`."""
    references: Late = "refused"
    """[4] An unknown contact list, flow, queue or template. With `fails_later`, a create fails as
    `creation_failure` says, or the campaign vanishes if that is off; a PUT changes nothing."""
    limits: Late = "refused"
    """[4, 22] A field that is too long, a bad caller id, or a number out of range; as above."""
    length_in: Literal["characters", "bytes"] = "characters"
    """[22] The unit of the maximum lengths of `name` and `description`."""
    sms_limit: int = 1600
    """[22] The maximum length of an SMS text, in characters of the decoded text."""
    creation_failure: Literal["off", "stays_preparing", "vanishes", "never_appears"] = "off"
    """[5] How the creation of a voice campaign fails after a successful response."""
    preparing: Literal["fixed", "random", "endless"] = "fixed"
    """[6] How long a new voice campaign is `Preparing`."""
    preparing_seconds: float = 2.0
    """[6] That time in seconds; with `random`, the longest time."""
    list_lag: float = 0.0
    """[6] Seconds until a new campaign is listed."""
    get_lag: float = 0.0
    """[6] Seconds until a new campaign can be read by id."""
    sends_on_create: bool = False
    """[7, 6.1] Whether a create starts sending."""
    sends_on_update: bool = False
    """[7, 6.1] Whether a PUT starts sending."""
    sms_update: Literal["replace", "merge"] = "replace"
    """[8] Whether the PUT of an SMS campaign clears or keeps the fields that are not sent."""
    voice_update: Literal["replace", "merge"] = "merge"
    """[8, 6.3] The same for a voice campaign."""
    unknown_keys: Literal["ignored", "refused"] = "ignored"
    """[8] Keys that no page has, in a create or a PUT."""
    sms_update_dnc: Literal["accepted", "ignored", "refused"] = "accepted"
    """[8] `dncLists` in a v2 SMS PUT."""
    plain_sms_update: Verdict = "accepted"
    """[8] The PUT of a simple or template SMS campaign."""
    locked_statuses: frozenset[str] = frozenset({"Active"})
    """[9] The statuses in which PUT and DELETE are refused."""
    locked_for_delete: frozenset[str] | None = None
    """[9] The statuses in which DELETE is refused, if they differ."""
    update_fields: frozenset[str] | None = None
    """[9] The only top-level fields that a PUT can change in the other statuses; None means all."""
    other_update_fields: Literal["ignored", "refused"] = "ignored"
    """[9] What happens to a PUT that changes another field."""
    second_delete: Literal["not_found", "success"] = "not_found"
    """[9] The response to the DELETE of a deleted campaign."""
    unknown_id: Literal["not_found", "error_200"] = "not_found"
    """[9] The response to the GET of an id that does not exist."""
    list_default: int = 50
    """[10] The `limit` of a listing if the request has none."""
    list_maximum: int = 100
    """[10] The highest `limit`."""
    over_maximum: Literal["lowered", "cut", "refused", "error", "no_answer"] = "lowered"
    """[10] What happens to a higher `limit`: it is lowered; the page is cut, and the response says
    nothing of that; it is refused (400); the answer is 500; or no answer comes."""
    empty_numbers: Verdict = "accepted"
    """[10] `""` for `limit`, `skip` and `page`."""
    paging: Literal["skip_wins", "page_wins", "sum", "ignored"] = "skip_wins"
    """[10] What happens if a request has both `skip` and `page`. With `ignored`, every page has the
    rows of the first."""
    date_filter: Literal["createdAt", "updatedAt", "ignored"] = "createdAt"
    """[10] The field that `startDate` and `endDate` filter on."""
    default_window_days: int | None = None
    """[10] How many days back a listing without dates goes; None is no limit."""
    sort_needs_name: bool = False
    """[10] Whether `sortBy` without `name` is refused."""
    has_more_on_last_page: bool = False
    """[11] Whether the last page has `hasMore: true`."""
    unstable_order: bool = False
    """[11] Whether rows with equal sort keys have a different order in each response."""
    agentless_filter: Verdict = "accepted"
    """[12] The filter `filters.dialingMode: ["Agentless"]`."""
    agentless_connection: Literal["flow_name", "empty", "absent"] = "flow_name"
    """[12] The `connection` of an Agentless row."""
    rate_answer: Literal["429", "429_retry_after", "200_text", "403_text"] = "429"
    """[13] The form of a refusal for the rate limit."""
    rate_bucket: Literal["account", "api"] = "account"
    """[13] What shares one rate limit: all calls of an account, or those of one operation."""
    jti: Literal["off", "required", "no_replay"] = "off"
    """[14] Whether a token needs a `jti`, and whether it may be used twice."""
    token_lifetime: float | None = None
    """[14] How many seconds a token is valid after its `iat`, which is then required."""
    clock_skew: float = 0.0
    """[14] How many seconds `exp` and `iat` may be wrong."""
    check_iid: bool = True
    """[14] Whether the header `iid` must equal the id in the path."""
    check_account: bool = True
    """[14] Whether the header `accountId` is required and, in v2, must equal that of the query."""
    versions_share: bool = True
    """[16] Whether a campaign that was made through one API version exists in the other."""
    v1_shows_dnc: bool = False
    """[16] Whether v1 reads show `dncLists`."""
    v1_voice_without_dnc: Verdict = "accepted"
    """[17] A v1 create of a voice campaign, which cannot name a do-not-call list."""
    start_running: Verdict = "refused"
    """[18] The start of an Active campaign."""
    start_scheduled: Verdict = "refused"
    """[18] The start of a Scheduled campaign."""
    start_shared_list: Verdict = "refused"
    """[18] The start of a campaign while another one runs on one of its contact lists."""
    start_empty: Verdict = "accepted"
    """[18] The start of a campaign whose contact lists are empty."""
    stop_idle: Verdict = "refused"
    """[18] The stop of a campaign that is not running."""
    transition_seconds: float = 0.0
    """[18] Seconds until `status` shows a start or stop."""
    restless_updated_at: bool = True
    """[19, 6.10] Whether `updatedAt` of a new SMS campaign is earlier than its `createdAt`."""
    template_seconds: float = 14.0
    """[19, 6.10] Seconds until `updatedAt` of a new template campaign changes without an edit."""
    updated_at_wanders: bool = False
    """[19] Whether `updatedAt` is the time of the read."""
    contact_list_order: Literal["not_kept", "kept"] = "not_kept"
    """[20] Whether responses keep the order of `contactLists`."""
    contact_list_names: Literal["as_sent", "trimmed", "lower_case"] = "as_sent"
    """[20] How responses spell the names of contact lists. With `trimmed`, a list is also found by
    its trimmed name."""
    name_spelling: NameSpelling = "as_sent"
    """[20, 7.20] How responses spell the campaign's `name`."""
    normalise_times: bool = False
    """[20] Whether `09:00 AM` is stored as `9:00 AM`."""
    frequencies: frozenset[str] = frozenset({"WEEKLY"})
    """[21] The accepted values of `callingHours.frequency`."""
    other_hours: Literal["like_weekly", "rows_without_day", "free"] = "like_weekly"
    """[21] `days` of other frequencies: as for WEEKLY, rows of `start` and `end`, or anything."""
    windows_across_midnight: Verdict = "refused"
    """[21] A window that ends before it starts."""
    overlapping_windows: Verdict = "refused"
    """[21] Overlapping windows on one day."""
    several_windows: Verdict = "accepted"
    """[21] More than one window on one day."""
    name_characters: Literal["any", "as_in_samples"] = "any"
    """[22, 4.1] The characters of `name`: any; or letters, digits, space, `-`, `.` and `|`."""
    message_variables: Literal["any", "double_braces", "none"] = "any"
    """[22] Which braces an SMS text may have: any, only those of `{{name}}`, or none."""
    sms_get_shows_message: bool = True
    """[5.8] Whether the get of an SMS campaign shows `message`; no sample does."""
    schedule_shows: bool = True
    """[23] Whether reads show that a schedule is enabled."""
    schedule_sets: Literal["flags_and_status", "flags", "status"] = "flags_and_status"
    """[23] What shows it: the two booleans of `schedule`, the status `Scheduled`, or both."""
    schedule_dates: bool = False
    """[23] Whether the `schedule` of a get contains the dates that the schedule call sent."""
    schedule_same_name: Literal["first", "last", "all", "refused"] = "first"
    """[23] Which campaigns a schedule call changes if several have the name."""
    schedule_active: Verdict = "refused"
    """[23] A schedule for an Active campaign."""
    mismatch_on_create: Literal["refused", "ignored"] = "refused"
    """[24] What happens if `campaignType` of the query and of the body differ."""
    mismatch_on_update: Literal["refused", "ignored"] = "ignored"
    """[24] The same for a PUT, and if it differs from the type of the stored campaign."""
    wrong_type: Literal["not_found", "ignored"] = "not_found"
    """[24] A delete, start or stop with the `campaignType` of the other type."""
    dnc_listed: bool = False
    """[25] Whether `getAllListDetails` has do-not-call lists."""
    max_skips: tuple[int, int] = (0, 10_000)
    """[27] The lowest and highest `maxSkips`."""
    execution_type: str = "NORMAL"
    """[27] The `campaignExecutionType` of new SMS campaigns."""
    is_imported: bool = False
    """[27] The `isImported` of new campaigns."""
    use_system_mappings: bool = False
    """[27] The `useSystemMappings` of new campaigns."""
    aliases: frozenset[str] = frozenset(
        {"trigger", "trigger_plain", "trigger_double_slash", "trigger_api", "create_api"}
    )
    """[3.3] Which of the v2 paths that the vendor prints exist; `trigger` is the one to use."""
