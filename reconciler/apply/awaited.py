"""One written campaign, and what has been seen of it since; sends nothing and reads nothing.

A create is proven by a reading by id that is equal as far as it shows what was sent. Its answer and
a list row that was requested later stand for that reading if both are equal, and if together they
show every field that a reading would show.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import JsonValue

from reconciler.apply.readings import overruled_before, unexpected
from reconciler.apply.step import Written
from reconciler.apply.target_run import TargetRun
from reconciler.plan.compare.leaves import rows_of
from reconciler.plan.compare.unknown_creates import evidence
from reconciler.plan.model import Action
from reconciler.plan.twins import Twin
from reconciler.resources.base import Compare, Live
from reconciler.resources.ledger_records import Record
from reconciler.resources.tree import has, leaves, overlay


@dataclass(slots=True, kw_only=True)
class Awaited:
    """A written campaign that is not yet seen; done when it is `read` and `listed`."""

    step: Written
    excused: Mapping[str, JsonValue]
    """What the vendor shows in place of values sent before; showing it again is not reported."""
    listed: bool
    """Whether a listing showed it, or none is needed."""
    answer: Live | None = None
    """The answer to its create, while a list row may make it a proof."""
    by_row: bool = False
    """A plan treats its list row as a full reading, so only the row can confirm it."""
    examined: bool = False
    """Whether it was waited for once; then only its turn among all brings another look."""
    live: Live | None = None
    different: tuple[str, ...] = ()
    twins: tuple[Twin, ...] = ()
    """Campaigns that look like it, and that planning did not see."""

    @property
    def record(self) -> Record:
        """What was recorded of it."""
        return self.step.record

    @property
    def read(self) -> bool:
        """Whether it was seen as it was sent."""
        return self.live is not None and not self.different

    @property
    def done(self) -> bool:
        """Whether nothing more has to be read."""
        return self.read and self.listed

    @property
    def unproven(self) -> bool:
        """Whether it is a create that nothing proves yet."""
        return self.step.change.action is Action.CREATE and not self.read

    @property
    def suspicious(self) -> bool:
        """Whether it is a create whose answer or reading shows something else than was sent."""
        answer = self.step.answer
        odd = answer is not None and bool(evidence(self.record.spec, answer, {}).different)
        return self.unproven and not self.examined and (odd or bool(self.different))

    def see(self, live: Live | None) -> None:
        """Take a full reading."""
        if live is None:
            return
        self.live = live
        self.different = unexpected(self.record.spec, live, self.excused)
        changed = {field.path for field in self.step.change.fields}
        unproven = evidence(self.record.spec, live, {}).unproven
        if any(_is_listed(live.type, path) for path in changed.intersection(unproven)):
            self.listed = False

    def see_row(self, row: Live) -> bool:
        """Take a list row; False if the campaign has to be read by its id as well."""
        if not row.thin:
            self.by_row = True
            self.see(row)
        elif self.live is not None and self.read:
            # As `get` does with the row: a listing may show what a reading does not.
            live = self.live.counted_as(row)
            self.see(replace(live, spec=overlay(row.spec, live.spec)))
        elif self.answer is not None and self._prove(self.answer, row):
            self.see(_together(self.answer, row))
        else:
            return False
        return True

    def _prove(self, answer: Live, row: Live) -> bool:
        """Whether both are as was sent, and leave nothing out that a reading would show."""
        spec, unshown = self.record.spec, self.step.unshown
        if unshown is None or any(evidence(spec, shown, {}).different for shown in (answer, row)):
            return False
        left_out = (path for path, _ in leaves(spec) if path in unshown)
        return all(has(row.spec, path) or path in row.references for path in left_out)


def awaited(step: Written, run: TargetRun) -> Awaited:
    """A step as it was written, with the reading that it may have already."""
    row = run.listed(step.change)
    by_row = row is not None and not row.thin
    item = Awaited(
        step=step,
        excused=overruled_before(step.record.spec, run.record_before(step.change)),
        listed=step.change.action is not Action.CREATE and not by_row,
        answer=step.answer,
        by_row=by_row,
    )
    item.see(step.live)
    if item.suspicious or step.unshown is None:
        item.answer = None
    return item


def _is_listed(type_: str, path: str) -> bool:
    """Whether a listing may show a field that a reading of the campaign does not show."""
    row = rows_of(type_)[path]
    return row.compare is Compare.VALUE and bool(row.read_as)


def _together(answer: Live, row: Live) -> Live:
    """The campaign of a create's answer with all that a later list row shows."""
    return replace(
        answer.counted_as(row),
        state=row.state,
        status=row.status,
        run=row.run,
        spec=overlay(answer.spec, row.spec),
        references={**answer.references, **row.references},
        changed_at=row.changed_at,
    )
