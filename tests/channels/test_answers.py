"""Letters that people write back: their own words, and never ours that they quote."""

from email.message import EmailMessage

import pytest

from channels.answers import answer_in
from tests.channels import returned
from tests.channels.world import DAY


def letter(text="", subject="Re: 还款提醒", html="", **headers):
    made = EmailMessage()
    made["From"], made["Subject"] = "Wei <wei@example.cn>", subject
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    if text or not html:
        made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html") if text else made.set_content(html, "html")
    return made.as_bytes()


def read(raw):
    answer = answer_in(raw, DAY)
    assert answer is not None
    return answer


def test_an_answer_names_its_writer_its_words_and_the_letter_it_answers():
    answer = read(returned.ANSWER)
    assert (answer.reply.sender, answer.reply.text) == ("wei@example.cn", "我下周一还。")
    assert (answer.answers, answer.reply.opt_out) == (returned.MESSAGE_ID, False)
    assert answer.reply.provider_id == read(returned.ANSWER).reply.provider_id


@pytest.mark.parametrize(
    "quoted",
    [
        "> 回T退订",
        "On Mon, 2 Mar 2026 at 09:00, Forbear wrote:\n> reply STOP to opt out",
        "-----Original Message-----\nplease unsubscribe: stop texting",
        "发件人: Forbear\n退订请回复T",
        "在 2026年3月2日，Forbear 写道：\n退订请回复T",
    ],
)
def test_what_is_quoted_asks_nobody_to_stop(quoted):
    reply = read(letter(f"I pay on Monday.\n\n{quoted}\n")).reply
    assert (reply.text, reply.opt_out) == ("I pay on Monday.", False)


@pytest.mark.parametrize(
    ("text", "subject"), [("退订", "Re: x"), ("", "unsubscribe"), ("Please stop texting me.", "x")]
)
def test_stop_is_understood_in_the_text_and_alone_in_the_subject(text, subject):
    assert read(letter(text, subject)).reply.opt_out


def test_a_letter_in_html_alone_is_read_without_its_tags():
    html = "<style>p{}</style><p>I pay &amp; <b>thank</b> you.</p><blockquote>STOP</blockquote>"
    assert read(letter(html=html)).reply.text == "I pay & thank you."


@pytest.mark.parametrize(
    "raw",
    [
        letter("Out of office", Auto_Submitted="auto-replied"),
        letter("News", Precedence="bulk"),
        b"Subject: nobody\n\nHello",
        b"",
        b"\xff\xfe",
    ],
)
def test_what_a_machine_or_nobody_wrote_is_no_answer(raw):
    assert answer_in(raw, DAY) is None


def test_a_broken_letter_is_read_as_far_as_it_goes():
    raw = b"From: a@b.example\nContent-Type: text/plain; charset=no-such\n\n\xff\xfe"
    assert read(raw).reply.sender == "a@b.example"
