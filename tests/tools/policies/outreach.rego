package main

import rego.v1

deny contains message if {
	records := input.reconciler.outreach.records
	records > 1000
	message := sprintf("%d contacts are too many", [records])
}

deny contains message if {
	some resource in input.resource_changes
	zone := resource.change.after.dialingStrategy.callingHours.timezone
	zone != "America/New_York"
	message := sprintf("%s: %s", [resource.address, zone])
}
