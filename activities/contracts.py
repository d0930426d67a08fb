"""The names of the activities: the operator's verbs, as the Temporal UI shows them."""

SEND_NOTICE = "SendNotice"
READ_LEDGER = "ReadLedger"
RECORD_AGREED = "RecordAgreed"
CLOSE_CASE = "CloseCase"
ASK_PERSON = "AskPerson"
PLACE_WITH_AGENCY = "PlaceWithAgency"
TELL_AGENCY = "TellAgency"
