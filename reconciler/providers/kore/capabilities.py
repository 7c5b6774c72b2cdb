"""What Kore.ai's campaign API can do (docs/vendors/kore.md 13)."""

from reconciler.resources.capabilities import Ability, Capabilities

_COMMON = (
    "creating or updating a campaign may start sending by itself",
    "an update replaces the whole campaign; nothing locks it against other editors",
    "flow names, queues and approved template texts cannot be read back",
)
_VOICE_ON_V1 = (
    "api v1 may refuse voice campaigns, which need a do-not-call list since release 11.20.0"
)
_V1 = ("api v1 cannot write do-not-call lists, and cannot schedule", _VOICE_ON_V1)


def capabilities(api: str) -> Capabilities:
    """The facts of API version `api`."""
    return Capabilities(
        provider="kore",
        channels=("sms", "voice"),
        create=Ability.YES,
        update=Ability.FULL_BODY,
        delete=Ability.YES,
        start=Ability.YES,
        stop=Ability.YES,
        schedule=Ability.YES if api == "v2" else Ability.NO,
        contact_lists=Ability.YES,
        may_send_on_write=True,
        settle=300.0,
        requests_per_minute=60,
        passing_statuses=("Preparing",),
        create_doubts={"voice": _VOICE_ON_V1} if api == "v1" else {},
        # docs/vendors/kore.md 6.2; a voice PUT seems to keep what it leaves out (6.3).
        drops_exclusion=("sms",) if api == "v1" else (),
        notes=_COMMON + (_V1 if api == "v1" else ()),
    )
