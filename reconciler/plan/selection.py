"""Selects the campaigns that a plan covers; pure.

A term is an address or `label=value`. Exclusion takes precedence.
"""

from collections.abc import Iterable

from reconciler.address import Address
from reconciler.plan.model import Selection
from reconciler.resources.base import Desired
from reconciler.resources.ledger_records import Record
from reconciler.suggestions import nearest


def selected(desired: Iterable[Desired], selection: Selection) -> tuple[Desired, ...]:
    """The manifests that a plan covers, in their order."""
    return tuple(one for one in desired if _chosen(one, selection))


def selects_removal(record: Record, selection: Selection) -> bool:
    """Whether a record without a manifest is part of the plan.

    It has no labels any more, so if campaigns are selected, its address must be among them.
    """
    if selection.targets and record.target not in selection.targets:
        return False
    if str(record.address) in selection.exclude:
        return False
    if selection.select:
        return str(record.address) in selection.select
    return not any("=" in term for term in selection.exclude)


def unknown_terms(
    desired: Iterable[Desired], records: Iterable[Address], selection: Selection
) -> tuple[str, ...]:
    """Terms of a selection that match no manifest and no record, most likely typing errors."""
    campaigns = tuple(desired)
    addresses = {str(address) for address in records}
    return tuple(
        term
        for term in (*selection.select, *selection.exclude)
        if term not in addresses and not any(_fits(one, term) for one in campaigns)
    )


def slips_in_words(unknown: Iterable[str]) -> str:
    """What is wrong with terms that match nothing."""
    terms = tuple(unknown)
    labels = [term for term in terms if "=" in term]
    names = [term for term in terms if "=" not in term]
    parts = (
        f"no manifest has the label {' or '.join(labels)}" if labels else "",
        f"nothing has the address {', '.join(names)}" if names else "",
    )
    return "; ".join(filter(None, parts))


def nearest_term(
    unknown: Iterable[str], desired: Iterable[Desired], records: Iterable[Address]
) -> str | None:
    """What the first term that is nearly right was probably meant to be: an address or a label.

    The name alone, or a vendor's name, is nearly right too.
    """
    known = {str(address): str(address) for address in records}
    for one in desired:
        address = str(one.address)
        known |= {address: address, one.address.name: address, one.name: address}
        labels = (f"{key}={value}" for key, value in one.metadata.labels.items())
        known |= {label: label for label in labels}
    found = (nearest(term, known) for term in unknown)
    return next((known[name] for name in found if name is not None), None)


def _chosen(desired: Desired, selection: Selection) -> bool:
    if selection.targets and desired.target not in selection.targets:
        return False
    if any(_fits(desired, term) for term in selection.exclude):
        return False
    return not selection.select or any(_fits(desired, term) for term in selection.select)


def _fits(desired: Desired, term: str) -> bool:
    if "=" not in term:
        return term == str(desired.address)
    key, _, value = term.partition("=")
    return desired.metadata.labels.get(key) == value
