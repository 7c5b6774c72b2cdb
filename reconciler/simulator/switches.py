"""All switches of the simulator: what the vendors do not document, and our own.

Changed at run time through `/_simulator/switches`.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from reconciler.resources.tree import Tree, overlay
from reconciler.simulator.carecycle.switches import CareCycleSwitches
from reconciler.simulator.kore.switches import KoreSwitches


class Switches(BaseModel):
    """All switches; the two vendors' below `kore` and `carecycle`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    accounts: Literal["known", "any"] = "known"
    """`any` accepts every account, credential, flow, queue, template and list name."""
    rate_limit: int | None = None
    """Requests a minute and account; 60 is what both vendors say."""
    rate_window: Literal["fixed", "sliding"] = "fixed"
    """[docs/vendors/kore.md 14.13, docs/vendors/carecycle.md 15.12] How the minute is counted."""
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
