"""Documents, and who may look at them from outside."""

from reports.models.document import Document
from reports.models.inspection import Inspection, InspectionLook

__all__ = ["Document", "Inspection", "InspectionLook"]
