"""The body of a PUT and the stored document into the new document.

See docs/vendors/kore.md 4.3, 14.8, 14.9.
"""

from reconciler.resources.tree import Tree
from reconciler.simulator.campaigns import Campaign
from reconciler.simulator.context import VendorCall
from reconciler.simulator.kore.documents import SERVER_KEPT
from reconciler.simulator.kore.rules import invalid
from reconciler.simulator.kore.switches import KoreSwitches
from reconciler.simulator.messages import Refused, text

_KEPT_AS = {"experienceFlow": "experienceFlowName"}


def check_unlocked(campaign: Campaign, statuses: frozenset[str]) -> None:
    """Raise Refused for a write in one of these statuses."""
    if campaign.status in statuses:
        raise Refused("conflict", f"Campaign is {campaign.status}")


def accepted_body(call: VendorCall, campaign: Campaign, switches: KoreSwitches) -> Tree:
    """The part of the body that this version and channel accept; raises Refused."""
    body = call.body
    if campaign.channel != "sms":
        return body
    if switches.plain_sms_update == "refused" and text(body, "format") == "simple":
        raise invalid("format must be advanced")
    if "dncLists" in body and call.api == "v2" and switches.sms_update_dnc != "accepted":
        if switches.sms_update_dnc == "refused":
            raise invalid("dncLists is not allowed")
        return {key: value for key, value in body.items() if key != "dncLists"}
    return body


def merged(campaign: Campaign, kept: Tree, switches: KoreSwitches) -> Tree:
    """The stored document, replaced by or merged with what is accepted of the body."""
    before = campaign.document
    mode = switches.sms_update if campaign.channel == "sms" else switches.voice_update
    after = {**{key: before[key] for key in SERVER_KEPT if key in before}, **kept}
    return _limited(before, {**before, **kept} if mode == "merge" else after, switches)


def _limited(before: Tree, after: Tree, switches: KoreSwitches) -> Tree:
    """The new document with only those changes that the switch `update_fields` allows."""
    if switches.update_fields is None:
        return after
    found = dict(after)
    for key in before.keys() | after.keys():
        changes = before.get(key) != after.get(key)
        if not changes or _KEPT_AS.get(key, key) in switches.update_fields:
            continue
        if switches.other_update_fields == "refused":
            raise invalid(f"{_KEPT_AS.get(key, key)} cannot be changed")
        found.pop(key, None)
        if key in before:
            found[key] = before[key]
    return found
