"""The API."""

from tests.matrix.answers import CASE, CASE_READERS, HARBOUR, Row, Who, members, signed_in


def api(allowed: list[Who], refused: int = 403) -> dict[Who, int]:
    """An address of the API: 401 instead of the way to sign in."""
    return {**members(200, allowed, anonymous=401), Who.ADMINISTRATOR: 200 if Who.ADMINISTRATOR in allowed else refused}


ROWS: list[Row] = [
    Row("api:incidents", api(CASE_READERS), HARBOUR),
    Row("api:incident", api(CASE_READERS, 404), CASE),
    Row("api:duties", api(CASE_READERS, 404), CASE),
    Row("api:facts", api(CASE_READERS, 404), CASE),
    Row("api:documents", api(CASE_READERS, 404), CASE),
    Row("api:assess", signed_in(415, anonymous=401), method="post"),  # a form is no facts document
    Row("api:schema", signed_in(200, anonymous=401)),
    Row("api:docs", signed_in(200)),
]
