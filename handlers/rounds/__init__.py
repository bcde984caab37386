"""When sheets are due and who is reminded when: pure, without clock, network or records."""
