"""Counts as people say them: one loan, two loans, three batches."""

_IRREGULAR = {"person": "people"}
_HISSING = ("s", "x", "z", "ch", "sh")


def counted(number: int, what: str) -> str:
    """The number with its thing; `what` is the singular, such as `loan` or `band of age`.

    The first word takes the plural where the thing is more than a word of something.
    """
    return f"{number} {what if number == 1 else _plural(what)}"


def _plural(what: str) -> str:
    thing, of, rest = what.partition(" of ")
    before, space, last = thing.rpartition(" ")
    return f"{before}{space}{_many(last)}{of}{rest}"


def _many(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith(_HISSING):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"
