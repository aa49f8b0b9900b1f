"""Documents with their receipts, and who may look at them from outside."""

from reports.models.document import Document
from reports.models.inspection import Inspection, InspectionLook
from reports.models.receipt import Receipt

__all__ = ["Document", "Inspection", "InspectionLook", "Receipt"]
