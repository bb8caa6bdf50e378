"""PostgreSQL and Valkey from Python wheels: the servers of `make demo` and of the test suite.

An installation for real towns uses servers of its own (see `infra/README.md`).
"""

from infra.embedded.account import EmbeddedServerError
from infra.embedded.postgres import EmbeddedPostgres
from infra.embedded.valkey import EmbeddedValkey

__all__ = ["EmbeddedPostgres", "EmbeddedServerError", "EmbeddedValkey"]
