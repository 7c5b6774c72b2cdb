"""The default world: one account at each vendor, with what the examples and the README name.

Every constant is public and made up; the credentials open nothing but this simulator.
"""

from reconciler.resources.tree import Tree
from reconciler.simulator.carecycle.configs import put_config
from reconciler.simulator.context import SimulatorContext, uuid_of
from reconciler.simulator.kore.contact_lists import KIND as CONTACT_LIST
from reconciler.simulator.kore.contact_lists import new_list

KORE_APP_ID = "st-11111111-2222-5333-8444-555555555555"
KORE_ACCOUNT_ID = "67777ce93e25326494e90000"
KORE_ACCOUNT = f"{KORE_ACCOUNT_ID}/{KORE_APP_ID}"
"""The account's name in the store, the request log and the control endpoint."""
KORE_TOKEN = "simulator-token"  # noqa: S105 - opens the simulator only
KORE_CLIENT_ID = "cs-aaaaaaaa-bbbb-5ccc-8ddd-eeeeeeeeeeee"
KORE_CLIENT_SECRET = "simulator-client-secret-of-at-least-32-bytes"  # noqa: S105
KORE_CONTACT_LISTS = {
    "Renewal Due - May/June 2025": 1240,
    "Spring Renewals 2026": 860,
    "Recent Visitors": 312,
    "Open Bills": 95,
    "Plan Holders": 410,
}
"""Names, with the number of people on each."""
KORE_FLOWS = {
    "SMS Support Flow": "cf-67447605-115e-5dd2-a676-e158cf3b0000",
    "Renewal Assistant Flow": "cf-22222222-3333-5444-8555-666666666666",
    "Visit Survey Flow": "cf-55555555-6666-5777-8888-999999999999",
}
KORE_QUEUES = ("Billing Queue",)
KORE_TEMPLATES = {
    "Renewal Notice": (
        "cmt-33333333-4444-4555-8666-777777777777",
        "PHA%2BWW91ciBwbGFuIHJlbmV3cyA8c3Ryb25nPnNvb248L3N0cm9uZz4uPC9wPg%3D%3D",
    )
}
"""Names, with id and the server's own text."""
KORE_DNC_LISTS = {
    "Do Not Contact": "cl-4444444-5555-4666-8777-888888888888",
    "testdnc": "cl-5555555-6666-4777-8888-999999999999",
}
CARECYCLE_CLIENT_ID = "33333333-4444-4555-8666-777777777777"
CARECYCLE_COMPANY = "Example Clinic"
CARECYCLE_API_KEY = "cc_simulator_read_write"
CARECYCLE_READ_ONLY_KEY = "cc_simulator_read_only"
CARECYCLE_PLAYGROUND_KEY = "cc_simulator_playground"
"""May read and write, and expires as the keys made on a docs page do."""
CARECYCLE_TEMPLATE = ("22222222-3333-4444-8555-666666666666", "Wellness")
CARECYCLE_TRANSFER_CONFIG_ID = "44444444-5555-4666-8777-888888888888"
CARECYCLE_APPOINTMENT_CONFIG_ID = "bbbbbbbb-cccc-4ddd-8eee-ffffffffffff"
CARECYCLE_PULSE_WORKFLOW_ID = "55555555-6666-4777-8888-999999999999"


def plant(world: SimulatorContext) -> None:
    """Put the default world into an empty store; any other store stays as it is."""
    with world.store.transaction():
        if world.store.owner("kore_app", KORE_APP_ID) is None:
            plant_kore(world, KORE_ACCOUNT_ID, KORE_APP_ID)
            _plant_carecycle(world)


def plant_kore(world: SimulatorContext, account_id: str, app_id: str) -> None:
    """Add a Kore.ai account with the default credentials, lists, flows, queues and templates."""
    store, account = world.store, f"{account_id}/{app_id}"
    store.put("kore_app", account_id, {"id": app_id})
    store.put("kore_token", account_id, {"id": KORE_TOKEN})
    store.put("kore_jwt", account_id, {"id": KORE_CLIENT_ID, "secret": KORE_CLIENT_SECRET})
    for name, records in KORE_CONTACT_LISTS.items():
        listed = new_list(world, name, "", records)
        listed["id"] = f"cl-{uuid_of(f'{account}:{name}')[1:]}"
        store.put(CONTACT_LIST, account, listed)
    for name, dnc_id in KORE_DNC_LISTS.items():
        store.put("kore_dnc_list", account, {**new_list(world, name, "", 0), "id": dnc_id})
    for name, flow_id in KORE_FLOWS.items():
        store.put("kore_flow", account, {"id": flow_id, "name": name})
    for name in KORE_QUEUES:
        store.put("kore_queue", account, {"id": f"qu-{uuid_of(name)}", "name": name})
    for name, (template_id, body) in KORE_TEMPLATES.items():
        store.put("kore_template", account, {"id": template_id, "name": name, "body": body})


def _plant_carecycle(world: SimulatorContext) -> None:
    store, client = world.store, CARECYCLE_CLIENT_ID
    owner: Tree = {"id": client, "smsCompanyName": CARECYCLE_COMPANY}
    store.put("carecycle_client", client, owner)
    store.put("carecycle_key", client, {"id": CARECYCLE_API_KEY, "write": True})
    store.put("carecycle_key", client, {"id": CARECYCLE_READ_ONLY_KEY, "write": False})
    playground: Tree = {"id": CARECYCLE_PLAYGROUND_KEY, "write": True, "made": world.now()}
    store.put("carecycle_key", client, playground)
    template_id, template = CARECYCLE_TEMPLATE
    store.put("carecycle_template", client, {"id": template_id, "name": template})
    desk: Tree = {
        "id": CARECYCLE_TRANSFER_CONFIG_ID,
        "name": "Front desk",
        "directPhoneNumber": "+12025550123",
        "warmTransfer": True,
    }
    put_config(world, client, "transfer_config", desk)
    visit: Tree = {"id": CARECYCLE_APPOINTMENT_CONFIG_ID, "name": "Check-up"}
    put_config(world, client, "appointment_config", visit)
