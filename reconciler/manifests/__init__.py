"""Files into desired campaigns, with every problem located."""
