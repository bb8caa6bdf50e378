"""House rules that run: each lint finds nothing in the product, finds what is planted, spares its twin."""

import inspect
from collections.abc import Iterable

import pytest
from celery import Celery, Task

from reussite.celery import app
from tenants.tasks import TownTask
from tests.architecture import lints
from tests.architecture.lints import LINTS, Lint
from tests.architecture.sources import ROOT, planted, sources

SOURCES = sources()
LONG = "    x = 1\n" * 30
LONGER = "    x = 1\n" * 40

# what each lint must find, and its twin that is in order
PLANTED: list[tuple[Lint, str, str]] = [
    (lints.stock_way_into_a_town, "core/people/queries.py", "with tenant_context(town): ..."),
    (
        lints.stock_way_into_a_town,
        "core/people/queries.py",
        "from django_tenants.utils import schema_context",
    ),
    (lints.stock_way_into_a_town, "core/people/queries.py", "with request.tenant: ..."),
    (lints.stock_way_into_a_town, "tenants/relay.py", "connection.set_schema('t_a')"),
    (lints.raw_sql, "core/people/queries.py", "with connection.cursor() as cursor: ..."),
    (lints.raw_sql, "core/people/queries.py", "User.objects.raw('SELECT 1')"),
    (lints.raw_sql, "core/people/queries.py", "User.objects.annotate(a=RawSQL('1', []))"),
    (lints.raw_sql, "core/people/queries.py", "import psycopg"),
    (lints.raw_sql, "platform/reussite/doctor/database.py", "connections['default'].cursor()"),
    (lints.asynchronous, "core/people/views/account.py", "async def account(request): ..."),
    (lints.asynchronous, "platform/reussite/celery.py", "async def later(): ..."),
    (lints.name_that_says_nothing, "core/people/utils.py", ""),
    (lints.name_that_says_nothing, "integrations/mail/services/client.py", ""),
    (lints.too_long, "core/people/views.py", f"def account(request):\n{LONG}"),
    (lints.too_long, "core/people/views/account.py", f"def account(request):\n{LONG}"),
    (lints.too_long, "tenants/relay.py", f"def relay():\n{LONGER}"),
    (lints.too_long, "tenants/relay.py", "x = 1\n" * 401),
    (lints.ordering_of_a_model, "core/people/models.py", "class Meta:\n    ordering = ['name']"),
    (lints.rule_in_save, "core/people/models.py", "class User(Model):\n    def save(self): ..."),
    (lints.rule_in_save, "core/people/forms.py", "class UserForm(Form):\n    def save(self): ..."),
    (lints.signal, "core/people/apps.py", "from django.db.models.signals import post_save"),
    (lints.signal, "core/people/apps.py", "from django.dispatch import receiver"),
    (lints.signal, "core/people/apps.py", "from allauth.account import signals"),
    (lints.write_outside_an_operation, "core/people/views/account.py", "form.save()"),
    (lints.write_outside_an_operation, "core/people/queries.py", "User.objects.filter(pk=1).update(name='')"),
    (lints.write_outside_an_operation, "core/people/queries.py", "User.objects.filter(pk=1).update(**names)"),
    (lints.write_outside_an_operation, "core/people/models.py", "self.sessions.all().delete()"),
    (
        lints.operation_by_position,
        "core/people/operations/a.py",
        "@transaction.atomic\ndef a(user, *, by): ...",
    ),
    (lints.clock_in_an_operation, "core/people/operations/a.py", "on = timezone.localdate()"),
    (lints.private_module_of_another_app, "core/children/views.py", "from core.people.forms import RoleForm"),
    (lints.private_module_of_another_app, "core/children/views.py", "from core.people import views"),
    (
        lints.migration_that_reads_the_product,
        "core/people/migrations/0002_a.py",
        "from core.people import enums",
    ),
    (lints.migration_that_reads_the_product, "core/people/migrations/0002_auto_2026.py", ""),
    (lints.migration_of_one_way, "core/people/migrations/0002_a.py", "migrations.RunSQL('SELECT 1')"),
]
IN_ORDER: list[tuple[Lint, str, str]] = [
    (lints.stock_way_into_a_town, "core/people/queries.py", "with entered(town): ..."),
    (lints.stock_way_into_a_town, "tenants/backend/base.py", "def set_tenant(self, tenant): ..."),
    (lints.raw_sql, "tenants/relay.py", "connection.cursor()"),
    (lints.asynchronous, "core/people/views.py", "def account(request): ..."),
    (lints.name_that_says_nothing, "tenants/backend/base.py", ""),
    (lints.too_long, "core/people/queries.py", f"def account(request):\n{LONG}"),
    (lints.ordering_of_a_model, "core/people/models.py", "class Meta:\n    indexes = []"),
    (lints.rule_in_save, "core/people/models.py", "class User(Model):\n    def clean(self): ..."),
    (lints.signal, "core/people/apps.py", "import signal"),
    (lints.write_outside_an_operation, "core/people/operations/a.py", "user.save()"),
    (lints.write_outside_an_operation, "core/people/management/commands/a.py", "user.save()"),
    (lints.write_outside_an_operation, "core/people/forms.py", "digest.update(chunk)"),
    (
        lints.operation_by_position,
        "core/people/operations/a.py",
        "@transaction.atomic\ndef a(*, user, by): ...",
    ),
    (lints.clock_in_an_operation, "core/people/operations/a.py", "on = timezone.localdate(at)"),
    (lints.private_module_of_another_app, "core/people/views.py", "from core.people.forms import RoleForm"),
    (lints.private_module_of_another_app, "core/children/views.py", "from core.people import operations"),
    (
        lints.migration_that_reads_the_product,
        "core/people/migrations/0002_a.py",
        "from django.db import models",
    ),
    (lints.migration_of_one_way, "core/people/migrations/0002_a.py", "migrations.RunSQL('SELECT 1', '')"),
]


def name(lint: Lint) -> str:
    return getattr(lint, "__name__", "")


@pytest.mark.parametrize("lint", LINTS, ids=name)
def test_the_product_keeps_the_rule(lint: Lint) -> None:
    found = [found for source in SOURCES for found in lint(source)]
    assert not found, "\n".join(["", *found])


def test_each_rule_has_its_planted_violation_and_its_twin() -> None:
    assert {lint for lint, _, _ in PLANTED} == {lint for lint, _, _ in IN_ORDER} == set(LINTS)


@pytest.mark.parametrize(
    ("lint", "path", "text"), PLANTED, ids=lambda value: getattr(value, "__name__", None)
)
def test_a_violation_is_found(lint: Lint, path: str, text: str) -> None:
    assert list(lint(planted(path, text))) != []


@pytest.mark.parametrize(
    ("lint", "path", "text"), IN_ORDER, ids=lambda value: getattr(value, "__name__", None)
)
def test_what_is_in_order_is_left_alone(lint: Lint, path: str, text: str) -> None:
    assert list(lint(planted(path, text))) == []


def test_every_exception_is_still_there() -> None:
    named = lints.NAMED_SO_BY_OTHERS | lints.ASYNC_BY_OTHERS | lints.SIGNALS_ALLOWED
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


# --- tasks: what they derive from is known when they are registered ------------------------------
def astray(tasks: Iterable[Task]) -> list[str]:
    """Tasks that would run without entering their town, or whose message may mix its arguments up."""
    found = []
    for task in tasks:
        kinds = {argument.kind for argument in inspect.signature(task.run).parameters.values()}
        if not isinstance(task, TownTask) or kinds - {inspect.Parameter.KEYWORD_ONLY}:
            found.append(task.name)
    return found


def test_every_task_enters_its_town_and_takes_keywords_alone() -> None:
    app.loader.import_default_modules()
    ours = [task for key, task in app.tasks.items() if key.startswith(("core.", "tenants.", "reussite."))]
    assert len(ours) > 2
    assert astray(ours) == []


def test_a_task_of_celerys_own_base_is_found() -> None:
    stock = Celery("stock", set_as_current=False)
    ours = Celery("ours", set_as_current=False, task_cls=TownTask)

    def by_keyword(*, mail_id: int) -> None: ...

    def by_position(mail_id: int) -> None: ...

    planted_tasks = [
        stock.task(by_keyword, name="no town", lazy=False),
        ours.task(by_position, name="by position", lazy=False),
        ours.task(by_keyword, name="in order", lazy=False),
    ]
    assert astray(planted_tasks) == ["no town", "by position"]
