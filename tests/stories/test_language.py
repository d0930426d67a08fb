"""The language of stories refuses what it cannot read, and says where."""

import pytest

from tests.stories.language import StoryError, parsed

HEADER = "owed 400.00 CNY, strategy standard\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "begins with what is owed"),
        ("owed much, strategy standard", "line 1: .*what is 'owed much'"),
        ("owed 400.00 CNY", "line 1: .*and the strategy"),
        (HEADER + "day 3 email gentle", "line 2: 'day 3 email gentle': a line is"),
        (HEADER + "\n\nday 3 -> pigeon gentle", "line 4: .*'pigeon' is no channel"),
        (HEADER + "day 3 <- pays", "line 2: .*nobody knows what 'pays' means"),
        (HEADER + "-> email gentle", "line 2: .*on which day"),
        (HEADER + "day 3 at 25:00 -> email gentle", "line 2: .*hour must be in"),
        (HEADER + "== happy on day 3", "line 2: .*a story ends"),
        (HEADER + ".. stages", "line 2: .*shows `stage X`"),
        (HEADER + "day 9 <- closes\nday 3 <- pays 1.00", "not in the order of their days"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text, complaint):
    with pytest.raises(StoryError, match=complaint):
        parsed(text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEADER + "day 4 -> email gentle", "lived:\n +day  3 -> email gentle"),
        (HEADER + "day 2 <- closes", "told: no end, lived: closed on day 2"),
        (HEADER + "day 2 <- approves", "refused, which the story does not say"),
        (HEADER + "day 2 <- closes\nday 3 <- pays 1.00\n== closed on day 2", "the case had ended"),
        (HEADER + "day 2 .. stage legal", r"there is \['remind'\]"),
    ],
)
def test_a_story_that_is_lived_otherwise_fails(story, text, complaint):
    with pytest.raises(pytest.fail.Exception, match=complaint):
        story(text)


def test_a_time_of_day_is_compared_where_it_is_told(story):
    with pytest.raises(pytest.fail.Exception, match="day  3 at 10:00 -> email gentle"):
        story(HEADER + "day 3 at 11:00 -> email gentle")
    story(HEADER + "day 3 at 10:00 -> email gentle")
