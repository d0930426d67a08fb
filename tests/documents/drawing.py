"""One debt, and papers drawn up from it."""

import io
from datetime import date

from pypdf import PdfReader

from channels.documents.paper import Drawn, Party
from domain.legal.figures import DueLine, Figures
from domain.legal.papers import Paper

FIGURES = Figures(
    currency="CNY",
    as_of=date(2026, 3, 10),
    version=3,
    principal_minor=6_000_000,
    arrears_minor=5_000_000,
    outstanding_minor=5_500_000,
    paid_minor=500_000,
    days_past_due=120,
    oldest_due=date(2025, 11, 10),
    late=(
        DueLine(date(2025, 11, 10), 3_000_000, 500_000),
        DueLine(date(2025, 12, 10), 2_500_000, 0),
    ),
    fees=(("CN-SUIT-03", 105_000), ("CN-PRES-05", 52_000)),
    delay_days=10,
    delay_minor=8_750,
)
LENDER = Party("和缓消费金融有限公司", ("上海市浦东新区世纪大道",))
WEI = Party("王伟", ("上海市徐汇区漕溪北路",))
EXHIBITS = (({"en": "the signed loan contract", "zh": "已签署的借款合同"}, "DMS-77"),)


def drawn(paper: Paper, locale: str = "zh_CN", debtor: Party = WEI) -> Drawn:
    return Drawn(
        paper=paper,
        number="20260310-1A2B3C4D",
        dated=date(2026, 3, 10),
        locale=locale,
        loan_id="L-1",
        lent_on=date(2025, 1, 10),
        creditor=LENDER,
        debtor=debtor,
        figures=FIGURES,
        court="上海市徐汇区人民法院",
        exhibits=EXHIBITS,
        title="(2026)沪0104民初1号民事判决书",
        order="(2026)沪0104民督1号",
        reply_by=date(2026, 3, 25),
    )


def text_of(document: bytes) -> str:
    """Without spaces: a reader puts some between Chinese and Latin signs."""
    pages = PdfReader(io.BytesIO(document)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def packed(text: str) -> str:
    return "".join(text.split())
