"""The questions a leader comes with, each leading to the place on the page that answers it."""

from __future__ import annotations

from dashboards.charts import charts
from dashboards.html import Markup, join, tag
from dashboards.layout import anchor

# in the order in which they are asked; charts answer some by what they declare
ASKED = (
    "Are customers learning without us?",
    "Where does it stick?",
    "Is it worth money?",
    "What do you need from me?",
    "How sure are you?",
    "Compared with what?",
)
SURE, NEED, COMPARED = "how-sure", "the-next-step", anchor("Compared with what")


def questions_nav() -> Markup:
    """Links to the answers; a question that a chart of one's own answers comes after the six."""
    places = {chart.answers: anchor(chart.title) for chart in charts("program") if chart.answers}
    places |= {"What do you need from me?": NEED, "How sure are you?": SURE, "Compared with what?": COMPARED}
    order = [*(question for question in ASKED if question in places), *(q for q in places if q not in ASKED)]
    links = (tag("li", tag("a", question, href=f"#{places[question]}")) for question in order)
    return tag("nav", tag("ul", join(links)), aria_label="What a leader asks", class_="asked screen")
