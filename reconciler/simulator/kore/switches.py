"""What Kore.ai does not document, as switches with the default in brackets there.

Numbers in brackets name the row of docs/vendors/kore.md 14, or another section where they
have a dot.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from reconciler.simulator.name_spelling import NameSpelling

Refusal = Literal["duplicate", "invalid", "unknown-name", "unauthorized", "not-found", "conflict"]
"""Why a request is refused, as far as the answer tells reasons apart."""
Verdict = Literal["refused", "accepted"]
Late = Literal["refused", "accepted", "fails_later"]


class KoreSwitches(BaseModel):
    """Facts of docs/vendors/kore.md 14, by row."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unique_names: Literal["none", "per_channel", "account"] = "none"
    """[1] Where a second campaign of a name is refused."""
    unique_names_any_case: bool = True
    """[1] Whether `A` and `a` are one name to that rule."""
    statuses: dict[Refusal, int] = Field(default_factory=dict)
    """[2, 3, 14] HTTP status by reason; for what is not in here `kore.errors.STATUSES` holds."""
    error_shape: Literal["errors", "msg_code", "status_error", "text", "empty", "html"] = "errors"
    """[3] The body of a refusal."""
    refusals_as_200: bool = False
    """[3] Refusals answer 200 with `status: "error"`."""
    references: Late = "refused"
    """[4] An unknown contact list, flow, queue or template. What fails later does so as
    `creation_failure` says, or vanishes where that is off; such a PUT changes nothing."""
    limits: Late = "refused"
    """[4, 22] Over-long fields, bad caller ids, numbers out of range; the same."""
    length_in: Literal["characters", "bytes"] = "characters"
    """[22] What the longest name and description are counted in."""
    sms_limit: int = 1600
    """[22] Longest plain SMS text, in characters as people read it, however it was encoded."""
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
    """[7, 6.1] A create starts sending."""
    sends_on_update: bool = False
    """[7, 6.1] A PUT starts sending."""
    sms_update: Literal["replace", "merge"] = "replace"
    """[8] What a PUT does to fields it leaves out."""
    voice_update: Literal["replace", "merge"] = "merge"
    """[8, 6.3] The same for voice."""
    unknown_keys: Literal["ignored", "refused"] = "ignored"
    """[8] Keys no page knows, on create and PUT."""
    sms_update_dnc: Literal["accepted", "ignored", "refused"] = "accepted"
    """[8] `dncLists` in a v2 SMS PUT."""
    plain_sms_update: Verdict = "accepted"
    """[8] PUT of a simple or template SMS campaign."""
    locked_statuses: frozenset[str] = frozenset({"Active"})
    """[9] Statuses in which PUT and DELETE are refused."""
    locked_for_delete: frozenset[str] | None = None
    """[9] The same for DELETE alone, where it differs."""
    update_fields: frozenset[str] | None = None
    """[9] The only top-level fields that a PUT changes in the other statuses; None for all."""
    other_update_fields: Literal["ignored", "refused"] = "ignored"
    """[9] A PUT that would change another one."""
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
    empty_numbers: Verdict = "accepted"
    """[10] `""` for `limit`, `skip` and `page`."""
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
    agentless_filter: Verdict = "accepted"
    """[12] `filters.dialingMode: ["Agentless"]`."""
    agentless_connection: Literal["flow_name", "empty", "absent"] = "flow_name"
    """[12] `connection` of an Agentless row."""
    rate_answer: Literal["429", "429_retry_after", "200_text", "403_text"] = "429"
    """[13] How a rate refusal looks."""
    rate_bucket: Literal["account", "api"] = "account"
    """[13] Who shares the limit: all calls of an account, or those of one operation."""
    jti: Literal["off", "required", "no_replay"] = "off"
    """[14] Whether a token needs a `jti`, and whether one may come twice."""
    token_lifetime: float | None = None
    """[14] Longest time since `iat`, in seconds; then `iat` is required."""
    clock_skew: float = 0.0
    """[14] Seconds that `exp` and `iat` may be off."""
    check_iid: bool = True
    """[14] Header `iid` must equal the path's id."""
    check_account: bool = True
    """[14] Header `accountId` must be given, and equal the query's in v2."""
    versions_share: bool = True
    """[16] A campaign made through one version is there in the other."""
    v1_shows_dnc: bool = False
    """[16] v1 reads show `dncLists`."""
    v1_voice_without_dnc: Verdict = "accepted"
    """[17] v1 voice creates, which cannot name a do-not-call list."""
    start_running: Verdict = "refused"
    """[18] Start of an Active campaign."""
    start_scheduled: Verdict = "refused"
    """[18] Start of a Scheduled campaign."""
    start_shared_list: Verdict = "refused"
    """[18] Start while another campaign runs on one of its lists."""
    start_empty: Verdict = "accepted"
    """[18] Start with no contact in its lists."""
    stop_idle: Verdict = "refused"
    """[18] Stop of a campaign that does not run."""
    transition_seconds: float = 0.0
    """[18] Time until start and stop show in `status`."""
    restless_updated_at: bool = True
    """[19, 6.10] `updatedAt` earlier than `createdAt` on reads of a fresh SMS campaign."""
    template_seconds: float = 14.0
    """[19, 6.10] Seconds after a template create at which `updatedAt` moves, unedited."""
    updated_at_wanders: bool = False
    """[19] Every read shows the time of reading as `updatedAt`."""
    contact_list_order: Literal["not_kept", "kept"] = "not_kept"
    """[20] The order of `contactLists` in answers."""
    contact_list_names: Literal["as_sent", "trimmed", "lower_case"] = "as_sent"
    """[20] How answers spell them; trimmed ones are found by their trimmed name, too."""
    name_spelling: NameSpelling = "as_sent"
    """[20, 7.20] How answers spell the campaign's `name`."""
    normalise_times: bool = False
    """[20] `09:00 AM` is kept as `9:00 AM`."""
    frequencies: frozenset[str] = frozenset({"WEEKLY"})
    """[21] Accepted values of `callingHours.frequency`."""
    other_hours: Literal["like_weekly", "rows_without_day", "free"] = "like_weekly"
    """[21] Shape of the others: `days` as for WEEKLY, rows of `start` and `end`, or anything."""
    windows_across_midnight: Verdict = "refused"
    """[21] A window that ends before it starts."""
    overlapping_windows: Verdict = "refused"
    """[21] Windows of one day that overlap."""
    several_windows: Verdict = "accepted"
    """[21] More than one window a day."""
    name_characters: Literal["any", "as_in_samples"] = "any"
    """[22, 4.1] What `name` may have: any, or letters, digits, space, `-`, `.`, `|`."""
    message_variables: Literal["any", "double_braces", "none"] = "any"
    """[22] Which braces a plain SMS text may have: any, `{{name}}` only, or none."""
    sms_get_shows_message: bool = True
    """[5.8] No SMS get sample shows `message`; the delete record and the lists do."""
    schedule_shows: bool = True
    """[23] An enabled schedule shows in reads at all."""
    schedule_sets: Literal["flags_and_status", "flags", "status"] = "flags_and_status"
    """[23] Where it shows: both booleans of `schedule`, status `Scheduled`."""
    schedule_dates: bool = False
    """[23] Reads by id show what the schedule call sent, within `schedule`."""
    schedule_same_name: Literal["first", "last", "all", "refused"] = "first"
    """[23] Which campaign of several of the name a schedule call reaches."""
    schedule_active: Verdict = "refused"
    """[23] Enabling the schedule of an Active campaign."""
    mismatch_on_create: Literal["refused", "ignored"] = "refused"
    """[24] `campaignType` of query and body differ."""
    mismatch_on_update: Literal["refused", "ignored"] = "ignored"
    """[24] The same, or another type than the stored campaign's."""
    wrong_type: Literal["not_found", "ignored"] = "not_found"
    """[24] `campaignType` of another type on delete, start and stop."""
    dnc_listed: bool = False
    """[25] getAllListDetails shows do-not-call lists."""
    max_skips: tuple[int, int] = (0, 10_000)
    """[27] The lowest and highest `maxSkips`."""
    execution_type: str = "NORMAL"
    """[27] `campaignExecutionType` of new SMS campaigns."""
    is_imported: bool = False
    """[27] `isImported` of new campaigns."""
    use_system_mappings: bool = False
    """[27] `useSystemMappings` of new campaigns."""
    aliases: frozenset[str] = frozenset(
        {"trigger", "trigger_plain", "trigger_double_slash", "trigger_api", "create_api"}
    )
    """[3.3] Printed v2 paths that exist; `trigger` is the one to use."""
