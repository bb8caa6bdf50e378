"""The read log and the change log: what they hold, and what a reading view may not do."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from core.journal import operations, reading
from core.journal.models import Change, ReadLine
from core.journal.operations import OutsideTransactionError
from core.journal.reading import (
    NoReadLineError,
    WroteWhileReadingError,
    no_writes,
    read_only,
    reads_children,
)
from core.people.models import User
from tenants.context import Place, entered

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def reader(in_town_a: Place) -> User:
    return User.objects.create(email="lea.demo@example.org", last_name="Démo", sort_name="demo lea")


def see(reader: User, **more: Any) -> ReadLine:
    values: dict[str, Any] = {"child_id": 7, "page": "children:file", **more}
    return operations.read(
        actor=reader, at=AT, reason="coordinator", why="Coordination", purpose="Suivre les parcours", **values
    )


def get() -> HttpRequest:
    return RequestFactory().get("/")


class TestLines:
    def test_a_read_line_says_who_what_when_and_why(self, reader: User) -> None:
        see(reader)
        line = ReadLine.objects.get()
        assert (line.actor, line.child_id, line.at, line.why) == (reader, 7, AT, "Coordination")

    def test_lines_about_a_child_are_those_of_its_file_and_of_lists_that_showed_it(
        self, reader: User
    ) -> None:
        own = see(reader)
        in_list = see(reader, child_id=None, shown=[9, 7, 7])
        see(reader, child_id=8)
        see(reader, child_id=None, shown=[9])
        assert list(ReadLine.objects.about([7]).latest_first()) == [in_list, own]
        assert in_list.shown == [7, 9]

    def test_a_read_line_is_not_left_to_a_transaction_that_could_take_it_back(self, reader: User) -> None:
        with transaction.atomic(), pytest.raises(RuntimeError):
            see(reader)
        assert not ReadLine.objects.exists()

    def test_a_change_keeps_names_of_fields_and_its_child(self, reader: User) -> None:
        with transaction.atomic():
            operations.record(
                actor=reader, act="people.rename_user", target=reader, at=AT, child_id=3, fields={"b", "a"}
            )
        change = Change.objects.of(reader).get()
        assert (change.fields, change.child_id, change.old, change.target) == (
            ["a", "b"],
            3,
            None,
            "people.user",
        )

    def test_a_change_without_account_names_the_kind_of_actor(self, reader: User) -> None:
        with transaction.atomic():
            operations.record(
                actor=None, actor_label="travail planifié", act="people.erase_user", target=reader, at=AT
            )
        assert Change.objects.get().actor_label == "travail planifié"
        with pytest.raises(Exception, match="change_says_who"), transaction.atomic():
            operations.record(actor=None, act="people.erase_user", target=reader, at=AT)

    @pytest.mark.parametrize("model", [ReadLine, Change])
    def test_lines_are_append_only_for_the_town(self, reader: User, model: Any) -> None:
        see(reader)
        with transaction.atomic():
            operations.record(actor=reader, act="people.touch_user", target=reader, at=AT)
        for write in (
            lambda: model.objects.update(at=AT),
            lambda: model.objects.all()._raw_delete("default"),
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                write()
        assert model.objects.count() == 1


def test_a_change_apart_from_its_write_is_refused(fresh_town: Place) -> None:
    with entered(fresh_town):
        user = User.objects.create(email="a@example.org", last_name="A", sort_name="a")
        with pytest.raises(OutsideTransactionError):
            operations.record(actor=user, act="people.touch_user", target=user, at=AT)
        with transaction.atomic():
            operations.record(actor=user, act="people.touch_user", target=user, at=AT)


class TestReadingViews:
    def test_a_view_that_reads_cannot_write_and_may_leave_its_line(self, reader: User) -> None:
        @reads_children
        def page(request: HttpRequest, *, writes: bool) -> HttpResponse:
            see(reader)
            if writes:
                with transaction.atomic():
                    User.objects.update(phone="05")
            return HttpResponse(User.objects.get().email)

        with pytest.raises(WroteWhileReadingError):
            page(get(), writes=True)
        assert page(get(), writes=False).status_code == 200

    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO people_user (email) VALUES ('x')",
            "  /* SELECT */ UPDATE people_user SET phone = '1'",
            "WITH gone AS (DELETE FROM people_user RETURNING 1) SELECT * FROM gone",
            "DELETE FROM people_user",
        ],
    )
    def test_every_kind_of_write_is_seen(self, reader: User, statement: str) -> None:
        with no_writes(), pytest.raises(WroteWhileReadingError), connection.cursor() as cursor:
            cursor.execute(statement)
        assert User.objects.count() == 1

    def test_an_answer_is_kept_while_a_page_is_read_and_not_a_moment_longer(self, reader: User) -> None:
        def phone() -> str:
            return reading.asked_once(("phone", reader.pk), lambda: User.objects.get(pk=reader.pk).phone)

        @read_only
        def page(request: HttpRequest) -> HttpResponse:
            began = reading.now()
            told = [phone(), phone()]
            assert reading.now() == began
            return HttpResponse(" ".join(told))

        def post(request: HttpRequest) -> HttpResponse:
            told = [phone()]
            User.objects.update(phone=f"{told[0]}1")
            return HttpResponse(" ".join([*told, phone()]))

        User.objects.update(phone="05")
        with CaptureQueriesContext(connection) as seen:
            assert page(get()).content == b"05 05"
        assert len(seen) == 1
        assert read_only(post)(RequestFactory().post("/")).content == b"05 051"
        assert page(get()).content == b"051 051"

    def test_no_line_no_page(self, reader: User) -> None:
        @reads_children
        def page(request: HttpRequest, *, line: bool) -> HttpResponse:
            if line:
                see(reader)
            return HttpResponse("Aïcha")

        with pytest.raises(NoReadLineError):
            page(get(), line=False)
        assert page(get(), line=True).content == "Aïcha".encode()

    def test_a_page_is_not_served_on_the_line_of_an_earlier_one(self, reader: User) -> None:
        see(reader)
        with pytest.raises(NoReadLineError):
            reads_children(lambda request: HttpResponse(""))(get())

    def test_a_post_may_write_and_a_redirect_needs_no_line(self, reader: User) -> None:
        @reads_children
        def page(request: HttpRequest) -> HttpResponse:
            if request.method == "POST":
                User.objects.update(phone="05")
            return HttpResponse(status=302)

        assert page(get()).status_code == 302
        page(RequestFactory().post("/"))
        assert User.objects.get().phone == "05"

    def test_a_lazy_template_is_rendered_where_writes_are_refused(self, reader: User) -> None:
        class Late(TemplateResponse):
            @property
            def rendered_content(self) -> str:
                User.objects.update(phone="05")
                return ""

        with pytest.raises(WroteWhileReadingError), transaction.atomic():
            read_only(lambda request: Late(request, "x.html"))(get())
        User.objects.update(phone="06")
        assert User.objects.get().phone == "06"
