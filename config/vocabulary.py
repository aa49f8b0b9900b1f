"""Words that pages take from data and not from code, for the catalogue of translations."""

from collections.abc import Iterator

from incidents.catalogue import load_catalogue
from incidents.forms.categories import category_name
from incidents.playbooks import load_playbooks
from law import places
from law.taxonomies import load_taxonomies

Term = tuple[str, str]
"""The file that holds it, and the words."""

QUESTIONS, TERMS, PLACES = "incidents/questions.toml", "law/taxonomies.json", "law/places.toml"
# Ids that pages show as words where no list has a label for them.
PLAIN = ("European Union", "Yes", "No", "Unknown", "Partly", "Suspected", "Cannot be determined", "None", "All", "Some",
         "Other", "Initial", "Preliminary", "Assessment", "Follow-up", "Final")  # fmt: skip


def terms() -> Iterator[Term]:
    """Every term that pages show in the reader's language, in a steady order."""
    yield from _questions()
    yield from _playbooks()
    taxonomies = load_taxonomies()
    for listed in taxonomies.terms.values():
        yield from ((TERMS, term.label) for term in listed.values())
    yield from ((TERMS, category_name(category)) for category in taxonomies.elements)
    yield from ((TERMS, words) for words in PLAIN)
    yield from place_terms()


def _questions() -> Iterator[Term]:
    for group in load_catalogue().groups:
        yield QUESTIONS, group.title_en
        yield QUESTIONS, group.intro_en
        for question in group.questions:
            yield QUESTIONS, question.label_en
            yield QUESTIONS, question.help_en
            yield from ((QUESTIONS, label) for _value, label in question.options_en)


def _playbooks() -> Iterator[Term]:
    for one in load_playbooks():
        file = f"incidents/playbook_files/{one.slug}.toml"
        yield from ((file, words) for words in (one.title, one.about))
        for step in one.steps:
            yield from ((file, words) for words in (step.title, step.why))


def place_terms() -> Iterator[Term]:
    """Countries, their parts and the regions of the United Nations."""
    for code in places.countries():
        yield PLACES, places.name(code)
        yield from ((PLACES, places.name(part)) for part in places.subdivisions(code))
    regions = {region for code in places.countries() for region in places.place(code).regions} | {places.WORLD}
    yield from ((PLACES, places.region_name(code)) for code in sorted(regions))
