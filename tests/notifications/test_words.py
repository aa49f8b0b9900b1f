"""Instants and durations in the words of a mail."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.wording import wording_of
from notifications.words import instant_words, place_words, span_words, zone_named

EN, FR = wording_of("en"), wording_of("fr")
NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "zone", "english", "french"),
    [
        (
            NOON,
            "Europe/Paris",
            "Thursday 5 November 2026, 13:00, Paris time (12:00 UTC)",
            "jeudi 5 novembre 2026 à 13\u00a0h\u00a000, heure de Paris (12\u00a0h\u00a000 UTC)",
        ),
        # The day of UTC is named where it is another one.
        (
            datetime(2026, 11, 30, 23, 15, tzinfo=UTC),
            "Asia/Tokyo",
            "Tuesday 1 December 2026, 08:15, Tokyo time (Monday 30 November, 23:15 UTC)",
            "mardi 1er décembre 2026 à 8\u00a0h\u00a015, heure de Tokyo (lundi 30 novembre à 23\u00a0h\u00a015 UTC)",
        ),
        # Midnight closes the day before.
        (
            datetime(2026, 11, 5, 13, 0, tzinfo=UTC),
            "Australia/Sydney",
            "Thursday 5 November 2026, 24:00 (midnight at the end of that day), Sydney time (13:00 UTC)",
            "jeudi 5 novembre 2026 à 24 h 00 (minuit, à la fin de ce jour), heure de Sydney (13\u00a0h\u00a000 UTC)",
        ),
        (NOON, "UTC", "Thursday 5 November 2026, 12:00, UTC", "jeudi 5 novembre 2026 à 12\u00a0h\u00a000, UTC"),
        (
            NOON,
            "Europe/Athens",
            "Thursday 5 November 2026, 14:00, Athens time (12:00 UTC)",
            "jeudi 5 novembre 2026 à 14\u00a0h\u00a000, heure d’Athènes (12\u00a0h\u00a000 UTC)",
        ),
        # The hour that happens twice, first and second time.
        (
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            "Europe/Paris",
            "Sunday 25 October 2026, 02:30 (UTC+2), Paris time (00:30 UTC)",
            "dimanche 25 octobre 2026 à 2\u00a0h\u00a030 (UTC+2), heure de Paris (0\u00a0h\u00a030 UTC)",
        ),
        (
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            "Europe/Paris",
            "Sunday 25 October 2026, 02:30 (UTC+1), Paris time (01:30 UTC)",
            "dimanche 25 octobre 2026 à 2\u00a0h\u00a030 (UTC+1), heure de Paris (1\u00a0h\u00a030 UTC)",
        ),
    ],
)
def test_it_says_an_instant_in_full(instant: datetime, zone: str, english: str, french: str) -> None:
    assert instant_words(instant, zone_named(zone), EN) == english
    assert instant_words(instant, zone_named(zone), FR) == french


@pytest.mark.parametrize(
    ("span", "english", "french"),
    [
        (timedelta(seconds=59), "less than 1 min", "moins de 1 min"),
        (timedelta(minutes=35, seconds=59), "35 min", "35 min"),
        (timedelta(hours=9, minutes=5), "9 h 05 min", "9 h 05 min"),
        (timedelta(hours=47), "47 h", "47 h"),
        (timedelta(hours=52, minutes=30), "2 days 4 h", "2 jours 4 h"),
        (-timedelta(days=3), "3 days", "3 jours"),
    ],
)
def test_it_never_promises_more_time_than_there_is(span: timedelta, english: str, french: str) -> None:
    assert span_words(span, EN) == english
    assert span_words(span, FR) == french


def test_it_names_places_and_falls_back_to_their_codes() -> None:
    assert place_words("JP", FR) == "Japon"
    assert place_words("US-CA", EN) == "California"
    assert place_words("EU", EN) == "EU"


def test_it_takes_utc_for_a_zone_that_is_none() -> None:
    assert zone_named("Mars/Olympus").key == "UTC"


def test_it_speaks_english_where_it_does_not_speak_the_language() -> None:
    assert wording_of("ja") is EN
    assert wording_of("fr-BE") is FR
