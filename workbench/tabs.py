"""The parts of a case as tabs, the same on every page of it, whichever floor makes the page."""

from collections.abc import Callable

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident

TABS = (
    # name of the address, words, icon
    ("workbench:case", _("Overview"), "activity"),
    ("workbench:facts", _("Facts"), "note"),
    ("workbench:people", _("People"), "users"),
    ("workbench:risk", _("Risk"), "adjustments"),
    ("workbench:duties", _("Duties"), "scale"),
    ("workbench:case_tasks", _("Tasks"), "list-check"),
    ("workbench:timeline", _("Timeline"), "history"),
    ("workbench:waves", _("Waves"), "versions"),
    ("workbench:files", _("Files"), "paperclip"),
    ("workbench:comments", _("Comments"), "message"),
    ("reports:list", _("Documents"), "file-text"),
    ("notifications:case", _("Reminders"), "bell"),
)

Tab = tuple[str, str, str, bool]


def tabs_of(incident: Incident, here: str, url_of: Callable[[str], str] | None = None) -> list[Tab]:
    """Address, words, icon, and whether it is the page `here` (a name of an address).

    `url_of` gives the addresses of the workbench's own parts, such as those of one legal person.
    """
    found: list[Tab] = []
    for name, words, icon in TABS:
        app, _, part = name.partition(":")
        url = url_of(part) if url_of and app == "workbench" else _address(name, incident)
        if url:
            found.append((url, str(words), icon, name == here))
    return found


def _address(name: str, incident: Incident) -> str:
    """The address of a part of the case; empty where its app offers none."""
    try:
        return reverse(name, args=(incident.workspace.slug, incident.number))
    except NoReverseMatch:
        return ""
