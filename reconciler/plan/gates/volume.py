"""Gates on how many people are contacted, again or at all, and at what time; pure."""

from collections.abc import Callable, Iterator, Sequence

from reconciler.plan.gate_table import Gate
from reconciler.plan.gates.audience import whom, widest_first
from reconciler.plan.gates.contacting import Contacting, Crowd
from reconciler.plan.gates.gate import count, make_gate, shortened
from reconciler.plan.gates.last_contact import has_run
from reconciler.plan.people import moment_in_words, people

REACH_OVER_LIMIT = "reach-over-limit"


def reach_over_limit(crowd: Crowd) -> Iterator[Gate]:
    """More records than `maxContacts`, where the write or the start itself may begin contact."""
    for target in crowd.targets:
        starting = [one for one in crowd.of_target(target) if one.reach.may_start]
        limit = crowd.safety[target].max_contacts
        if limit is not None:
            yield from _over(starting, limit, f"on target {target}")
    if crowd.most is not None:
        starting = [one for one in crowd.contacting if one.reach.may_start]
        yield from _over(starting, crowd.most, "in this environment")


def _over(starting: Sequence[Contacting], limit: int, where: str) -> Iterator[Gate]:
    counted = sum(one.reach.least * one.reach.runs for one in starting)
    uncounted = [one for one in starting if _is_uncounted(one)]
    if counted <= limit and not uncounted:
        return
    whom_all = [people(counted)] if counted else []
    if uncounted:
        whom_all.append(f"{count(len(uncounted), 'campaign')} of unknown size")
    yield make_gate(
        REACH_OVER_LIMIT,
        f"{' and '.join(whom_all)} {where}; maxContacts is {limit:,}",
        (one.address for one in starting),
        details=shortened([f"{one.address}: {whom(one)}" for one in widest_first(starting)]),
    )


def _is_uncounted(one: Contacting) -> bool:
    """Whether nobody knows how many people there are.

    A plan shows a campaign without lists as it is; its start must know whom it contacts.
    """
    return one.reach.records is None and (bool(one.reach.lists) or one.is_start)


def ran_before(crowd: Crowd) -> Iterator[Gate]:
    """Campaigns that ran: if the write starts one, everybody on its lists is contacted again."""
    again = [
        (one, one.live)
        for one in crowd.contacting
        if one.reach.may_start and one.live is not None and has_run(one.live)
    ]
    if again:
        yield make_gate(
            "ran-before",
            f"{count(len(again), 'campaign')} ran before, and may contact the same people again",
            (one.address for one, _ in again),
            details=[f"{one.address} is {live.status}: {whom(one)}" for one, live in again],
        )


def outside_apply_window(crowd: Crowd) -> Iterator[Gate]:
    """Writes and starts that would contact people outside of `applyWindows`."""
    for target in crowd.targets:
        windows = crowd.safety[target].apply_windows
        if windows.open_at(crowd.now):
            continue
        later = windows.next_open(crowd.now)
        opens = f"; they open {moment_in_words(later, now=crowd.now)}" if later else ""
        yield make_gate(
            "outside-apply-window",
            f"now is outside of applyWindows of target {target}{opens}",
            (one.address for one in crowd.of_target(target)),
        )


VOLUMES: tuple[Callable[[Crowd], Iterator[Gate]], ...] = (
    reach_over_limit,
    ran_before,
    outside_apply_window,
)
"""The rules about how many people are contacted, and when."""
