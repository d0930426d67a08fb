"""A strategy as a picture: stages as lanes, contacts as boxes, and what leads where as arrows.

Every text is shown whole: it is wrapped to its box or to the picture, and boxes grow with it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from xml.sax.saxutils import escape

from commands.strategy_lanes import ANYWHERE, STAGES, Arrow, Box, arrows_of, lanes_of
from domain.strategy import Stage, Strategy

LABEL, BOX, GAP, TRACK, LINE = 170, 200, 12, 26, 18
"""Widths of a lane's label, a box, a gap and an arrow's track; height of a line: all in pixels."""

TOP, LOW, INSET = 56, 100, 8
"""Where the lanes begin, the least height of a lane, and the room between a box and its text."""

_WIDE, _BOLD, _PLAIN = 12, 8, 7
"""What a sign takes at most, in pixels: a Chinese one, a bold Latin one, and another Latin one."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane with the lines of its boxes, each with whether it is bold; where it begins, and ends.

    `y` and `height` are pixels.
    """

    boxes: Sequence[tuple[Box, Sequence[tuple[str, bool]]]]
    y: int
    height: int


def drawing(strategy: Strategy) -> str:
    """The picture as an SVG document; the same strategy gives the same text."""
    lanes = _placed(lanes_of(strategy))
    arrows = [arrow for arrow in arrows_of(strategy) if {arrow.start, arrow.end} <= lanes.keys()]
    most = max(len(lane.boxes) for lane in lanes.values())
    right = LABEL + most * (BOX + GAP) + GAP
    width = max(right + TRACK * (len(arrows) + 1), LABEL + 640)
    bottom = max(lane.y + lane.height for lane in lanes.values())
    legend = _legend(arrows, width - 2 * GAP)
    height = bottom + LINE * (len(legend) + 1)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
            '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" '
            'orient="auto"><path d="M0,0 L8,4 L0,8 z"/></marker></defs>',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            _text(GAP, 32, strategy.id, "font-size='18' font-weight='bold'"),
            *(line for stage, lane in lanes.items() for line in _lane(stage, lane, right)),
            *(
                line
                for number, arrow in enumerate(arrows, start=1)
                for line in _arrow(number, arrow, lanes, right)
            ),
            *(_text(GAP, bottom + LINE * row, said) for row, said in enumerate(legend, start=1)),
            "</svg>\n",
        ]
    )


def wrapped(words: str, room: int, bold: bool = False) -> list[str]:
    """The words in lines of at most `room` pixels, all of them; none for no words.

    A line ends at a space, or after a joint of a name; a piece that is longer than a line is broken
    where the line is full.
    """
    lines = [""]
    for piece in _pieces(words):
        if _width(lines[-1] + piece.rstrip(), bold) > room and lines[-1].strip():
            lines.append("")
        for sign in piece:
            if _width(lines[-1] + sign, bold) > room and sign != " ":
                lines.append("")
            lines[-1] += sign
    return [line.strip() for line in lines if line.strip()]


def _pieces(words: str) -> list[str]:
    """The words parted wherever a line may end; put together again they are the words."""
    return re.findall(r"[^ _]*[ _]|[^ _]+", words)


def _width(words: str, bold: bool) -> int:
    latin = _BOLD if bold else _PLAIN
    return sum(latin if sign.isascii() else _WIDE for sign in words)


def _placed(lanes: Mapping[Stage, Sequence[Box]]) -> dict[Stage, Lane]:
    """Each lane below the one before it, as high as its longest box needs."""
    filled = {stage: [(box, _lines(box)) for box in boxes] for stage, boxes in lanes.items()}
    heights = [
        max([LOW, *(LINE * len(lines) + 4 * INSET for _, lines in boxes)])
        for boxes in filled.values()
    ]
    tops = accumulate(heights, initial=TOP)
    return {
        stage: Lane(boxes, y, height)
        for (stage, boxes), y, height in zip(filled.items(), tops, heights, strict=False)
    }


def _lines(box: Box) -> list[tuple[str, bool]]:
    said = ((box.when, False), (box.what, True), (box.how, False), (box.kind, False))
    return [(line, bold) for words, bold in said for line in wrapped(words, BOX - 2 * INSET, bold)]


def _lane(stage: Stage, lane: Lane, right: int) -> Iterator[str]:
    y = lane.y
    yield f'<rect x="0" y="{y}" width="{right}" height="{lane.height - 6}" fill="#f7f7f7"/>'
    yield _text(GAP, y + lane.height // 2, STAGES[stage], "font-weight='bold' font-size='14'")
    for number, (box, lines) in enumerate(lane.boxes):
        x = LABEL + number * (BOX + GAP)
        said = (box.when, box.what, box.how, box.kind)
        yield f"<g><title>{escape(' · '.join(filter(None, said)))}</title>"
        yield (
            f'<rect x="{x}" y="{y + INSET}" width="{BOX}" height="{lane.height - 6 - 2 * INSET}" '
            f'rx="6" fill="{box.colour}" stroke="#888888"/>'
        )
        for row, (words, bold) in enumerate(lines, start=1):
            style = "font-weight='bold'" if bold else ""
            yield _text(x + INSET, y + INSET + LINE * row, words, style)
        yield "</g>"


def _arrow(number: int, arrow: Arrow, lanes: Mapping[Stage, Lane], right: int) -> Iterator[str]:
    """An arrow on a track of its own, right of the lanes; its number is told in the legend."""
    x = right + TRACK * number - TRACK // 2
    first, last = lanes[arrow.start], lanes[arrow.end]
    start, end = first.y + first.height // 3, last.y + last.height * 2 // 3
    yield (
        f'<path d="M{right},{start} H{x} V{end} H{right + 2}" fill="none" stroke="#444444" '
        'marker-end="url(#tip)"/>'
    )
    middle = (start + end) // 2
    yield f'<circle cx="{x}" cy="{middle}" r="10" fill="#ffffff" stroke="#444444"/>'
    yield _text(x, middle + 4, str(number), "text-anchor='middle' font-size='11'")


def _legend(arrows: Sequence[Arrow], room: int) -> list[str]:
    """What the numbers say, and what holds in every stage, line by line."""
    said = [
        f"{number}  {STAGES[arrow.start]} → {STAGES[arrow.end]}: {arrow.why}"
        for number, arrow in enumerate(arrows, start=1)
    ]
    return [line for words in (*said, *ANYWHERE) for line in wrapped(words, room)]


def _text(x: int, y: int, words: str, style: str = "") -> str:
    return f'<text x="{x}" y="{y}" {style}>{escape(words)}</text>'
