"""What the acts of this app are called where a log is shown."""

ACTS = {"exchange.cells_pushed": "Chiffres transmis à la nation"}
