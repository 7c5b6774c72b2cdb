"""What a campaign is: specs, kinds, field tables, and the values that travel between packages."""
