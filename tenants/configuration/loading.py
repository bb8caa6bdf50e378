"""From a path to a checked file, with every problem told in one go."""

import base64
import difflib
import hashlib
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

from django.conf import settings
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tenants.configuration import checks
from tenants.configuration.reading import Draft, KeyPath, Problem, Unreadable, quoted, read
from tenants.configuration.schema import AnyFile, shape_of, to_store

# What pydantic expects, in French; {…} are filled from the error's context.
EXPECTED = {
    "missing": "une valeur, cette clé est obligatoire",
    "string_type": "un texte entre guillemets",
    "int_type": "un nombre entier, sans guillemets",
    "int_from_float": "un nombre entier",
    "bool_type": "true ou false",
    "date_type": "une date sans guillemets, comme 2026-09-01",
    "date_from_datetime_inexact": "une date sans heure, comme 2026-09-01",
    "time_type": "une heure sans guillemets, comme 20:00:00",
    "tuple_type": "une liste entre crochets",
    "model_type": "une table de clés et de valeurs",
    "dict_type": "une table de clés et de valeurs",
    "literal_error": "l’une des valeurs {expected}",
    "greater_than_equal": "au moins {ge}",
    "less_than_equal": "au plus {le}",
    "string_too_short": "au moins {min_length} caractère",
    "string_too_long": "au plus {max_length} caractères",
    "too_short": "au moins {min_length} élément",
    "reussite": "{expected}",
}


class Invalid(Exception):
    """The files have problems; nothing was read from or written to the database for them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Loaded:
    """A valid file, with its raw content for those who still have to point at a line."""

    path: Path
    draft: Draft
    file: AnyFile

    @property
    def stored(self) -> dict[str, Any]:
        return {**to_store(self.file), "assets": _assets(self)}

    @property
    def fingerprint(self) -> str:
        """Of everything in the file, the people that `stored` leaves out included."""
        whole = {**self.file.model_dump(mode="json"), "assets": _assets(self)}
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def _assets(loaded: Loaded) -> dict[str, Any]:
    """The logo travels with the file, so that web processes need no folder of towns."""
    if loaded.file.look.logo is None:
        return {}
    path = loaded.path.parent / loaded.file.look.logo
    content = base64.b64encode(path.read_bytes()).decode()
    return {"logo": {"type": checks.LOGO_TYPES[path.suffix], "base64": content}}


def load(paths: Sequence[Path]) -> list[Loaded]:
    """Read and check files together, and against their neighbours' hosts and names. Raises Invalid."""
    problems: list[Problem] = []
    drafts: dict[Path, Draft] = {}
    for path in paths:
        try:
            drafts[path] = read(path)
        except Unreadable as error:
            problems.append(error.problem)
    files: dict[Path, AnyFile] = {}
    for path, draft in drafts.items():
        found, file = checked(draft)
        problems += found
        if file is not None:
            files[path] = file
    named = {draft.file for draft in drafts.values()}
    around = checks.between([*neighbours(drafts), *drafts.values()])
    problems += [problem for problem in around if problem.file in named]
    if problems:
        raise Invalid(problems)
    return [Loaded(path, drafts[path], files[path]) for path in drafts]


def neighbours(drafts: dict[Path, Draft]) -> list[Draft]:
    """Readable files beside those given: their towns may not be applied yet, their hosts are taken."""
    given = {path.resolve() for path in drafts}
    found = []
    for folder in sorted({path.parent for path in drafts}):
        for path in sorted(folder.glob("*.toml")):
            if path.resolve() not in given:
                try:
                    found.append(Draft(str(path), tomllib.loads(path.read_text(encoding="utf-8"))))
                except (OSError, ValueError):
                    continue
    return found


def checked(draft: Draft) -> tuple[list[Problem], AnyFile | None]:
    """Problems of shape, of consistency and of meaning; the typed file when its shape is right."""
    problems = []
    file: AnyFile | None = None
    shape = shape_of(draft.value("kind"))
    try:
        file = shape.model_validate(draft.data)
    except ValidationError as error:
        problems += [_told(draft, shape, detail) for detail in error.errors(include_url=False)]
    problems += checks.within(draft)
    problems += checks.logo(draft)
    for check in hooks("check"):
        problems += check(draft)
    return problems, file


def hooks(name: str) -> list[Any]:
    """The functions called `name` in the appliers' modules: `check`, `renaming`. Not every module has one."""
    modules = dict.fromkeys(dotted.rpartition(".")[0] for dotted in settings.TOWN_APPLIERS)
    found = (getattr(import_module(module), name, None) for module in modules)
    return [function for function in found if function is not None]


def _told(draft: Draft, shape: type[BaseModel], error: ErrorDetails) -> Problem:
    path: KeyPath = error["loc"]
    if error["type"] == "extra_forbidden":
        expected = _instead(shape, path)
        return draft.problem(path, found=f"la clé inconnue « {path[-1]} »", expected=expected, raw=True)
    if error["type"] == "missing":
        return draft.problem(path, found=None, expected=EXPECTED["missing"])
    template = EXPECTED.get(error["type"], error["msg"].replace("{", "{{").replace("}", "}}"))
    context = dict(error.get("ctx", {}))
    if error["type"] == "literal_error":
        context["expected"] = str(context["expected"]).replace(" or ", ", ").replace("'", "")
    expected = template.format(**context)
    return draft.problem(path, found=_found(error["input"], expected), expected=expected, raw=True)


def _found(value: Any, expected: str) -> str:
    """Of a whole table, the keys that the expectation speaks of."""
    if isinstance(value, dict):
        named = [f"{key} = {quoted(item)}" for key, item in value.items() if f"({key})" in expected]
        return ", ".join(named) or quoted(value)
    return quoted(value)


def _instead(shape: type[BaseModel], path: KeyPath) -> str:
    known = sorted(keys_at(shape, path[:-1]))
    close = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.6)
    return f"« {close[0]} » peut-être ?" if close else f"l’une des clés {', '.join(known)}"


def keys_at(shape: type[BaseModel], path: KeyPath) -> list[str]:
    """Keys that the table at `path` may have."""
    model: Any = shape
    for part in path:
        if isinstance(part, str):
            model = _model_in(model.model_fields[part].annotation)
    return list(model.model_fields)


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
