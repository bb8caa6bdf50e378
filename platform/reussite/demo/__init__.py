"""`make demo`: the whole platform on one machine, from one command, until Ctrl-C."""
