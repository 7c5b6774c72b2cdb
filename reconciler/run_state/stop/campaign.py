"""A campaign being stopped: what was read of it, and what remains to be done.

Values only; sends nothing and reads nothing.
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
    """A campaign being stopped, and how far that is."""

    live: Live
    """As last read; before the first reading, from the ledger."""
    members: tuple[KnownCampaign, ...] = ()
    """Empty for a campaign of the account that is not ours."""
    before: str = ""
    """The vendor's status when first read."""
    seen: bool = False
    """Whether the last reading showed it."""
    gone: bool = False
    """Whether reading this campaign by its id proved that it does not exist."""
    stopped: bool = False
    """Whether a stop or a switch-off was accepted, or a stop while it ran had no clear answer."""
    settling: bool = False
    """Whether the vendor has just accepted a request, so that the next round only reads."""
    off: WriteVerdict | None = None
    trouble: str = ""
    """Why the last write did not succeed."""

    @property
    def channel(self) -> str:
        """The listing that shows it."""
        return BY_TYPE[self.live.type].channel

    def rests(self, able: Capabilities) -> bool:
        """Whether, by the last reading, it contacts nobody and will not start by itself."""
        if self.gone:
            return True
        passing = self.live.state is RunState.DRAFT and self.live.status in able.passing_statuses
        return self.seen and not passing and not self.runs(able) and not self.is_on(able)

    def runs(self, able: Capabilities) -> bool:
        """Whether it contacts people, will do so by itself, or has an unknown status."""
        if self.live.state is RunState.OTHER:
            return self.live.status not in able.idle_statuses
        return self.live.state in (RunState.ACTIVE, RunState.SCHEDULED)

    def is_on(self, able: Capabilities) -> bool:
        """Whether a schedule may be on; the vendor may not show it (docs/vendors/kore.md 8)."""
        if able.schedule is Ability.NO:
            return self.is_scheduled
        ours = bool(self.members) and self.live.state is not RunState.ARCHIVED
        unanswered = self.off not in (WriteVerdict.APPLIED, WriteVerdict.REFUSED)
        return self.is_scheduled or (ours and unanswered)

    def needs_stop(self, able: Capabilities) -> bool:
        """Whether to send a stop; a schedule is switched off first, if the vendor can do that."""
        if self.is_scheduled:
            return able.schedule is Ability.NO or self.off is not None
        return not self.seen or self.runs(able)

    def urgency(self, able: Capabilities) -> tuple[bool, int]:
        """A key to sort by: campaigns that run come first, and of these the largest."""
        idle = self.is_scheduled or (self.seen and not self.runs(able))
        return idle, -max((one.records for one in self.members), default=0)

    @property
    def is_scheduled(self) -> bool:
        """Whether its status says that it will start by itself."""
        return self.live.state is RunState.SCHEDULED


def unread_campaign(member: KnownCampaign) -> StopCandidate:
    """A campaign that was not read, with enough data to read it or to stop it."""
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
    """A write's answer as text, for a write that did not succeed."""
    status = f"HTTP {answer.status}" if answer.status is not None else ""
    return ": ".join(filter(None, (status, answer.message))) or "the answer is not clear"
