"""The names of the activities: the operator's verbs, as the Temporal UI shows them."""

SEND_NOTICE = "SendNotice"
READ_LEDGER = "ReadLedger"
RECORD_AGREED = "RecordAgreed"
CLOSE_CASE = "CloseCase"
ASK_PERSON = "AskPerson"
PLACE_WITH_AGENCY = "PlaceWithAgency"
TELL_AGENCY = "TellAgency"

OWN = (READ_LEDGER, RECORD_AGREED, CLOSE_CASE, ASK_PERSON)
"""What asks the ledger alone, which is waited for without end: nothing is judged without it."""
