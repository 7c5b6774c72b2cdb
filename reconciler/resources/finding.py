"""What a policy rule reports about a campaign."""

from dataclasses import dataclass

from reconciler.address import Address
from reconciler.diagnostics import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's verdict; a verdict at level error is gate `policy` in apply."""

    rule: str
    severity: Severity
    address: Address
    summary: str
    detail: str = ""
    waived: bool = False
