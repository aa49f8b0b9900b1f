"""Country codes and time zones that exist, read from the pinned `tzdata` and not from the host."""

from functools import cache
from importlib.resources import files

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info

from accounts.translating import reading_language

LANGUAGES = {
    "am": "Amharic", "bi": "Bislama", "dv": "Dhivehi", "dz": "Dzongkha", "fo": "Faroese", "gn": "Guarani",
    "ht": "Haitian Creole", "kl": "Greenlandic", "ku": "Kurdish", "lo": "Lao", "mg": "Malagasy", "mh": "Marshallese",
    "mi": "Māori", "mt": "Maltese", "na": "Nauruan", "pap": "Papiamento", "ps": "Pashto", "rar": "Cook Islands Māori",
    "rn": "Kirundi", "rw": "Kinyarwanda", "sg": "Sango", "si": "Sinhala", "sm": "Samoan", "so": "Somali",
    "ss": "Swati", "st": "Sotho", "tet": "Tetum", "ti": "Tigrinya", "tn": "Tswana", "to": "Tongan", "zh": "Chinese",
}  # fmt: skip
"""Names of languages of authorities that Django has no name for."""


@cache
def countries() -> dict[str, str]:
    """ISO 3166-1 alpha-2 code -> English name."""
    lines = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8").splitlines()
    listed = dict(line.split("\t", 1) for line in lines if line and not line.startswith("#"))
    # Kosovo has no ISO code yet; XK is the one the European Union uses.
    return {**listed, "XK": "Kosovo"}


@cache
def time_zones() -> frozenset[str]:
    """Names of the IANA time zone database."""
    return frozenset((files("tzdata") / "zones").read_text(encoding="utf-8").split())


@cache
def towns_of_zones() -> frozenset[str]:
    """The zones to offer: one for each place with a clock of its own, without the older names of the same clock."""
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    return frozenset(line.split("\t")[2] for line in lines if line and not line.startswith("#"))


def language_name(tag: str) -> str:
    """The name of a language tag such as "fr" or "pt-BR" in the reader's language; where there is none, the tag."""
    here = reading_language()
    if not here.startswith("en"):
        from babel import Locale, UnknownLocaleError

        try:
            return Locale.parse(tag, sep="-").get_display_name(here.replace("-", "_")) or tag
        except (UnknownLocaleError, ValueError):
            return tag
    try:
        return str(get_language_info(tag.lower())["name"])
    except KeyError:
        return LANGUAGES.get(tag.lower(), tag)


def validate_country(value: str) -> None:
    if value not in countries():
        raise ValidationError(
            f"{value!r} is not a country code; expected ISO 3166-1 alpha-2 in capitals, such as FR or JP",
            code="country",
        )


def validate_time_zone(value: str) -> None:
    if value not in time_zones():
        raise ValidationError(
            f"{value!r} is not a time zone; expected an IANA name such as Europe/Paris or Asia/Tokyo",
            code="time_zone",
        )


def validate_language(value: str) -> None:
    known = [code for code, _ in settings.LANGUAGES]
    if value not in known:
        raise ValidationError(f"{value!r} is not a language here; expected one of {', '.join(known)}", code="language")
