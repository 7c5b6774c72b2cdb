"""What a policy rule says about one campaign."""

from dataclasses import dataclass

from reconciler.address import Address
from reconciler.diagnostics import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's verdict; an error-level one is gate `policy` in apply."""

    rule: str
    severity: Severity
    address: Address
    summary: str
    detail: str = ""
    waived: bool = False
