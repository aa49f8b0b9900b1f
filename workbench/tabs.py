"""The parts of a case as tabs, the same on every page of it, whichever floor makes the page."""

from collections.abc import Callable

from django.urls import NoReverseMatch, reverse

from incidents.models import Incident

TABS = (
    # name of the address, words, icon
    ("workbench:case", "Overview", "activity"),
    ("workbench:facts", "Facts", "list-check"),
    ("workbench:people", "People", "users"),
    ("workbench:risk", "Risk", "adjustments"),
    ("workbench:duties", "Duties", "scale"),
    ("workbench:timeline", "Timeline", "history"),
    ("workbench:waves", "Waves", "versions"),
    ("reports:list", "Documents", "file-text"),
    ("notifications:case", "Reminders", "bell"),
)

Tab = tuple[str, str, str, bool]


def tabs_of(incident: Incident, here: str, url_of: Callable[[str], str] | None = None) -> list[Tab]:
    """Address, words, icon, and whether it is the page `here` (a name of an address).

    `url_of` gives the addresses of the workbench's own parts, such as those of one legal person.
    """
    found = []
    for name, words, icon in TABS:
        app, _, part = name.partition(":")
        url = url_of(part) if url_of and app == "workbench" else _address(name, incident)
        if url:
            found.append((url, words, icon, name == here))
    return found


def _address(name: str, incident: Incident) -> str:
    """The address of a part of the case; empty where its app offers none."""
    try:
        return reverse(name, args=(incident.workspace.slug, incident.number))
    except NoReverseMatch:
        return ""
