"""Years of reminders as DOMAIN.md words them, for tests that compare them with what the product sends."""
