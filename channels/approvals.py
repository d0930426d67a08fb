"""`templates/approved.yaml`: what each notice is, and which text of each page was approved."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from domain.steps import MessageClass

FILE = "approved.yaml"

_M = TypeVar("_M", bound=BaseModel)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Notice(_Part):
    """What a notice is.

    `jurisdictions` are those whose borrowers may get it (empty: all); `needs` are the facts it asks
    for beside those of every letter; `states` is the rule whose contents it must have (empty:
    none). One that `threatens` speaks of court or of handing the debt on: it never goes out once
    the claim is barred. A text for a `collector` is never sent; one for a `third_person` may not
    name a debt.
    """

    tone: Literal["friendly", "factual", "formal"]
    message_class: MessageClass = Field(alias="class")
    audience: Literal["borrower", "collector", "third_person"] = "borrower"
    jurisdictions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    states: str = ""
    threatens: bool = False


class Approval(_Part):
    """The version of a page that was approved, by whom and when."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    by: Annotated[str, Field(min_length=1)]
    on: date


class Approved(_Part):
    """The whole file: notices by name, approvals by page."""

    notices: dict[str, Notice]
    approved: dict[str, Approval]

    @property
    def versions(self) -> dict[str, str]:
        """The approved version of each page, as `Letters` takes them."""
        return {page: approval.sha256 for page, approval in self.approved.items()}


class TemplatesRefused(Exception):
    """Templates that may not be used; `problems` are all of them, each with file and line."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_approved(folder: Path) -> Approved:
    """The file of that folder; raises TemplatesRefused with every problem of its shape."""
    return read_as(folder / FILE, Approved)


def read_as(path: Path, model: type[_M]) -> _M:
    """A YAML file as that model; raises TemplatesRefused with every problem, each by its line."""
    name = f"{path.parent.name}/{path.name}"
    try:
        tree = YAML(typ="rt").load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        said = f"{name}:1: cannot be read: {str(error).splitlines()[0]}."
        raise TemplatesRefused((said,)) from None
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        problems = (
            f"{name}:{_line(tree, e['loc'])}: {'.'.join(map(str, e['loc']))}: {e['msg']}."
            for e in error.errors()
        )
        raise TemplatesRefused(tuple(problems)) from None


def approve(folder: Path, versions: Mapping[str, str], by: str, on: date) -> None:
    """Write those versions as approved, and leave everything else of the file as it is."""
    read_approved(folder)
    yaml, path = YAML(typ="rt"), folder / FILE
    yaml.width = 200
    tree = yaml.load(path.read_text("utf-8"))
    for page, version in versions.items():
        day = date.fromordinal(on.toordinal())  # the same object twice would become an anchor
        told = CommentedMap(sha256=version, by=by, on=day)
        told.fa.set_flow_style()
        tree["approved"][page] = told
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, delete=False) as draft:
        yaml.dump(tree, draft)
    os.chmod(draft.name, path.stat().st_mode)  # noqa: PTH101  the name is a string already
    Path(draft.name).replace(path)


def _line(tree: Any, place: Iterable[str | int]) -> int:
    """The line of a place, or of the closest parent that has one."""
    line = 1
    for part in place:
        try:
            line = tree.lc.data[part][0] + 1
            tree = tree[part]
        except (AttributeError, IndexError, KeyError, TypeError):
            break
    return line
