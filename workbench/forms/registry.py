"""Which control asks a question: by the widgets of the question catalogue."""

from collections.abc import Mapping

from workbench.forms.controls import (
    ChoicesControl,
    Control,
    CountControl,
    DayControl,
    InstantControl,
    LanguagesControl,
    MoneyControl,
    NumberControl,
    RegimesControl,
    TestControl,
)
from workbench.forms.place_controls import MainEstablishmentControl, PlaceControl, PlacesControl, RegionControl
from workbench.forms.row_controls import DataControl, GroupsControl

CONTROLS: Mapping[str, Control] = {
    **dict.fromkeys(("yes_no", "suspected", "partly", "presence", "evidence", "choice"), Control()),
    "choices": ChoicesControl(),
    "count": CountControl(),
    "data": DataControl(),
    "day": DayControl(),
    "groups": GroupsControl(),
    "instant": InstantControl(),
    "languages": LanguagesControl(),
    "main_establishment": MainEstablishmentControl(),
    "money": MoneyControl(),
    "number": NumberControl(),
    "place": PlaceControl(),
    "places": PlacesControl(),
    "regimes": RegimesControl(),
    "region": RegionControl(),
    "test": TestControl(),
}
"""For every widget of the catalogue but "narrative", which is answered in words and not a fact."""
