"""All switches of the simulator: those of each vendor, and those that both share.

`/_simulator/switches` changes them at run time.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from reconciler.resources.tree import Tree, overlay
from reconciler.simulator.carecycle.switches import CareCycleSwitches
from reconciler.simulator.kore.switches import KoreSwitches
from reconciler.suggestions import did_you_mean


class Switches(BaseModel):
    """All switches. `kore` and `carecycle` have those of one vendor."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    accounts: Literal["known", "any"] = "known"
    """`any` accepts the name of every account, credential, flow, queue, template and list."""
    rate_limit: int | None = None
    """Requests per minute and account; None is no limit. Both vendors document 60."""
    rate_window: Literal["fixed", "sliding"] = "fixed"
    """[docs/vendors/kore.md 14.13, docs/vendors/carecycle.md 15.12] Which requests a minute has."""
    kore: KoreSwitches = KoreSwitches()
    carecycle: CareCycleSwitches = CareCycleSwitches()

    def changed(self, changes: Tree) -> "Switches":
        """These switches with the changes; ValueError names a switch that is unknown or wrong."""
        current: dict[str, JsonValue] = self.model_dump(mode="json")
        try:
            return Switches.model_validate(overlay(current, changes))
        except ValidationError as problem:
            found = problem.errors()[0]
            *above, name = (str(part) for part in found["loc"])
            if found["type"] == "extra_forbidden":
                known = self.model_dump() if not above else getattr(self, above[0]).model_dump()
                advice = did_you_mean(name, known)
                raise ValueError(f"no switch {'.'.join((*above, name))}. {advice}") from None
            raise ValueError(f"switch {'.'.join((*above, name))}: {found['msg']}") from None
