"""Short messages to phones: one interface, a provider's client, and a fake that keeps what it is given."""
