"""The permission matrix: for every address of the site, who gets which answer.

Add a row for each new URL to the module of its app; a URL without a row fails tests/accounts/test_matrix.py. The
answers are written out here on purpose, and not computed from the table of roles: this is the second opinion.
"""

from tests.matrix import accounts, api, cases, incidents, notifications, reports, work, workspace
from tests.matrix.answers import Row, Who
from tests.matrix.building import BUILDERS

__all__ = ["BUILDERS", "ROWS", "Row", "Who"]

ROWS: list[Row] = [
    row for part in (accounts, reports, notifications, cases, work, workspace, incidents, api) for row in part.ROWS
]
