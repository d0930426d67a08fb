"""The `story` fixture: tell a story, and it is acted out and compared."""

from collections.abc import Callable

import pytest

from domain.case import Case
from tests.stories.language import parsed
from tests.stories.theatre import Stage


@pytest.fixture
def story() -> Callable[[str], Case]:
    """Act a story out; fails with what was told beside what was lived. Answers the case."""

    def tell(text: str) -> Case:
        stage = Stage(parsed(text)).act()
        if wrong := stage.differences():
            timeline = "\n".join(
                f"    day {stage.day(e.at):>3} {e.what}: {e.detail}" for e in stage.case.timeline
            )
            pytest.fail("\n".join([*wrong, "the case:", timeline]), pytrace=False)
        return stage.case

    return tell
