"""Letters on paper: read back from the PDF, the same bytes again, and posted once."""

import asyncio
import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from channels.errors import Bounced, TryAgain
from channels.message import TooLate
from channels.paper import LetterHead, LetterPage, PaperPost, letter_pdf
from tests.channels.world import KEY, a_message

HEAD = LetterHead("和缓消费金融有限公司", ("上海市浦东新区世纪大道", "400 000 0000"))
CHINESE = LetterPage(
    "20260402-1A2B3C4D", date(2026, 4, 2), "zh_CN", HEAD,
    ("王伟 先生", "上海市徐汇区漕溪北路", "200030"), "还款提醒",
    "王伟，您好：\n\n您有一笔借款，我们目前还没有收到还款。\n\n逾期金额：¥1,200.00\n逾期天数：32\n",
)  # fmt: skip
ENGLISH = LetterPage(
    "20260402-1A2B3C4E", date(2026, 4, 2), "en",
    LetterHead("Gentle Finance Ltd", ("1 High Street, London", "020 0000 0000")),
    ("Ms Ada O'Brien", "12 Mill Lane", "London N1 9GU"), "Final demand for payment",
    "Dear Ada O'Brien,\n\nthis is a formal demand.\n\nOverdue: £1,200.00\n\nHelp is available.\n",
)  # fmt: skip
ADDRESS = "王伟 先生\n上海市徐汇区漕溪北路\n200030"


def read(document: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(document))


def text_of(document: bytes) -> str:
    """Without spaces: a reader puts some between Chinese and Latin signs."""
    return "".join("".join(page.extract_text() for page in read(document).pages).split())


@pytest.mark.parametrize(
    ("page", "also"),
    [
        (CHINESE, ("函件编号：20260402-1A2B3C4D", "2026年4月2日", "（盖章处）", "第1页，共1页")),
        (ENGLISH, ("Letterno.20260402-1A2B3C4E", "April2,2026", "Seal", "Page1of1")),
    ],
)
def test_a_letter_says_everything_it_should(page, also):
    document = letter_pdf(page)
    said = text_of(document)
    lines = (page.head.name, *page.head.lines, *page.to, page.subject, *page.text.split("\n"))
    for line in (*lines, *also):
        assert "".join(line.split()) in said
    assert len(read(document).pages) == 1
    meta = read(document).metadata
    assert meta is not None
    assert (meta.title, meta.author) == (page.subject, page.head.name)
    assert meta.creation_date == datetime(2026, 4, 2, tzinfo=UTC)


def test_a_long_letter_has_numbered_pages():
    document = letter_pdf(replace(ENGLISH, text="We can help.\n\n" * 80))
    pages = [page.extract_text() for page in read(document).pages]
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of 3" in page
        assert ENGLISH.number in page
    assert "Seal" in pages[-1]
    assert "Seal" not in pages[0]


DEMAND = """王伟，您好：

本信是正式的还款通知。

债务：您在和缓消费金融有限公司的借款，编号 L-2026-0001。
逾期金额：¥1,200.00。
全部未还金额（含尚未到期部分）：¥12,400.00。
原因：自 2026年1月28日 起有款项未还，截至 2026年4月2日 已逾期 64 天。

我们的请求：请归还逾期金额，或者写信告诉我们您打算怎样归还。

之后可能发生的事：不会自动发生任何事。如果我们没有收到您的消息，和缓消费金融有限公司会由专人查看您的借款，并决定是否申请调解或者采取其他法律途径。只有在该人员作出决定之后才会这样做。

如果您有异议：您可以对债务、金额或原因提出异议。请回复本函说明哪里不对，也可以附上材料。我们会核对并书面答复您。

如果您无力还款：我们仍然可以提供帮助。可以约定日期、商定还款计划，困难情况下还可以商量减轻压力的办法。

联系方式：care@hehuan.example，电话 400 000 0000。您的来信会有专人阅读。

和缓消费金融有限公司
"""


def test_a_demand_of_one_page_has_its_seal_on_that_page():
    page = replace(CHINESE, subject="最后还款通知：借款 L-2026-0001", text=DEMAND)
    (only,) = read(letter_pdf(page)).pages
    said = "".join(only.extract_text().split())
    assert "（盖章处）" in said
    assert "第1页，共1页" in said


@pytest.mark.parametrize("paragraphs", range(10, 30))
def test_the_seal_is_never_alone_on_its_page(paragraphs):
    text = "我们可以帮助您。\n\n" * paragraphs + "您的来信会有专人阅读。\n\n此致\n"
    last = read(letter_pdf(replace(CHINESE, text=text))).pages[-1].extract_text()
    said = "".join(last.split())
    assert "（盖章处）" in said
    assert "您的来信会有专人阅读。此致" in said


def test_a_last_paragraph_that_is_no_signature_may_fill_pages():
    text = "\n".join(f"line {number}" for number in range(120))
    document = letter_pdf(replace(ENGLISH, text=text))
    assert len(read(document).pages) > 2
    assert "line0" in text_of(document)
    assert "line119" in text_of(document)


NASTY = [
    "#panic()", "#read(\"/etc/passwd\")", "$x^2$", "*bold* _it_ `raw` <label> @ref",
    "]#set text(red)[", "\\u{41} \\ // gone /* gone */", "= Heading", "- item", "{{ name }}",
    '"], "to": ["x', "#import \"x.typ\": *", "~ -- --- ...",
]  # fmt: skip


@pytest.mark.parametrize("nasty", NASTY)
def test_nothing_a_person_wrote_becomes_part_of_the_program(nasty):
    page = replace(
        ENGLISH, text=f"Dear {nasty},\n\n{nasty}\n", to=(nasty,), subject=nasty, number=nasty
    )
    assert text_of(letter_pdf(page)).count("".join(nasty.split())) >= 4


def test_signs_that_nobody_sees_do_not_turn_the_text():
    page = replace(ENGLISH, to=("A\u202eda\u200b\x00",), text="x\u2066y\x07\tz")
    said = text_of(letter_pdf(page))
    assert "Ada" in said
    assert "xyz" in said


@pytest.mark.parametrize("locale", ["en", "en_GB", "en-US", "zh", "zh-CN", "zh_Hans_CN", "de_DE"])
def test_every_locale_gets_a_letter(locale):
    assert CHINESE.number in text_of(letter_pdf(replace(CHINESE, locale=locale)))


def test_the_same_letter_is_the_same_bytes_in_another_process():
    program = (
        "import hashlib; from tests.channels.test_paper import CHINESE; "
        "from channels.paper import letter_pdf; "
        "print(hashlib.sha256(letter_pdf(CHINESE)).hexdigest())"
    )
    root = Path(__file__).parents[2]
    marks = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(marks) == 1
    assert letter_pdf(CHINESE) == letter_pdf(CHINESE)
    assert letter_pdf(CHINESE) != letter_pdf(replace(CHINESE, dated=date(2026, 4, 3)))


def posted(outbox: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in sorted(outbox.glob("*.json"))]


async def test_a_letter_is_posted_once_and_its_manifest_says_what_it_is(tmp_path):
    post = PaperPost(tmp_path / "outbox", HEAD)
    first = await post.send(a_message(to=ADDRESS))
    again = await post.send(a_message(to=ADDRESS))
    assert first == again
    (manifest,) = posted(tmp_path / "outbox")
    assert (manifest["key"], manifest["number"]) == (KEY, first.provider_id)
    assert manifest["to"] == ADDRESS.splitlines()
    document = (tmp_path / "outbox" / manifest["file"]).read_bytes()
    assert "还款提醒" in text_of(document)
    assert sorted(p.suffix for p in (tmp_path / "outbox").iterdir()) == [".json", ".pdf"]


async def test_a_letter_that_the_print_house_took_away_is_not_posted_again(tmp_path):
    post = PaperPost(tmp_path, HEAD)
    first = await post.send(a_message(to=ADDRESS))
    (pdf,) = tmp_path.glob("*.pdf")
    pdf.unlink()
    assert await post.send(a_message(to=ADDRESS)) == first
    assert not list(tmp_path.glob("*.pdf"))


async def test_a_death_before_the_manifest_leaves_nothing_posted_and_can_be_repeated(tmp_path):
    post = PaperPost(tmp_path, HEAD)
    receipt = await post.send(a_message(to=ADDRESS))
    (manifest,) = tmp_path.glob("*.json")
    manifest.unlink()
    again = await post.send(a_message(to=ADDRESS))
    assert again.provider_id == receipt.provider_id
    assert len(list(tmp_path.iterdir())) == 2


async def test_another_letter_under_the_same_key_is_refused(tmp_path):
    post = PaperPost(tmp_path, HEAD)
    await post.send(a_message(to=ADDRESS))
    with pytest.raises(Bounced, match="Another letter"):
        await post.send(a_message(to=ADDRESS, text="Pay now."))
    assert len(posted(tmp_path)) == 1


async def test_many_at_once_under_one_key_post_one(tmp_path):
    post = PaperPost(tmp_path, HEAD)
    receipts = await asyncio.gather(*(post.send(a_message(to=ADDRESS)) for _ in range(8)))
    assert len(set(receipts)) == 1
    assert len(list(tmp_path.iterdir())) == 2


async def test_an_outbox_that_is_no_folder_is_tried_again(tmp_path):
    blocked = tmp_path / "outbox"
    blocked.write_text("a file")
    with pytest.raises(TryAgain):
        await PaperPost(blocked, HEAD).send(a_message(to=ADDRESS))


@pytest.mark.parametrize(("to", "dead"), [("", True), (" \n \n", True), ("王伟", False)])
async def test_a_letter_without_an_address_or_a_text_is_refused(tmp_path, to, dead):
    with pytest.raises(Bounced) as raised:
        await PaperPost(tmp_path, HEAD).send(a_message(to=to, text=" " if to == "王伟" else "x"))
    assert raised.value.address_dead is dead


async def test_a_letter_whose_time_has_passed_is_not_posted(tmp_path):
    late = a_message(to=ADDRESS, not_after=datetime.now(UTC) - timedelta(seconds=1))
    with pytest.raises(TooLate):
        await PaperPost(tmp_path, HEAD).send(late)
    assert not list(tmp_path.iterdir())


async def test_a_letter_with_a_name_that_no_font_shows_is_not_printed_but_named(tmp_path):
    with pytest.raises(Bounced) as refused:
        await PaperPost(tmp_path, HEAD).send(a_message(to="ሀበበ\n1 Sample Road"))
    assert not refused.value.address_dead
    assert "ሀ" not in refused.value.reason
    assert "U+1200" in refused.value.words
    assert not list(tmp_path.iterdir())
