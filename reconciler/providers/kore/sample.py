"""The target and the campaign that `init` writes for Kore.ai."""

from reconciler.providers.plugin import Sample

_TARGET = """\
provider: kore
baseUrl: https://platform.kore.ai
api: v2
appId: st-11111111-2222-5333-8444-555555555555     # placeholder: your application id
accountId: 67777ce93e25326494e90000                # placeholder: your account id
auth: {token: {env: KORE_JWT}}
# Kore.ai's documentation is contradictory on whether creating a campaign starts it. `possibly`
# accepts that it may; every plan says so. Without it, apply asks for --allow immediate-start.
# sendsOnWrite: possibly
"""
_MANIFEST = """\
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
SAMPLE = Sample(
    target_name="retention",
    target=_TARGET,
    manifest_name="renewal-reminder",
    manifest=_MANIFEST,
)
