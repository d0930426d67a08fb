"""Reading policy files: YAML with line numbers, checked against a schema, all problems at once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

_M = TypeVar("_M", bound=BaseModel)

_MEMBER = re.compile(r"<\w+\.\w+: ('[^']*')>")
"""A member of an enumeration as Python shows it, around the word that people write."""


def _quoted(value: object) -> object:
    """YAML 1.1 readers take 10:00 for a number; we ask for quotes instead of guessing."""
    if isinstance(value, int | float):
        raise ValueError('write the time in quotes, such as "10:00"')
    return value


def _local(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("write the time as the borrower's clock shows it, without a zone")
    return value


LocalTime = Annotated[time, BeforeValidator(_quoted), AfterValidator(_local)]
"""A time on the borrower's clock."""


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy file as read: its name for messages, its text, and the parsed tree."""

    name: str
    text: str
    tree: Mapping[Any, Any]

    def line(self, place: Sequence[str | int]) -> int:
        """The 1-based line of a place in the tree, or of the closest parent that has one."""
        node, line = _with_lines(self.text), 1
        for part in place:
            try:
                marks = node.lc
                line = (marks.key(part) if isinstance(node, Mapping) else marks.item(part))[0]
                line += 1
                node = node[part]
            except (AttributeError, KeyError, IndexError, TypeError):
                break
        return line

    def problem(self, place: Sequence[str | int], message: str) -> str:
        """One problem as people read it: file, line, place, and what is wrong."""
        where = ".".join(str(part) for part in place)
        return f"{self.name}:{self.line(place)}: {where + ': ' if where else ''}{message}"


class PolicyError(ValueError):
    """A policy file that cannot be used; `problems` are all of them, each with file and line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read(path: Path, text: str | None = None) -> PolicyFile:
    """The file at `path`, or `text` under its name; raises PolicyError when it is no YAML map."""
    try:
        text = path.read_text(encoding="utf-8") if text is None else text
        tree = _quickly(text)
    except UnicodeDecodeError as error:
        raise PolicyError([f"{path.name}:1: byte {error.start} is not UTF-8."]) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        raise PolicyError([f"{path.name}:{line}: {error.problem}."]) from None
    except YAMLError as error:
        raise PolicyError([f"{path.name}:1: {str(error).splitlines()[0]}."]) from None
    if not isinstance(tree, Mapping):
        raise PolicyError([f"{path.name}:1: the file must be a map of names to values."])
    return PolicyFile(path.name, text, tree)


def _quickly(text: str) -> Any:
    """The tree without its lines, read by the parser in C; what is wrong is said by the other."""
    try:
        return YAML(typ="safe").load(text)
    except YAMLError:
        return _with_lines(text)


@lru_cache(maxsize=8)
def _with_lines(text: str) -> Any:
    return YAML(typ="rt").load(text)


def checked(file: PolicyFile, model: type[_M]) -> tuple[_M | None, list[str]]:
    """The file as that model, or None and every problem of its shape."""
    try:
        return model.model_validate(_plain(file.tree)), []
    except ValidationError as error:
        return None, [
            file.problem(found["loc"], _sentence(found["msg"], found["type"], found["input"]))
            for found in error.errors()
        ]


def _sentence(message: str, kind: str, given: Any) -> str:
    if kind == "extra_forbidden":
        return "unknown name; is it misspelt?"
    if kind == "missing":
        return "is missing."
    words = _MEMBER.sub(r"\1", message.removeprefix("Value error, "))
    return f"{words}, not {given!r}."


def _plain(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node
