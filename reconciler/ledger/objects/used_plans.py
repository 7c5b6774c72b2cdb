"""Stores which plans were applied, one object per plan, put only if it is absent."""

from reconciler.clock import Clock
from reconciler.ledger.codec import utc_text
from reconciler.ledger.objects.layout import Layout, UsedPlan, encode_object
from reconciler.ledger.objects.store import ObjectStore


class UsedPlans:
    """The plans that were used in one environment."""

    def __init__(self, store: ObjectStore, layout: Layout, clock: Clock) -> None:
        self._store = store
        self._layout = layout
        self._clock = clock

    def use(self, plan_id: str, lock_id: str) -> bool:
        """Mark a plan as used; False when it was used before."""
        key = self._layout.plan(plan_id)
        used = UsedPlan(
            plan_id=plan_id,
            lock_id=lock_id,
            used_at=utc_text(self._clock.now()),
            id=self._clock.new_id(),
        )
        body = encode_object(key, used)
        return self._store.claim(key, body).body == body

    def used(self, plan_id: str) -> bool:
        """Whether a plan was used before."""
        return self._store.get(self._layout.plan(plan_id)) is not None
