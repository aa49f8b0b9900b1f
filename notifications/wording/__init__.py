"""What reminders say, once for each language of the product.

Not gettext: a mail is written for its reader by a worker, sentences differ in order and gender and
not only in words, and a sentence that a language lacks must stop the type check instead of turning
up in English in somebody's mail. Placeholders stand in braces; notifications.mails fills them in.
"""

from collections.abc import Mapping

from notifications.wording.base import Wording
from notifications.wording.en import ENGLISH
from notifications.wording.fr import FRENCH

__all__ = ["LANGUAGES", "Wording", "wording_of"]

LANGUAGES: Mapping[str, Wording] = {"en": ENGLISH, "fr": FRENCH}


def wording_of(tag: str) -> Wording:
    """The wording of a language tag such as "fr" or "fr-BE"; English where there is none."""
    return LANGUAGES.get(tag.partition("-")[0].lower(), ENGLISH)
