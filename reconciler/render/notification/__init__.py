"""What is new in drift, into the bodies that webhooks take: `document`, `slack` and `teams`."""
