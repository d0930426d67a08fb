"""Letters that come back are understood, and read once from any mailbox."""

import mailbox
import ssl

import pytest

from channels.bounces import BouncedMail, Taken, bounces_in, take
from channels.mailboxes import ImapBox, ImapServer, MailboxAway, MaildirBox, MboxBox
from tests.channels import returned
from tests.channels.imap_server import PASSWORD, USER, ImapStandIn

WEI = "wei@example.cn"


@pytest.mark.parametrize(
    ("raw", "status", "dead"),
    [
        (returned.NO_SUCH_MAILBOX, "5.1.1", True),
        (returned.FULL, "5.2.2", False),
        (returned.STATUS_ONLY_IN_WORDS, "5.1.1", True),
        (returned.POLICY, "5.0.0", False),
        (returned.HEADERS_ONLY, "5.1.10", True),
    ],
)
def test_a_bounce_names_the_letter_the_recipient_and_whether_the_address_is_dead(raw, status, dead):
    (bounce,) = bounces_in(raw)
    assert (bounce.message_id, bounce.recipient) == (returned.MESSAGE_ID, WEI)
    assert (bounce.status, bounce.dead) == (status, dead)


def test_what_the_server_said_is_kept_for_a_person():
    (bounce,) = bounces_in(returned.NO_SUCH_MAILBOX)
    assert bounce.reason == ("550 5.1.1 <wei@example.cn>: Recipient address rejected: User unknown")


def test_one_report_may_tell_of_many():
    first, second = bounces_in(returned.TWO_OF_THREE)
    assert (first.recipient, first.dead) == ("a@example.cn", True)
    assert (second.recipient, second.dead) == ("c@example.cn", False)


def test_a_report_without_the_letter_names_no_letter():
    (bounce,) = bounces_in(returned.NOTHING_RETURNED)
    assert bounce.message_id == ""


@pytest.mark.parametrize("raw", [returned.DELAYED, returned.DELIVERED, *returned.BROKEN])
def test_anything_else_is_no_bounce(raw):
    found = bounces_in(raw)
    assert all(bounce.recipient == WEI for bounce in found)
    assert raw in returned.BROKEN or not found


LETTERS = (returned.NO_SUCH_MAILBOX, returned.ANSWER, returned.DELAYED, returned.FULL)


def hear_all(box):
    heard: list[BouncedMail] = []
    others: list[bytes] = []
    taken = take(box, heard.append, others.append)
    return taken, [bounce.status for bounce in heard], others


def check_reading(box):
    """Everything is read once; a letter whose hearing failed comes again."""

    def fail(_):
        raise RuntimeError("the ledger is away")

    with pytest.raises(RuntimeError):
        take(box, fail, lambda _: None)
    taken, heard, others = hear_all(box)
    assert taken == Taken(2, 1)
    assert sorted(heard) == ["5.1.1", "5.2.2"]
    (answer,) = others
    assert "我下周一还" in answer.decode()
    assert hear_all(box) == (Taken(0, 0), [], [])


def test_a_maildir_is_read_once(tmp_path):
    box = mailbox.Maildir(tmp_path / "box", create=True)
    for raw in LETTERS:
        box.add(raw)
    check_reading(MaildirBox(tmp_path / "box"))
    assert not list((tmp_path / "box" / "new").iterdir())
    assert len(list((tmp_path / "box" / "cur").iterdir())) == len(LETTERS)


def test_an_mbox_is_read_once(tmp_path):
    box = mailbox.mbox(tmp_path / "box")
    for raw in LETTERS:
        box.add(raw)
    box.close()
    check_reading(MboxBox(tmp_path / "box"))


@pytest.mark.parametrize("kind", [MaildirBox, MboxBox])
def test_a_mailbox_that_is_not_there_is_away(tmp_path, kind):
    with pytest.raises(MailboxAway):
        hear_all(kind(tmp_path / "nowhere"))


@pytest.fixture(params=["tls", "starttls"])
def imap(request, tmp_path):
    server = ImapStandIn(tmp_path, implicit_tls=request.param == "tls")
    server.letters = dict(enumerate(LETTERS, 7))
    server.start()
    yield server, request.param
    server.stop()


def box_at(server, tls, password=PASSWORD, trust=None):
    account = ImapServer("127.0.0.1", USER, password, server.port, tls=tls, timeout=3)
    assert PASSWORD not in repr(account)
    return ImapBox(account, trust or server.trust)


def test_an_imap_folder_is_read_once_over_tls(imap):
    server, tls = imap
    box = box_at(server, tls)
    check_reading(box)
    box.close()
    assert server.seen == set(server.letters)


@pytest.mark.parametrize("moment", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STORE"])
def test_a_server_that_breaks_off_loses_nothing(imap, moment):
    server, tls = imap
    box = box_at(server, tls)
    server.sudden = moment
    with pytest.raises(MailboxAway):
        hear_all(box)
    server.sudden = ""
    assert hear_all(box)[0] == Taken(2, 1)
    box.close()


def test_a_wrong_password_or_certificate_reads_nothing(imap):
    server, tls = imap
    with pytest.raises(MailboxAway):
        hear_all(box_at(server, tls, password="guessed"))
    with pytest.raises(MailboxAway):
        hear_all(box_at(server, tls, trust=ssl.create_default_context()))
    assert not server.seen


def test_a_server_that_is_not_there_is_away(imap):
    server, tls = imap
    server.stop()
    with pytest.raises(MailboxAway):
        hear_all(box_at(server, tls))
