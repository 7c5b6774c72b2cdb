"""The hash of what a plan changes: equal for an equal plan that is made again; pure.

Its canonical form is one JSON object in ASCII, with sorted keys and without blanks
(`parts.as_json`):

* `version`: of this form;
* `environment`: its name, because another environment may change in the same way;
* `targets`: provider, address, account, API version and `sendsOnWrite` of each target that has a
  change, by name;
* `changes`: one object for each change that apply would make or settle, by address: what is done to
  which live campaign, all its values before and after, the fields that move, and the requests.

Nothing in it depends on the time, the plan's id, the commit, places in files, or how many
people are on a contact list.
"""

import hashlib

from reconciler.plan.document.parts import as_json, encode_fields, encode_requests
from reconciler.plan.model import Action, Change, Plan, PlanTarget
from reconciler.resources.tree import Tree

_VERSION = 1


def changes_sha256(plan: Plan) -> str:
    """The SHA-256, in hex, of the canonical form of a plan's changes."""
    changes = [one for one in plan.changes if one.action is not Action.NO_OP or one.settles]
    changed = {one.target for one in changes}
    form = {
        "version": _VERSION,
        "environment": plan.environment,
        "targets": {one.name: _account(one) for one in plan.targets if one.name in changed},
        "changes": [_change(one) for one in sorted(changes, key=lambda one: one.address)],
    }
    return hashlib.sha256(as_json(form).encode("ascii")).hexdigest()


def _account(target: PlanTarget) -> Tree:
    return {
        "provider": target.provider,
        "base_url": target.base_url,
        "account": target.account,
        "api": target.api,
        "sends_on_write": target.sends_on_write,
    }


def _change(change: Change) -> dict[str, object]:
    return {
        "address": str(change.address),
        "target": change.target,
        "action": change.action.value,
        "remote_id": change.remote_id,
        "adopts": change.adopts,
        "moved_from": str(change.moved_from) if change.moved_from else None,
        "protects": change.protection.value,
        **({"unmanages": [*change.unmanages]} if change.unmanages else {}),
        "before": change.before,
        "after": change.after,
        "fields": encode_fields(change),
        "requests": encode_requests(change),
    }
