"""What a write relies on and no reading proves, as sentences that are shown with it; pure."""

from collections.abc import Iterator
from difflib import get_close_matches

from pydantic import JsonValue

from reconciler.plan.inventory import Estate
from reconciler.resources.base import Desired, Reach
from reconciler.resources.kinds import BY_TYPE
from reconciler.resources.tree import at


def doubts_of_create(desired: Desired, estate: Estate) -> tuple[str, ...]:
    """Why the vendor may refuse a create, or may not keep out whom it should."""
    channel = BY_TYPE[desired.address.type].channel
    doubt = estate.facts(desired.target).capabilities.create_doubts.get(channel)
    told = () if doubt is None else (doubt,)
    return (*told, *unproven_exclusions(desired, estate))


def unproven_exclusions(desired: Desired, estate: Estate) -> tuple[str, ...]:
    """Do-not-call lists that nothing on the account proves to exist (docs/vendors/kore.md 9).

    No call lists them; a live campaign that names one proves it.
    """
    return tuple(_unproven(desired, estate))


def _unproven(desired: Desired, estate: Estate) -> Iterator[str]:
    known = estate.exclusions(desired.target)
    for row in BY_TYPE[desired.address.type].fields:
        name: JsonValue = at(desired.spec, row.path)
        if row.reach is not Reach.EXCLUSION or not isinstance(name, str) or name in known:
            continue
        by_folded = {one.casefold(): one for one in sorted(known)}
        close = get_close_matches(name.casefold(), by_folded, n=1)
        hint = f'did you mean "{by_folded[close[0]]}"?' if close else "look at the spelling"
        yield (
            f'do-not-call list "{name}" cannot be checked: the vendor does not list them, and no '
            f"live campaign uses it; {hint}"
        )
