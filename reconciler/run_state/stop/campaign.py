"""One campaign that is to be quiet: what was read of it, and what that leaves to be done.

Facts and questions about them; sends nothing and reads nothing.
"""

from dataclasses import dataclass

from reconciler.apply.answer_verdicts import WriteVerdict
from reconciler.resources.base import Live, RunState
from reconciler.resources.capabilities import Ability, Capabilities
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.outcome import Answer
from reconciler.run_state.known_campaigns import KnownCampaign


@dataclass(slots=True)
class StopCandidate:
    """A campaign that is to be quiet, and how far that is."""

    live: Live
    """As last read; before any reading, what the ledger knows of it."""
    members: tuple[KnownCampaign, ...] = ()
    """Empty for a campaign of the account that is none of ours."""
    before: str = ""
    """The vendor's word when first read."""
    seen: bool = False
    """The last reading showed it."""
    gone: bool = False
    """A reading of this very campaign proved that it is not there."""
    stopped: bool = False
    """A stop or a switch-off was accepted, or a stop while it ran had no clear answer."""
    settling: bool = False
    """The vendor said yes a moment ago, so the next round only looks."""
    off: WriteVerdict | None = None
    trouble: str = ""
    """Why the last write did not do."""

    @property
    def channel(self) -> str:
        """The listing that shows it."""
        return BY_TYPE[self.live.type].channel

    def rests(self, able: Capabilities) -> bool:
        """By the last reading: contacts nobody, and will not start by itself."""
        if self.gone:
            return True
        passing = self.live.state is RunState.DRAFT and self.live.status in able.passing_statuses
        return self.seen and not passing and not self.runs(able) and not self.is_on(able)

    def runs(self, able: Capabilities) -> bool:
        """Contacts people, will do so by itself, or says a word that nobody knows."""
        if self.live.state is RunState.OTHER:
            return self.live.status not in able.idle_statuses
        return self.live.state in (RunState.ACTIVE, RunState.SCHEDULED)

    def is_on(self, able: Capabilities) -> bool:
        """Whether a schedule may be on: the vendor need not show one (docs/vendors/kore.md 8)."""
        if able.schedule is Ability.NO:
            return self.is_scheduled
        ours = bool(self.members) and self.live.state is not RunState.ARCHIVED
        untold = self.off not in (WriteVerdict.APPLIED, WriteVerdict.REFUSED)
        return self.is_scheduled or (ours and untold)

    def needs_stop(self, able: Capabilities) -> bool:
        """Whether a stop is what it takes; a schedule is switched off first, where that goes."""
        if self.is_scheduled:
            return able.schedule is Ability.NO or self.off is not None
        return not self.seen or self.runs(able)

    @property
    def is_scheduled(self) -> bool:
        """The vendor's word says that it will start by itself."""
        return self.live.state is RunState.SCHEDULED


def unread_campaign(member: KnownCampaign) -> StopCandidate:
    """A campaign that no reading shows: all that is needed to read or to stop it."""
    live = Live(
        type=member.address.type,
        remote_id=member.remote_id,
        name=member.name,
        state=RunState.OTHER,
        status="",
        spec={},
    )
    return StopCandidate(live, (member,))


def answer_in_words(answer: Answer) -> str:
    """A write's answer for people, when it does not do."""
    status = f"HTTP {answer.status}" if answer.status is not None else ""
    return ": ".join(filter(None, (status, answer.message))) or "the answer is not clear"
