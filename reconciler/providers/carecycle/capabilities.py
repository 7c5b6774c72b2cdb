"""What CareCycle's campaign API can do (docs/vendors/carecycle.md 14)."""

from reconciler.resources.capabilities import Ability, Capabilities

CAPABILITIES = Capabilities(
    provider="carecycle",
    channels=("campaigns",),
    create=Ability.DRAFT,
    update=Ability.PARTIAL,
    delete=Ability.ARCHIVE,
    start=Ability.YES,
    stop=Ability.YES,
    may_send_on_write=False,
    settle=120.0,
    requests_per_minute=60,
    idle_statuses=("completed", "inactive", "cancelled"),
    notes=(
        "a campaign is made as a draft that calls nobody, then filled in by a second request",
        "features and texts are written whole: what a manifest leaves out is sent as it was read",
        "there is no delete: a campaign that is to go is archived",
        "dates, attempts, criteria and calling hours can only be changed in the dashboard",
        "nothing locks a campaign against other editors",
    ),
)
