"""Official documents out and in: what is shared between offices, and what each office keeps to itself."""

from __future__ import annotations

from phoihop.dispatches.models.approving import ApprovalRoute, ApprovalTask, DraftOpinion, DraftVersion
from phoihop.dispatches.models.confirming import CallNote, Confirmation, Reminder
from phoihop.dispatches.models.drafting import Draft
from phoihop.dispatches.models.handling import Handling
from phoihop.dispatches.models.incoming import EdxmlReceived, Quarantined
from phoihop.dispatches.models.registers import Register, RegisterNumber, RegisterPeriod
from phoihop.dispatches.models.stated import Change, ChangeAnswer, Dispatch, DispatchText, ExternalReceipt

__all__ = [
    "ApprovalRoute",
    "ApprovalTask",
    "CallNote",
    "Change",
    "ChangeAnswer",
    "Confirmation",
    "Dispatch",
    "DispatchText",
    "Draft",
    "DraftOpinion",
    "DraftVersion",
    "EdxmlReceived",
    "ExternalReceipt",
    "Handling",
    "Quarantined",
    "Register",
    "RegisterNumber",
    "RegisterPeriod",
    "Reminder",
]
