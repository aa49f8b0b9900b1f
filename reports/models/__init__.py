"""Documents with their receipts, who may look at them from outside, and what is prepared for filing."""

from reports.models.account import FilingAccount
from reports.models.document import Document
from reports.models.inspection import Inspection, InspectionLook
from reports.models.mailing import Mailing
from reports.models.receipt import Receipt

__all__ = ["Document", "FilingAccount", "Inspection", "InspectionLook", "Mailing", "Receipt"]
