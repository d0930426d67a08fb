"""The names of the activities: the operator's verbs, as the Temporal UI shows them."""

SEND_NOTICE = "SendNotice"
LEAVE_NOTICE = "LeaveNotice"
READ_LEDGER = "ReadLedger"
RECORD_AGREED = "RecordAgreed"
CLOSE_CASE = "CloseCase"
ASK_PERSON = "AskPerson"
PLACE_WITH_AGENCY = "PlaceWithAgency"
LEAVE_PLACEMENT = "LeavePlacement"
TELL_AGENCY = "TellAgency"
PREPARE_REMEDY = "PrepareRemedy"
FILE_PAPERS = "FilePapers"
WATCH_DEADLINES = "WatchDeadlines"
HOLD_FOR_GRIEVANCE = "HoldForGrievance"
EXTEND_GRIEVANCE = "ExtendGrievance"
ANSWER_GRIEVANCE = "AnswerGrievance"
LAPSE_GRIEVANCE = "LapseGrievance"
TELL_CASES = "TellCases"
OPEN_CASES = "OpenCases"
SWEEP_APPROVALS = "SweepApprovals"
READ_AGENCIES = "ReadAgencies"

GRIEVANCES = (
    HOLD_FOR_GRIEVANCE,
    EXTEND_GRIEVANCE,
    ANSWER_GRIEVANCE,
    LAPSE_GRIEVANCE,
    TELL_CASES,
)

OWN = (
    *GRIEVANCES,
    LEAVE_NOTICE,
    LEAVE_PLACEMENT,
    READ_LEDGER,
    RECORD_AGREED,
    CLOSE_CASE,
    ASK_PERSON,
    PREPARE_REMEDY,
    WATCH_DEADLINES,
)
"""What asks the ledger and our own cases alone, which are waited for without end: nothing is judged
without them."""
