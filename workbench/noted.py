"""What services note by themselves (timeline, reasons in the history), in the reader's language.

They write English, for the record has one language. A note is found again by its sentence and said anew; what a
person typed inside of it stays as it was typed, and a note that is no sentence of theirs stays whole.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from accounts import law_words
from accounts.translating import reading_language
from incidents.models import Decision, IncidentLink
from law.languages.matching import Book, Values, template
from workbench import clocks

UTC_ZONE = ZoneInfo("UTC")

# {typed}: what somebody typed or what has a name; {title}: a duty; {at}: an instant in UTC; {decision} and {link}: the
# kind of one. Longer sentences before those that they begin with.
NOTES = (
    _("Incident reported"),
    _("Party added"),
    _("Measure changed"),
    _("The exercise has ended."),
    _("The name now says what the content is."),
    _("The e-mail came back"),
    _("Case {typed} opened."),
    _("Case closed: {typed}"),
    _("Case opened again: {typed}"),
    _("{link} {typed}."),
    _("{title}: done, reference {typed}."),
    _("{title}: done, reference {typed}"),
    _("{title}: done."),
    _("{title}: done"),
    _("{title}: the record of {at} UTC was withdrawn: {typed}"),
    _("{title}: decision revoked: {typed}"),
    _("{title}: {decision}: {typed}"),
    _("Moment of awareness set to {at} UTC: {typed}"),
    _("Moment of awareness: {typed}"),
    _("Evidence {typed} added: {typed2}, SHA-256 {typed3}"),
    _("Evidence added"),
    _("Asked {typed} ({typed2}): {typed3}"),
    _("Asked by e-mail: {typed}"),
    _("Question to {typed} withdrawn: {typed2}"),
    _("Request withdrawn"),
    _("Answer of {typed} by e-mail link"),
    _("{typed} ({typed2}) answered “{typed3}”: {typed4}. {typed5} does not know; what stands recorded stays as it is."),
    _("{typed} ({typed2}) answered “{typed3}”: {typed4} The fact had been changed meanwhile; compare the two."),
    _("{typed} ({typed2}) answered “{typed3}”: {typed4}"),
    _("{typed} was merged into this case: {typed2}"),
    _("Merged into {typed}: {typed2}"),
    _("Merge of {typed} undone: {typed2}"),
    _("Merge undone: {typed}"),
    _("Merge: {typed}"),
    _("{typed} was split from this case: {typed2}"),
    _("Split: {typed}"),
    _("Went to {typed}"),
    _("Done in {typed} by {typed2}."),
    _("Exercise begun. Nothing of it leaves the house."),
    _("Exercise: next news"),
    _("Exercise ended"),
    _("Exercise: {typed}"),
    _("Playbook applied: {typed}, tasks added: {typed2}"),
    _("Playbook applied: {typed}"),
    _("Task done: {typed}"),
    _("Task not done after all: {typed}"),
    _("Not to be done: {typed}"),
    _("Task added"),
    _("Task changed"),
    _("Task done"),
    _("Task open again"),
    _("Lessons learnt recorded."),
    _("Lessons learnt recorded"),
    _("Duty entered by hand: {typed}"),
    _("Decision approved"),
    _("Wording of {typed}"),
    _("Wording approved"),
    _("Answer {typed} entered"),
    _("Drafted: {typed}"),
    _("Prepared for filing: {typed}"),
    _("Newest facts taken"),
    _("Approval asked for"),
    _("Approved"),
    _("Recorded as sent"),
    _("Sent"),
    _("Sending by e-mail"),
    _("E-mail taken back"),
    _("Comment written"),
    _("Comment edited"),
    _("Comment resolved"),
    _("Comment opened again"),
    _("Changes seen"),
    _("Report {typed} accepted"),
    _("Doubt settled: {typed}"),
    _("Inspector invited: {typed}"),
    _("Invitation of an inspector ended"),
    _("Position approved"),
    _("Playbook saved"),
    _("Playbook of the workspace taken away"),
    _("Public intake link opened"),
    _("Public intake link closed"),
    _("Privileged note written"),
    _("Privileged note changed"),
    _("No longer allowed to see privileged items"),
    _("The stored file has its SHA-256."),
    _("The stored file is missing or was changed."),
    _("Every duty is met or decided, and nothing is open."),
)


def said_anew(note: object) -> str:
    """A note in the reader's language; as it stands where it is no sentence of a service."""
    text = str(note or "")
    language = reading_language().partition("-")[0].lower()
    if language == "en" or not text:
        return text
    return _book(language).say(text) or text


@lru_cache(maxsize=8)
def _book(language: str) -> Book:
    with override(language):
        pairs = [(note, gettext(note)) for note in NOTES]
    return Book(
        {note: words for note, words in pairs if "{" not in note},
        [template(note, words) for note, words in pairs if "{" in note],
        {
            "typed": lambda words, _: words,
            "title": lambda words, _: law_words.spoken(words, language).text,
            "at": _instant(language),
            "decision": _kind(language, Decision.Kind, str.lower),
            "link": _kind(language, IncidentLink.Kind),
            "list": lambda words, _: None,
        },
    )


def _instant(language: str) -> Callable[[str, Values], str | None]:
    def convert(words: str, _values: Values) -> str | None:
        try:
            at = datetime.strptime(words, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        except ValueError:
            return None
        return clocks.instant_words(at, UTC_ZONE, language).removesuffix(" UTC")

    return convert


def _kind(
    language: str, kinds: type[TextChoices], case: Callable[[str], str] = str
) -> Callable[[str, Values], str | None]:
    """The kind of a decision or a link, by its English label."""

    def labels(tag: str) -> Iterable[str]:
        with override(tag):
            return [case(str(one.label)) for one in kinds]

    table = dict(zip(labels("en"), labels(language), strict=True))
    return lambda words, _values: table.get(words)
