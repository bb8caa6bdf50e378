"""Past bugs and house rules, as searches in the sources: each yields what it found, with its place.

`test_conventions.py` plants what each must find and what each must leave alone.
"""

import ast
from collections.abc import Callable, Iterator

from tests.architecture.sources import Source, last_name

Lint = Callable[[Source], Iterator[str]]

STOCK_WAYS_IN = {
    "schema_context",
    "tenant_context",
    "set_schema",
    "set_schema_to_public",
    "set_tenant",
    "clear_tenant",
}
RAW = {"cursor", "raw", "extra", "RawSQL"}
WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}
MAY_WRITE = {"operations", "configuration", "demo", "management", "migrations"}
CLOCKS = {"timezone.now", "timezone.localdate", "timezone.localtime", "datetime.now", "date.today"}
# A module of another app that is nobody's but its own app's.
PRIVATE = {"views", "forms", "tasks", "urls", "api", "management", "migrations"}

FORBIDDEN_NAMES = {"utils", "helpers", "services", "base", "signals"}
NAMED_SO_BY_OTHERS = {
    # Django imports `<ENGINE>.base` (django.db.utils.load_backend): no setting changes that name.
    "tenants/backend/base.py",
}
ASYNC_BY_OTHERS = {
    # aiosmtpd calls a coroutine; the demo's mailbox runs in a process that has no database.
    "platform/reussite/demo/mailbox.py",
}
SIGNALS_ALLOWED = {
    # The guard marks each instance with its town, those of third-party models too.
    "tenants/guard.py",
}
LONGEST_FUNCTION = 40
LONGEST_VIEW = 30
LONGEST_MODULE = 400


def stock_way_into_a_town(source: Source) -> Iterator[str]:
    """`with tenant:` shares one stack between threads; set_schema is swallowed when it fails (ADR 0004)."""
    for node in source.nodes:
        if isinstance(node, ast.Name | ast.Attribute) and last_name(node) in STOCK_WAYS_IN:
            yield f"{source.where(node)} {last_name(node)}"
        elif isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names} & STOCK_WAYS_IN
            yield from (f"{source.where(node)} {name}" for name in sorted(names))
        elif isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                entered = item.context_expr
                if isinstance(entered, ast.Name | ast.Attribute) and last_name(entered) in {"tenant", "town"}:
                    yield f"{source.where(node)} with {ast.unparse(entered)}"


def raw_sql(source: Source) -> Iterator[str]:
    """Only the kernel writes SQL by hand: the guards of model, place and read log stand in the ORM's way."""
    if source.folder == "tenants" or source.is_migration:
        return
    yield from (f"{source.where(call)} {name}" for call, name in source.calls() if name in RAW)
    if source.folder == "core":
        yield from (f"{source.where(node)} {name}" for node, name in source.imports() if "psycopg" in name)


def asynchronous(source: Source) -> Iterator[str]:
    """The town is a ContextVar of one thread's request; an async view would share a connection."""
    if str(source.path) in ASYNC_BY_OTHERS:
        return
    for node in source.functions():
        if isinstance(node, ast.AsyncFunctionDef):
            yield f"{source.where(node)} async def {node.name}"


def name_that_says_nothing(source: Source) -> Iterator[str]:
    names = {part.removesuffix(".py") for part in source.path.parts}
    if names & FORBIDDEN_NAMES and str(source.path) not in NAMED_SO_BY_OTHERS:
        yield str(source.path)


def too_long(source: Source) -> Iterator[str]:
    """Lines of a function from its `def` on, and of a module."""
    if source.is_migration:
        return
    if (lines := len(source.text.splitlines())) > LONGEST_MODULE:
        yield f"{source.path}: {lines} lines"
    longest = LONGEST_VIEW if source.part == "views" else LONGEST_FUNCTION
    for node in source.functions():
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > longest:
            yield f"{source.where(node)} {node.name}: {lines} lines"


def ordering_of_a_model(source: Source) -> Iterator[str]:
    """It slips into every join and GROUP BY; a list says its order where it is read."""
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and node.name == "Meta" and not source.is_migration:
            for line in node.body:
                if isinstance(line, ast.Assign) and "ordering" in map(last_name, line.targets):
                    yield source.where(line)


def rule_in_save(source: Source) -> Iterator[str]:
    """`update()`, `bulk_create` and the database's own cascades pass a `save` or `delete` by."""
    if source.folder not in {"core", "tenants"}:
        return
    for node in source.nodes:
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name in {"save", "save_base", "delete"}:
                    yield f"{source.where(method)} {node.name}.{method.name}"


def signal(source: Source) -> Iterator[str]:
    """What happens on a write is written in its operation."""
    if str(source.path) in SIGNALS_ALLOWED:
        return
    for node, name in source.imports():
        if "signals" in name.split(".") or name.startswith("django.dispatch"):
            yield f"{source.where(node)} {name}"


def write_outside_an_operation(source: Source) -> Iterator[str]:
    """In core. A dictionary and a digest take what they are updated with by position, a queryset by name."""
    if not source.app or source.part in MAY_WRITE:
        return
    for call, name in source.calls():
        if isinstance(call.func, ast.Attribute) and name in WRITES and not (name == "update" and call.args):
            yield f"{source.where(call)} {ast.unparse(call.func)}"


def operation_by_position(source: Source) -> Iterator[str]:
    """A transaction of `operations` is called by keywords: two users, two days must not change places."""
    if source.part != "operations":
        return
    for node in source.functions():
        if node.name.startswith("_") or "atomic" not in map(last_name, node.decorator_list):
            continue
        if node.args.args or node.args.posonlyargs or node.args.vararg:
            yield f"{source.where(node)} {node.name}"


def clock_in_an_operation(source: Source) -> Iterator[str]:
    """Time is an argument: an act entered late carries its own day, and tests need no frozen clock."""
    if source.part != "operations":
        return
    for call, _ in source.calls():
        if not call.args and not call.keywords and ast.unparse(call.func) in CLOCKS:
            yield f"{source.where(call)} {ast.unparse(call)}"


def private_module_of_another_app(source: Source) -> Iterator[str]:
    """Across apps, what is imported is operations, queries, models: never views, forms, tasks.

    `core.ui` is there to be shared: its base form too.
    """
    if not source.app:
        return
    for node, name in source.imports():
        parts = name.split(".")
        inside = parts[0] == "core" and len(parts) > 2 and parts[1] not in {source.app, "ui"}
        if inside and parts[2] in PRIVATE:
            yield f"{source.where(node)} {name}"


def migration_that_reads_the_product(source: Source) -> Iterator[str]:
    """Imported code changes after the migration was written; it then does another thing."""
    if not source.is_migration:
        return
    if "_auto_" in source.path.name:
        yield f"{source.path}: give it a name"
    for node, name in source.imports():
        if name.split(".")[0] in {"core", "tenants", "integrations", "reussite", "infra"}:
            yield f"{source.where(node)} {name}"


def migration_of_one_way(source: Source) -> Iterator[str]:
    for call, name in source.calls():
        if source.is_migration and name in {"RunSQL", "RunPython"}:
            if len(call.args) < 2 and not {"reverse_sql", "reverse_code"} & {
                word.arg for word in call.keywords
            }:
                yield f"{source.where(call)} {name}"


LINTS: tuple[Lint, ...] = (
    stock_way_into_a_town,
    raw_sql,
    asynchronous,
    name_that_says_nothing,
    too_long,
    ordering_of_a_model,
    rule_in_save,
    signal,
    write_outside_an_operation,
    operation_by_position,
    clock_in_an_operation,
    private_module_of_another_app,
    migration_that_reads_the_product,
    migration_of_one_way,
)
