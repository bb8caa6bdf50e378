"""Migrations over all towns: what a template's migration executed is recorded, then replayed in each town.

Stock django-tenants plans, renders the models and introspects once a town. Here that happens once,
in the template; a town costs its DDL alone (measured side by side by `make bench`, reasons in ADR 0009).

`recording` writes down what the template's migrations execute; `applied` reads what every schema has;
`planning` puts towns with the same past together; `replaying` moves one town on, with its ledger;
`locks` keeps migrators apart; `running` leads the whole.
"""
