"""Every table, and whether its rows may change once written. A new model is added here by whoever adds it."""

from __future__ import annotations

from enum import Enum

from phoihop.core.isolation import (
    CHANGE,
    Closed,
    Identity,
    Internal,
    Isolation,
    Local,
    Reference,
    Shared,
    SharedBetween,
)


class Change(Enum):
    """What running parts may do to a row once it is there."""

    NEVER = "written once"
    BY_PROJECTION = "follows from records"
    BY_OFFICE = "the office's own people change it"
    BY_SIGN_IN = "sign-in changes it"
    BY_INSTALLATION = "the installation's own parts change it"
    BY_OWNER = "only the owner of the database changes it"


MUTABILITY: dict[str, Change] = {
    "audit.JournalEntry": Change.NEVER,
    "exchange.Record": Change.NEVER,
    "exchange.RecordBody": Change.NEVER,
    "exchange.Audience": Change.NEVER,
    "exchange.AudienceMember": Change.NEVER,
    "exchange.Disclosed": Change.BY_PROJECTION,
    "exchange.LogEntry": Change.NEVER,
    "exchange.Checkpoint": Change.NEVER,
    "exchange.Subject": Change.BY_PROJECTION,
    "exchange.Delivery": Change.BY_PROJECTION,
    "exchange.Head": Change.BY_INSTALLATION,
    "exchange.SetAside": Change.BY_INSTALLATION,
    "exchange.Purged": Change.BY_PROJECTION,
    "exchange.PurgeProposal": Change.BY_OFFICE,
    "exchange.Erasure": Change.BY_INSTALLATION,
    "exchange.PastHosting": Change.BY_OWNER,
    "exchange.DirectoryRecord": Change.BY_OWNER,
    "exchange.DirectoryFork": Change.NEVER,
    "exchange.Succession": Change.BY_OWNER,
    "exchange.Restoration": Change.NEVER,
    "administration.SheetUpload": Change.BY_OFFICE,
    "administration.DirectoryProposal": Change.NEVER,
    "api.ApiReply": Change.BY_OFFICE,
    "files.Attachment": Change.BY_PROJECTION,
    "files.Possession": Change.BY_PROJECTION,
    "files.AttachmentText": Change.BY_PROJECTION,
    "files.Upload": Change.BY_OFFICE,
    "files.Incident": Change.BY_OFFICE,
    "files.PartialUpload": Change.BY_OFFICE,
    "notify.Notice": Change.BY_OFFICE,
    "lists.SavedFilter": Change.BY_OFFICE,
    "lists.ListChoice": Change.BY_OFFICE,
    "lists.Export": Change.BY_OFFICE,
    "distribution.DistributionList": Change.BY_OFFICE,
    "distribution.ListVersion": Change.NEVER,
    "distribution.ListUse": Change.NEVER,
    "distribution.PublishedVersion": Change.BY_PROJECTION,
    "casefiles.Casefile": Change.BY_OFFICE,
    "casefiles.Item": Change.BY_OFFICE,
    "dispatches.Dispatch": Change.BY_PROJECTION,
    "dispatches.DispatchText": Change.BY_PROJECTION,
    "dispatches.Handling": Change.BY_PROJECTION,
    "dispatches.ExternalReceipt": Change.BY_PROJECTION,
    "dispatches.Change": Change.BY_PROJECTION,
    "dispatches.ChangeAnswer": Change.BY_PROJECTION,
    "dispatches.Confirmation": Change.BY_PROJECTION,
    "dispatches.Reminder": Change.BY_PROJECTION,
    "dispatches.CallNote": Change.BY_OFFICE,
    "dispatches.Draft": Change.BY_OFFICE,
    "dispatches.ApprovalRoute": Change.BY_OFFICE,
    "dispatches.ApprovalTask": Change.BY_OFFICE,
    "dispatches.DraftOpinion": Change.BY_OFFICE,
    "dispatches.DraftVersion": Change.BY_OFFICE,
    "dispatches.Register": Change.BY_OFFICE,
    "dispatches.RegisterPeriod": Change.BY_OFFICE,
    "dispatches.RegisterNumber": Change.BY_OFFICE,
    "dispatches.EdxmlReceived": Change.BY_OFFICE,
    "dispatches.Quarantined": Change.BY_OFFICE,
    "offices.Node": Change.BY_OWNER,
    "offices.NodeKey": Change.BY_OWNER,
    "offices.Office": Change.BY_OWNER,
    "offices.IssuingBody": Change.BY_OWNER,
    "offices.Directory": Change.BY_OWNER,
    "offices.Person": Change.BY_OFFICE,
    "offices.Position": Change.BY_OFFICE,
    "offices.SigningAuthority": Change.BY_OFFICE,
    "offices.Delegation": Change.BY_OFFICE,
    "offices.Account": Change.BY_SIGN_IN,
    "offices.Token": Change.BY_SIGN_IN,
    "offices.TwoStepRule": Change.BY_OFFICE,
    "territory.Province": Change.BY_OWNER,
    "territory.Commune": Change.BY_OWNER,
    "territory.CommuneSuccession": Change.BY_OWNER,
    "territory.Region": Change.BY_OWNER,
    "territory.RegionProvince": Change.BY_OWNER,
    "sessions.Session": Change.BY_SIGN_IN,
    "account.EmailAddress": Change.BY_SIGN_IN,
    "account.EmailConfirmation": Change.BY_SIGN_IN,
    "mfa.Authenticator": Change.BY_SIGN_IN,
    "usersessions.UserSession": Change.BY_SIGN_IN,
    "socialaccount.SocialApp": Change.BY_SIGN_IN,
    "socialaccount.SocialAccount": Change.BY_SIGN_IN,
    "socialaccount.SocialToken": Change.BY_SIGN_IN,
    "contenttypes.ContentType": Change.BY_OWNER,
    "auth.Permission": Change.BY_OWNER,
    "auth.Group": Change.BY_OWNER,
    "auth.Group_permissions": Change.BY_OWNER,
    "procrastinate.ProcrastinateWorker": Change.BY_INSTALLATION,
    "procrastinate.ProcrastinateJob": Change.BY_INSTALLATION,
    "procrastinate.ProcrastinateEvent": Change.BY_INSTALLATION,
    "procrastinate.ProcrastinatePeriodicDefer": Change.BY_INSTALLATION,
}


def change_of(declared: Isolation) -> Change:
    """What the declared isolation lets happen to a row."""
    match declared:
        case Shared(immutable=True) | SharedBetween(immutable=True) | Local(append_only=True):
            return Change.NEVER
        case Shared() | SharedBetween():
            return Change.BY_PROJECTION
        case Local():
            return Change.BY_OFFICE
        case Identity():
            return Change.BY_SIGN_IN
        case Internal(writer=writer, worker=worker):
            return Change.BY_INSTALLATION if CHANGE in {writer, worker} else Change.NEVER
        case Reference() | Closed():
            return Change.BY_OWNER
    raise AssertionError(f"{declared} is a new sort of isolation: say here whether its rows change")
