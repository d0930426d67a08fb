"""The pages of the mail catcher: the list, and one letter. Everything shown is escaped."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jinja2 import DictLoader, Environment, StrictUndefined

if TYPE_CHECKING:
    from demo.mailcatcher import CaughtLetter

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{% block title %}Letters{% endblock %}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  body { font: 16px/1.5 system-ui, "Noto Sans SC", "WenQuanYi Micro Hei", sans-serif;
         margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #222; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #ddd;
           vertical-align: top; }
  td.when { white-space: nowrap; } .quiet { color: #666; }
  pre { white-space: pre-wrap; font: inherit; background: #f7f7f4; padding: 1rem; }
</style></head><body>{% block body %}{% endblock %}</body></html>
"""

_LIST = """{% extends "page" %}{% block body %}
<h1>Letters</h1>
<p>{{ counts[0] }} accepted, {{ counts[1] }} of them a second time.</p>
<form><input name="about" value="{{ about }}" placeholder="recipient or subject">
  <button>Find</button></form>
<table><tr><th>Date</th><th>To</th><th>Subject</th></tr>
{% for letter in letters %}<tr>
  <td class="when">{{ letter.date[:16] | replace("T", " ") }}</td><td>{{ letter.recipient }}</td>
  <td><a href="/letters/{{ letter.number }}">{{ letter.subject or "(no subject)" }}</a></td></tr>
{% else %}<tr><td colspan="3" class="quiet">No letters.</td></tr>
{% endfor %}</table>
{% if letters and letters[-1].number > 1 %}
<p><a href="/?before={{ letters[-1].number }}&amp;about={{ about | urlencode }}">Older</a></p>
{% endif %}
{% endblock %}
"""

_LETTER = """{% extends "page" %}{% block title %}{{ letter.subject }}{% endblock %}
{% block body %}
<p><a href="/">All letters</a></p>
<h1>{{ letter.subject }}</h1>
<p>To {{ letter.recipient }}<br>Date {{ letter.date }}
<br><span class="quiet">Received {{ letter.received }}, {{ letter.message_id }}</span></p>
<pre>{{ letter.body }}</pre>
{% endblock %}
"""

_JINJA = Environment(
    loader=DictLoader({"page": _PAGE, "list": _LIST, "letter": _LETTER}),
    autoescape=True,
    undefined=StrictUndefined,
)


def list_page(letters: Sequence["CaughtLetter"], counts: tuple[int, int], about: str) -> str:
    return _JINJA.get_template("list").render(letters=letters, counts=counts, about=about)


def letter_page(letter: "CaughtLetter") -> str:
    return _JINJA.get_template("letter").render(letter=letter)
