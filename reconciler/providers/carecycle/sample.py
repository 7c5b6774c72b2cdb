"""The target and the campaign that `init` writes for CareCycle."""

from reconciler.providers.plugin import Sample

_TARGET = """\
provider: carecycle
baseUrl: https://api.carecycle.ai
auth: {apiKey: {env: CARECYCLE_API_KEY}}           # a key belongs to exactly one account
"""
_MANIFEST = """\
apiVersion: reconciler/v1
kind: CareCycleCampaign
metadata:
  name: spring-wellness
spec:
  name: Spring Wellness Outreach
  description: Calls about the spring check-up.
  redial: true
  redialPatterns:
    - {days: [0, 1], attempts: 2, intervalMinutes: 90}
  smsTypes: {firstContact: true, appointmentReminder: true}
"""
SAMPLE = Sample(
    target_name="care",
    target=_TARGET,
    manifest_name="spring-wellness",
    manifest=_MANIFEST,
)
