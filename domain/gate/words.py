"""The words of a contact: how, to whom, what for, and what came of it."""

from enum import StrEnum


class Channel(StrEnum):
    """How a contact is made. `rvm` is a ringless voicemail; `social` is a private message."""

    CALL = "call"
    AI_CALL = "ai_call"
    RVM = "rvm"
    SMS = "sms"
    EMAIL = "email"
    PUSH = "push"
    SOCIAL = "social"
    VISIT = "visit"
    LETTER = "letter"


VOICE = frozenset({Channel.CALL, Channel.AI_CALL, Channel.RVM})
"""Telephone calls of every kind."""


class ContactOutcome(StrEnum):
    """What came of a contact.

    A `conversation` is one about the debt; `connected` is a call that was picked up and no more.
    `not_connected` never rang (busy, not in service); `wrong_number` turned out to be somebody
    else's and is nobody's contact.
    """

    CONNECTED = "connected"
    CONVERSATION = "conversation"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    NOT_CONNECTED = "not_connected"
    WRONG_NUMBER = "wrong_number"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


class Purpose(StrEnum):
    """What a contact is for; it decides which rules apply.

    `locate` asks a third person for contact details and `relay` asks one to pass on a message;
    `reply` answers a contact of the person; `confirmation` confirms an opt-out;
    `statutory_notice` is one the law demands; `remedy_notice` ends our efforts, or names a remedy
    that may or will be invoked.
    """

    COLLECTION = "collection"
    SERVICE = "service"
    LOCATE = "locate"
    RELAY = "relay"
    REPLY = "reply"
    CONFIRMATION = "confirmation"
    STATUTORY_NOTICE = "statutory_notice"
    REMEDY_NOTICE = "remedy_notice"


class Party(StrEnum):
    """Who the person is to the debt.

    `debt_related` is a third person whom the law may hold liable, such as a spouse; a
    `contact_person` was named by the borrower as one to ask; `third_person` is anybody else.
    """

    BORROWER = "borrower"
    CO_BORROWER = "co_borrower"
    GUARANTOR = "guarantor"
    DEBT_RELATED = "debt_related"
    SPOUSE = "spouse"
    EXECUTOR = "executor"
    ATTORNEY = "attorney"
    ADVISER = "adviser"
    CONTACT_PERSON = "contact_person"
    THIRD_PERSON = "third_person"


class Place(StrEnum):
    """Where a contact point reaches the person: their own, their work, or elsewhere."""

    PERSONAL = "personal"
    WORK = "work"
    ELSEWHERE = "elsewhere"


class Actor(StrEnum):
    """Who makes the contact: the lender in its own name, or an agency."""

    LENDER = "lender"
    AGENCY = "agency"


class Fact(StrEnum):
    """Something known of a contact that a rule asks about; what is not stated is not known.

    `dunning`: a step of one of our strategies asks the person to pay. `receipt`: it confirms what
    the person has just done.
    """

    NUMBER_INVALID = "number_invalid"
    DECEASED = "deceased"
    INCAPABLE = "incapable"
    ASKED_BACK = "asked_back"
    PRIVATE_ACCOUNT = "private_account"
    PRIVATE_ACCOUNT_CONSENT = "private_account_consent"
    EXPRESS_CONSENT = "express_consent"
    EMPLOYER_ADDRESS = "employer_address"
    ADDRESS_CONSENT = "address_consent"
    DEBT_PURCHASED = "debt_purchased"
    TRANSFER_NOTICE_SENT = "transfer_notice_sent"
    TIME_BARRED = "time_barred"
    DUNNING = "dunning"
    RECEIPT = "receipt"


class Profile(StrEnum):
    """How far a lender goes: what the law and our policy ask, or what the law demands."""

    PRUDENT = "prudent"
    MINIMUM = "minimum"


class Severity(StrEnum):
    """What a broken rule does."""

    DENY = "deny"
    WARN = "warn"
    OFF = "off"


class Rank(StrEnum):
    """What stands behind a hold; the first outranks the next."""

    STATUTORY = "statutory"
    MANDATORY = "mandatory"
    POLICY = "policy"


class Key(StrEnum):
    """What a count is kept by, beside the person."""

    DEBT = "debt"
    NUMBER = "number"
