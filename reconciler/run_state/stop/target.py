"""Stop one target in an emergency: stop, switch schedules off and read, until all have stopped.

Stops are sent in parallel and before anything else, the largest running campaigns first. A few
known campaigns are read and stopped before the account is listed, and no schedule is switched off
before the stops of a round are answered. Repeating a stop does no harm, so a stop in doubt is sent
again at once. One failure does not keep other campaigns from being stopped.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from reconciler.apply.answer_verdicts import WriteVerdict
from reconciler.apply.backoff import ATTEMPTS, backoff
from reconciler.clock import Clock
from reconciler.errors import ReconcilerError, Withheld, unforeseen
from reconciler.providers.base import Provider
from reconciler.resources.base import Live
from reconciler.resources.capabilities import Ability, Capabilities
from reconciler.resources.outcome import Answer
from reconciler.resources.writes import Impossible, Operation, Write
from reconciler.run_state.sending import deliver
from reconciler.run_state.stop.campaign import StopCandidate, answer_in_words
from reconciler.run_state.stop.readings import AT_ONCE, TargetReadings

_LONGEST_PAUSE = 10.0
_WATCHFUL_PAUSE = 3.0
"""While an earlier request may still take effect."""


@contextmanager
def _on_its_own(case: StopCandidate) -> Iterator[None]:
    """Note an unexpected error on its campaign, so that the others are still stopped."""
    try:
        yield
    except Exception as fault:  # noqa: BLE001 - an emergency stop goes on
        case.trouble = unforeseen(fault)


@dataclass(slots=True, kw_only=True)
class TargetStop:
    """The stop of one target's campaigns; used by one thread, as its `look` is."""

    provider: Provider
    look: TargetReadings
    clock: Clock
    patience: float
    """Seconds to go on after the first round in which no earlier request can take effect."""
    interrupted: Callable[[], bool]
    over: Callable[[], bool]
    """Whether no request that was sent before the stop can still take effect."""
    announce: Callable[[int], None] = lambda _: None
    """Called with the number of stops that are about to be sent."""
    calm: bool = False
    """Whether the last reading began after that."""

    def catch(self) -> None:
        """Stop a few known campaigns as soon as reading each shows that it runs."""
        known = self.look.unread()
        known.sort(key=self._urgency)
        with ThreadPoolExecutor(AT_ONCE, "stop") as pool:
            list(pool.map(self._catch, known))
            scheduled = [case for case in known if case.seen and case.is_scheduled]
            list(pool.map(self._switch_off, scheduled))

    def sweep(self) -> None:
        """Stop what shows at the first look; nothing is confirmed yet."""
        self.catch()
        self.look.at_everything()
        self._act()

    def run(self) -> None:
        """Stop everything, or give up when `patience` is over."""
        self.catch()
        self._hasten()
        self._read(everything=True)
        if self._quiet():
            return
        # Only rounds in which no earlier request could take effect use up patience.
        rounds, end = 0, math.inf
        for pause in backoff(_LONGEST_PAUSE):
            self._act()
            if self.calm:
                rounds += 1
                end = min(end, self.clock.monotonic() + self.patience)
            self._read()
            late = rounds >= ATTEMPTS and self.clock.monotonic() + pause > end
            if late or self._quiet() or self.interrupted():
                return
            try:
                self.clock.sleep(pause if self.calm else min(pause, _WATCHFUL_PAUSE))
            except Withheld:
                return

    def is_quiet(self, case: StopCandidate) -> bool:
        """Whether a reading confirms the stop, and no request sent before it can undo it."""
        return case.gone or (self.calm and case.rests(self._able))

    @property
    def resting(self) -> Iterator[Live]:
        """Every campaign that a reading confirmed as stopped."""
        for case in self.look.cases.values():
            if case.seen and not case.gone and self.is_quiet(case):
                yield case.live

    @property
    def _able(self) -> Capabilities:
        return self.provider.capabilities

    def _quiet(self) -> bool:
        cases = self.look.cases.values()
        return self.calm and not self.look.problems and all(self.is_quiet(case) for case in cases)

    def _read(self, *, everything: bool = False) -> None:
        """Read everything; while earlier requests may take effect, only known campaigns if few."""
        # Asked first: a request that is over by now shows in this reading.
        self.calm = self.calm or self.over()
        if everything or self.calm or not self.look.at_few():
            self.look.at_everything()

    def _catch(self, case: StopCandidate) -> None:
        with _on_its_own(case):
            if self.look.at(case) and case.seen and case.needs_stop(self._able):
                self._stop(case)

    def _hasten(self) -> None:
        """Stop what ran when it was last seen before the account is listed, without reading it.

        The list of a large account takes minutes at the rate limit, and a stop of a campaign that
        does not run does no harm.
        """
        likely = self.look.likely()
        for case in likely:
            case.before = " ".join(one.status for one in case.members[:1])
        self._stop_all(likely)

    def _stop_all(self, cases: Iterable[StopCandidate]) -> None:
        """Stop campaigns in parallel, those that run first, and of these the largest."""
        due = sorted(cases, key=self._urgency)
        if due:
            self.announce(len(due))
        with ThreadPoolExecutor(AT_ONCE, "stop") as pool:
            list(pool.map(self._stop, due))

    def _urgency(self, case: StopCandidate) -> tuple[bool, int]:
        return case.urgency(self._able)

    def _act(self) -> None:
        """Send all stops, then switch off schedules that show, then those that may be on."""
        noisy = [case for case in self.look.cases.values() if not case.rests(self._able)]
        waiting = {id(case) for case in noisy if case.settling}
        for case in self.look.cases.values():
            case.settling = False
        due = [case for case in noisy if id(case) not in waiting]
        self._stop_all(case for case in due if case.needs_stop(self._able))
        with ThreadPoolExecutor(AT_ONCE, "stop") as pool:
            on = [case for case in noisy if case.is_on(self._able)]
            # An accepted stop shows nothing about the schedule.
            on = [case for case in on if id(case) not in waiting or case.off is None]
            for shown in (True, False):
                some = [case for case in on if case.is_scheduled is shown]
                list(pool.map(self._switch_off, some))

    def _stop(self, case: StopCandidate) -> None:
        with _on_its_own(case):
            self._send_stop(case)

    def _send_stop(self, case: StopCandidate) -> None:
        ran = case.seen
        verdict, answer = self._send(case, Operation.STOP)
        for _ in range(1, ATTEMPTS):
            if verdict is not WriteVerdict.UNKNOWN or not (answer.sent and answer.may_retry):
                break
            case.stopped = case.stopped or ran
            verdict, answer = self._send(case, Operation.STOP)
        if verdict is WriteVerdict.APPLIED:
            case.stopped = case.settling = True
        case.trouble = "" if verdict is WriteVerdict.APPLIED else answer_in_words(answer)

    def _switch_off(self, case: StopCandidate) -> None:
        if self._able.schedule is not Ability.NO:
            with _on_its_own(case):
                self._send_off(case)

    def _send_off(self, case: StopCandidate) -> None:
        verdict, answer = self._send(case, Operation.SCHEDULE)
        refused = answer.status in (401, 403)
        case.off = WriteVerdict.UNKNOWN if refused else verdict
        if verdict is WriteVerdict.APPLIED:
            case.settling = True
            case.stopped = case.stopped or case.is_scheduled
        elif case.off is not WriteVerdict.REFUSED or case.is_scheduled:
            case.trouble = answer_in_words(answer)

    def _send(self, case: StopCandidate, operation: Operation) -> tuple[WriteVerdict, Answer]:
        live = case.live
        if operation is Operation.STOP and self._able.stop is Ability.NO:
            reason = "the vendor's API cannot stop it: stop it in the console"
            return WriteVerdict.REFUSED, Answer(sent=False, message=reason)
        requests = self.provider.requests(Write(operation=operation, type=live.type, live=live))
        if isinstance(requests, Impossible):
            return WriteVerdict.REFUSED, Answer(sent=False, message=requests.reason)
        try:
            return deliver(requests[0], self.provider, clock=self.clock, leave=self._leave)
        except ReconcilerError as problem:
            return WriteVerdict.UNKNOWN, Answer(sent=False, message=str(problem))

    def _leave(self) -> None:
        if self.interrupted():
            raise Withheld("the run was interrupted")
