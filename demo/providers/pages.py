"""The page of the stand-in: what arrived, the newest first. Everything shown is escaped."""

from collections.abc import Sequence

from jinja2 import Environment, StrictUndefined

from demo.providers.kept import Arrival

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Messages</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  body { font: 16px/1.5 system-ui, "Noto Sans SC", "WenQuanYi Micro Hei", sans-serif;
         margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #222; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #ddd;
           vertical-align: top; }
  td.when { white-space: nowrap; } td.text { white-space: pre-wrap; } .quiet { color: #666; }
</style></head><body>
<h1>Messages</h1>
<p>{{ arrivals | length }} accepted, {{ repeats }} asked for a second time.</p>
<table><tr><th>Received</th><th>By</th><th>To</th><th>Text</th></tr>
{% for arrival in arrivals %}<tr>
  <td class="when">{{ arrival.at.strftime("%Y-%m-%d %H:%M:%S") }}</td>
  <td>{{ arrival.provider }}<br><span class="quiet">{{ arrival.provider_id }}</span></td>
  <td>{{ arrival.said.to }}</td>
  <td class="text">{{ arrival.said.text }}
<span class="quiet">{{ arrival.said.template }} {{ arrival.said.key }}
{%- if arrival.times > 1 %}, {{ arrival.times }} times{% endif %}</span></td></tr>
{% else %}<tr><td colspan="4" class="quiet">No messages.</td></tr>
{% endfor %}</table>
</body></html>
"""

_TEMPLATE = Environment(autoescape=True, undefined=StrictUndefined).from_string(_PAGE)


def list_page(arrivals: Sequence[Arrival]) -> str:
    repeats = sum(arrival.times - 1 for arrival in arrivals)
    return _TEMPLATE.render(arrivals=list(reversed(arrivals)), repeats=repeats)
