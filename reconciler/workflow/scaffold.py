"""A new project that validates, from built-in files; never over an existing one."""

from pathlib import Path

from reconciler.errors import InvalidInput

PROJECT = """\
# What this project manages and where. Credentials are references, never values.
apiVersion: reconciler/v1
kind: Project
manifests: [campaigns]
state: .reconciler/state.db
environments:
  staging:
    targets:
      retention:
        provider: kore
        baseUrl: https://platform.kore.ai
        api: v2
        appId: st-11111111-2222-5333-8444-555555555555     # your application id
        accountId: 67777ce93e25326494e90000                # your account id
        auth: {token: {env: KORE_JWT}}
        # Kore.ai's pages contradict each other on whether creating a campaign starts it. `possibly`
        # accepts that it may; every plan says so. Left out, apply asks for --allow immediate-start.
        # sendsOnWrite: possibly
"""

CAMPAIGN = """\
apiVersion: reconciler/v1
kind: KoreSmsCampaign
metadata:
  name: renewal-reminder
spec:
  name: Renewal Reminder
  description: Sends a link to the support bot.
  contactLists: ["Renewal Due - May/June 2025"]
  priority: 5
  dialingStrategy:
    callerId: {phoneNumber: "+919876543210"}
    callingHours:
      frequency: WEEKLY
      timezone: Asia/Kolkata
      days: [{day: MO-FR, start: "9:00 AM", end: "6:00 PM"}]
  experienceFlowName: SMS Support Flow
"""

IGNORE = ".reconciler/\n"

FILES = {
    "reconciler.yaml": PROJECT,
    "campaigns/renewal-reminder.yaml": CAMPAIGN,
    ".gitignore": IGNORE,
}


def scaffold(folder: Path) -> tuple[Path, ...]:
    """Write a project into `folder`; raises InvalidInput if one of its files is there already."""
    paths = [folder / name for name in FILES]
    taken = [path for path in paths if path.exists() and path.name != ".gitignore"]
    if taken:
        raise InvalidInput(
            f"{taken[0]} exists already", "init never overwrites; choose an empty folder."
        )
    written = []
    for path, text in zip(paths, FILES.values(), strict=True):
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return tuple(written)
