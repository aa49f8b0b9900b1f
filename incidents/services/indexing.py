"""Keeps the texts that can be found by words: brought up to date when one changes, in the transaction of the change."""

import hashlib
from collections.abc import Collection, Iterable

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value
from django.utils import translation

from incidents.folding import folded
from incidents.models import Incident, SearchText, Sweep
from incidents.searching import Source, Text, sources

PART = 50
"""So many cases are compared with their texts at one tick, and made anew in one go."""
MOST_CHARACTERS = 100_000
"""So much of one text can be found; a lexeme's place in a text counts to 16,383 in PostgreSQL."""
MADE_FROM = ("title", "text", "refs", "privileged", "config", "vector", "digest")


@translation.override("en")  # the same text whoever has caused it
def reindex(incident_ids: Collection[int], names: Iterable[str] = (), keys: Collection[int] = ()) -> int:
    """Brings the texts of these cases up to date: of the sources named (all unless given), of the objects `keys`.

    Returns how many rows differed. A text that its source gives no more is removed.
    """
    known = sources()
    with transaction.atomic():
        done: list[int] = [_bring(known[name], incident_ids, keys) for name in (names or known) if name in known]
        return sum(done)


def sweep(part: int = PART) -> int:
    """Compares the texts of the next cases with their sources. Two ticks at once take one part each."""
    with transaction.atomic():
        Sweep.objects.bulk_create([Sweep(name="search")], ignore_conflicts=True)
        mark = Sweep.objects.select_for_update(skip_locked=True).filter(name="search").first()
        if mark is None:
            return 0
        ids = list(Incident.objects.filter(pk__gt=mark.after).order_by("pk").values_list("pk", flat=True)[:part])
        mark.after = ids[-1] if len(ids) == part else 0
        mark.save(update_fields=["after"])
    return sum(reindex([one]) for one in ids)


def _bring(source: Source, incident_ids: Collection[int], keys: Collection[int]) -> int:
    held = SearchText.objects.filter(source=source.name, incident__in=incident_ids)
    if keys:
        held = held.filter(key__in=keys)
    standing = {(row[0], row[1]): row[2:] for row in held.values_list("incident_id", "key", "digest", "pk")}
    wanted = {(text.incident, text.key): text for text in source.read(incident_ids, keys)}
    altered = []
    for place, text in wanted.items():
        digest = _digest(text)
        if place not in standing or standing[place][0] != digest:
            altered.append(_row(source.name, text, digest))
    gone = [pk for place, (_, pk) in standing.items() if place not in wanted]
    if gone:
        SearchText.objects.filter(pk__in=gone).delete()
    SearchText.objects.bulk_create(
        altered, update_conflicts=True, unique_fields=["incident", "source", "key"], update_fields=MADE_FROM
    )
    return len(altered) + len(gone)


def _row(source: str, text: Text, digest: str) -> SearchText:
    said = text.text[:MOST_CHARACTERS]
    title = SearchVector(Value(folded(str(text.title))), weight="A", config=text.config)
    return SearchText(
        incident_id=text.incident,
        source=source,
        key=text.key,
        title=str(text.title),
        text=said,
        refs=text.refs,
        privileged=text.privileged,
        config=text.config,
        vector=title + SearchVector(Value(folded(said)), weight="B", config=text.config),
        digest=digest,
    )


def _digest(text: Text) -> str:
    made_from = (str(text.title), text.text, str(text.refs), str(text.privileged), text.config)
    return hashlib.sha256("\x1f".join(made_from).encode()).hexdigest()
