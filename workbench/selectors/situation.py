"""The situation in ten plain lines: what is known, what not, which clock is next, who was asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import InfoRequest, Narrative, Party
from incidents.selectors import duties_grouped, newest_assessments, newest_revision
from incidents.selectors.duties import DutyState
from workbench import clocks, words
from workbench.selectors.facts import data_summary
from workbench.selectors.people import people_rows, total_of
from workbench.selectors.questions import deciding_questions

NAMED = 6
"""So many countries, kinds of data, questions or people asked are named; the rest is counted."""
LONGEST = 280


def situation_lines(party: Party, now: datetime, zone: ZoneInfo, language: str = "en") -> list[str]:
    """A head, then at most ten lines, as of `now`. Nine queries. Says nothing that is not recorded."""
    incident = party.incident
    revision = newest_revision(party)
    document: Mapping[str, Any] = revision.document if revision else {}
    head = _("Situation of %(case)s as of %(at)s") % {
        "case": f"{incident.reference} “{incident.title}”",
        "at": clocks.instant_words(now, zone, language, utc=True),
    }
    if incident.exercise:
        head = _("EXERCISE. %(head)s") % {"head": head}
    lines = [
        _what(party, document, language),
        _times(document, zone, language),
        _people(document),
        _data(document),
        _not_known(party, document),
        *_clock(party, now, zone, language),
        _asked(party, now, zone, language),
        _run_by(party),
    ]
    return [head, *(f"{number}. {line}" for number, line in enumerate(lines, 1))]


def _what(party: Party, document: Mapping[str, Any], language: str) -> str:
    texts = Narrative.objects.filter(incident_id=party.incident_id, question="summary").exclude(text="")
    # In the reader's language if it was told in it, else as it was told first.
    known = dict(texts.order_by("origin", "-recorded_at").values_list("language", "text"))
    told = known.get(language[:2]) or next(iter(known.values()), None)
    cause = (document.get("cause") or {}).get("type")
    what = _short(told) if told else words.value_words(words.question_of("/cause/type"), cause, ZoneInfo("UTC"))
    if not what:
        return _("What happened: not told yet. Company: %(company)s.") % {"company": party.legal_entity.name}
    return _("What happened (%(company)s): %(what)s") % {"company": party.legal_entity.name, "what": what}


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"


def _times(document: Mapping[str, Any], zone: ZoneInfo, language: str) -> str:
    held = document.get("timeline") or {}

    def said(name: str) -> str:
        value = held.get(name)
        if value == "not_yet":
            return _("not yet")
        path = f"/timeline/{name}"
        return words.value_words(words.question_of(path), value, zone, language) or _("not known")

    return _("Aware since: %(aware)s. First sign: %(sign)s. Stopped: %(stopped)s.") % {
        "aware": said("became_aware_at"),
        "sign": said("detected_at"),
        "stopped": said("contained_at"),
    }


def _people(document: Mapping[str, Any]) -> str:
    rows = people_rows(document, {}, {})
    total = total_of(document, {}).words
    confirmed = list(dict.fromkeys(row.place for row in rows if row.presence == "confirmed"))
    suspected = list(dict.fromkeys(row.place for row in rows if row.presence in ("suspected", "unknown")))
    return _("People: %(total)s. Confirmed in: %(confirmed)s. Suspected in: %(suspected)s.") % {
        "total": total or _("number not known"),
        "confirmed": _listed(confirmed),
        "suspected": _listed(suspected),
    }


def _data(document: Mapping[str, Any]) -> str:
    confirmed, suspected, ruled_out = data_summary(document)
    return _("Data confirmed: %(confirmed)s. Suspected: %(suspected)s. Ruled out: %(ruled_out)s.") % {
        "confirmed": _listed(confirmed),
        "suspected": _listed(suspected),
        "ruled_out": _listed(ruled_out),
    }


def _not_known(party: Party, document: Mapping[str, Any]) -> str:
    made = next(iter(newest_assessments(party)), None)
    deciding = deciding_questions(made.findings if made else (), document)
    if not deciding:
        return _("Not known: nothing that would decide a duty.")
    return _("Not known, and it decides duties: %(questions)s.") % {
        "questions": _listed([one.label.rstrip("?\u00a0 ") for one in deciding], 4, "; ")
    }


def _clock(party: Party, now: datetime, zone: ZoneInfo, language: str) -> list[str]:
    found = duties_grouped(party, now)
    standing = [*found.required, *found.depends]
    overdue = [one for one in standing if one.state == DutyState.OVERDUE]
    coming = [one for one in standing if one.state == DutyState.OPEN and one.leading and one.leading >= now]
    required = [one for one in coming if one in found.required]
    lines = []
    lead = min(required or coming, key=lambda one: one.leading or now, default=None)
    if lead is None or lead.leading is None:
        lines.append(_("Next clock: none is running."))
    else:
        duty = lead.obligation
        place = words.jurisdiction_words(duty.jurisdiction)
        lines.append(
            _("Next clock: %(duty)s, %(at)s (%(left)s).")
            % {
                "duty": f"{duty.title} ({place})" if place else duty.title,
                "at": clocks.instant_words(lead.leading, zone, language, utc=True),
                "left": clocks.due_words(lead.leading, now, language),
            }
        )
    if overdue:
        titles = [
            f"{one.obligation.title} ({words.jurisdiction_words(one.obligation.jurisdiction)})" for one in overdue
        ]
        lines.append(_("Overdue: %(titles)s.") % {"titles": _listed(titles, 4, "; ")})
    done = sum(one.state in (DutyState.DONE, DutyState.DECIDED) for one in found.required)
    lines.append(
        ngettext(
            "Duties: %(done)d of %(n)d required is done or decided; %(depends)d more may be required.",
            "Duties: %(done)d of %(n)d required are done or decided; %(depends)d more may be required.",
            len(found.required),
        )
        % {"done": done, "n": len(found.required), "depends": len(found.depends)}
    )
    return lines


def _asked(party: Party, now: datetime, zone: ZoneInfo, language: str) -> str:
    waiting = InfoRequest.objects.filter(
        party=party, answered_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now
    ).order_by("expires_at")
    asked = [f"{one.name}: {one.label.rstrip('?')}" for one in waiting]
    provenance = (newest.document if (newest := newest_revision(party)) else {}).get("provenance") or {}
    open_facts = [held for held in provenance.values() if held.get("state") == "not_yet_known"]
    asked += [str(held["from"]) for held in open_facts if held.get("from")]
    if not asked:
        return _("Asked: nobody outside has an open question.")
    return _("Asked, answer open: %(asked)s.") % {"asked": _listed(list(dict.fromkeys(asked)), 4, "; ")}


def _run_by(party: Party) -> str:
    incident = party.incident
    if incident.deputy:
        return _("Run by %(owner)s, deputy %(deputy)s.") % {"owner": incident.owner, "deputy": incident.deputy}
    return _("Run by %(owner)s.") % {"owner": incident.owner}


def _listed(found: Sequence[str], most: int = NAMED, join: str = ", ") -> str:
    if not found:
        return _("none")
    named = join.join(found[:most])
    more = len(found) - most
    return _("%(named)s and %(n)d more") % {"named": named, "n": more} if more > 0 else named
