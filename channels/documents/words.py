"""The words of each legal paper by language. Names in braces are filled in from its figures."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.legal.papers import Paper


@dataclass(frozen=True, slots=True)
class Words:
    """One paper in one language.

    `sides` are how creditor and debtor are called; `asks` is what is asked, point by point; `tells`
    are the facts and grounds, paragraph by paragraph. `addressed` closes a paper to a court. A
    paragraph that names something the paper does not have is left out.
    """

    title: str
    sides: tuple[str, str]
    asks: tuple[str, ...]
    tells: tuple[str, ...]
    addressed: tuple[str, ...] = ()
    signed: str = ""


_LOAN_ZH = (
    "{debtor}于{lent_on}向{creditor}借款，借款编号{loan_id}，借款本金{principal}。",
    "自{oldest_due}起，借款人未按约定还款。截至{as_of}，已到期未还{claim}，逾期{days_past_due}天；"
    "全部未还金额（含尚未到期部分）为{outstanding}。",
)
_LOAN_EN = (
    "On {lent_on} {debtor} borrowed {principal} from {creditor} under loan {loan_id}.",
    "Since {oldest_due} the loan has not been repaid as agreed. On {as_of} an amount of {claim} "
    "was due and unpaid, {days_past_due} days past due; everything still unpaid, due or not, came "
    "to {outstanding}.",
)
_TO_ZH = ("此致", "{court}")
_TO_EN = ("To {court}",)

CHINESE: Mapping[Paper, Words] = {
    Paper.DEMAND_LETTER: Words(
        "催收函",
        ("出借人", "借款人"),
        (),
        (
            *_LOAN_ZH,
            "请于{reply_by}前归还已到期未还的{arrears}，或者书面告知您的还款安排。",
            "如您对债务、金额或者事由有异议，请书面提出并附材料，我们将核对并书面答复。"
            "如您确有困难，可以与我们协商还款计划。",
        ),
        signed="出借人（盖章）",
    ),
    Paper.LAWYERS_LETTER: Words(
        "律师函",
        ("委托人", "借款人"),
        (),
        (
            "受{creditor}委托，就您的借款一事致函如下。",
            *_LOAN_ZH,
            "请于{reply_by}前向委托人归还已到期未还的{arrears}，或者与委托人书面达成还款安排。",
            "逾期未归还亦未达成安排的，委托人可以依法向有管辖权的人民法院主张权利。"
            "是否主张以及采取何种方式，由委托人另行决定。",
            "如您对上述事实有异议，请书面提出并附材料。",
        ),
        signed="律师（签名）",
    ),
    Paper.PAYMENT_ORDER: Words(
        "支付令申请书",
        ("申请人", "被申请人"),
        (
            "请求人民法院向被申请人发出支付令，督促被申请人给付已到期未还借款{claim}；",
            "申请费{fee}由被申请人负担。",
        ),
        (
            *_LOAN_ZH,
            "上述款项已到期且数额确定。申请人与被申请人之间没有其他债务纠纷，支付令能够送达"
            "被申请人，申请人未申请诉前保全。现依照《中华人民共和国民事诉讼法》第二百二十五条"
            "提出申请。",
        ),
        _TO_ZH,
        "申请人（盖章）",
    ),
    Paper.CLAIM: Words(
        "民事起诉状",
        ("原告", "被告"),
        (
            "判令被告归还原告已到期未还借款{claim}；",
            "本案诉讼费用由被告负担。",
        ),
        (*_LOAN_ZH, "原告多次通知被告还款，被告至今未还。为维护合法权益，特向贵院起诉。"),
        _TO_ZH,
        "原告（盖章）",
    ),
    Paper.PRESERVATION: Words(
        "财产保全申请书",
        ("申请人", "被申请人"),
        ("请求人民法院对被申请人价值{arrears}范围内的财产采取保全措施。",),
        (
            *_LOAN_ZH,
            "为避免将来的生效法律文书难以执行，申请人请求在请求范围内对被申请人的财产采取保全"
            "措施，并提供担保。财产线索见附件。保全费{fee}。",
        ),
        _TO_ZH,
        "申请人（盖章）",
    ),
    Paper.ENFORCEMENT: Words(
        "强制执行申请书",
        ("申请执行人", "被执行人"),
        (
            "强制执行{title}确定的给付义务，尚未履行{claim}；",
            "被执行人加倍支付迟延履行期间的债务利息，每日万分之一点七五，截至{as_of}"
            "共{delay_days}天，计{delay}，计算至实际履行之日止。",
        ),
        ("{title}已经发生法律效力，被执行人未按期履行。现依法申请强制执行。",),
        _TO_ZH,
        "申请执行人（盖章）",
    ),
    Paper.MEDIATION: Words(
        "调解申请书",
        ("申请人", "被申请人"),
        ("请求就已到期未还借款{arrears}的归还方式和期限组织调解。",),
        (*_LOAN_ZH, "申请人愿意就还款期限、分期方式以及息费减免与被申请人协商。"),
        _TO_ZH,
        "申请人（盖章）",
    ),
    Paper.DECLINE_SUIT: Words(
        "不同意转入诉讼程序的声明",
        ("申请人", "被申请人"),
        ("支付令（{order}）失效后，申请人不同意提起诉讼。",),
        ("申请人已收到终结督促程序的裁定，现于收到之日起七日内向贵院表明上述意见。",),
        _TO_ZH,
        "申请人（盖章）",
    ),
    Paper.CALCULATION: Words(
        "欠款计算明细表",
        ("出借人", "借款人"),
        (),
        (
            "本表全部数字取自账簿同一时点：{as_of}。",
            "{allocation}",
            "{penalty}",
        ),
        signed="出借人（盖章）",
    ),
}

ENGLISH: Mapping[Paper, Words] = {
    Paper.DEMAND_LETTER: Words(
        "Demand for payment",
        ("Lender", "Borrower"),
        (),
        (
            *_LOAN_EN,
            "Please pay {arrears}, which is due and unpaid, by {reply_by}, or write to us how you "
            "intend to pay.",
            "If you object to the debt, its amount or its reason, write to us and add what shows "
            "it; we will check and answer in writing. If you cannot pay, we can agree on a plan.",
        ),
        signed="For the lender (seal)",
    ),
    Paper.LAWYERS_LETTER: Words(
        "Letter before action",
        ("Client", "Borrower"),
        (),
        (
            "We write on behalf of {creditor} about your loan.",
            *_LOAN_EN,
            "Please pay our client {arrears}, which is due and unpaid, by {reply_by}, or agree in "
            "writing on how it is to be paid.",
            "If neither is done by then, our client may bring its claim before the competent "
            "court. Whether it does, and how, is for our client to decide.",
            "If you object to any of this, write to us and add what shows it.",
        ),
        signed="Lawyer (signature)",
    ),
    Paper.PAYMENT_ORDER: Words(
        "Application for a payment order",
        ("Applicant", "Respondent"),
        (
            "An order that the respondent pay {claim}, which is due and unpaid;",
            "that the respondent bear the fee of {fee}.",
        ),
        (
            *_LOAN_EN,
            "The amount is due and fixed. There is no other dispute over debts between the "
            "parties, the order can be served, and no preservation was applied for before a suit "
            "(Civil Procedure Law of the PRC, article 225).",
        ),
        _TO_EN,
        "For the applicant (seal)",
    ),
    Paper.CLAIM: Words(
        "Statement of claim",
        ("Claimant", "Defendant"),
        (
            "Judgment that the defendant pay {claim}, which is due and unpaid;",
            "that the defendant bear the costs of the proceedings.",
        ),
        (*_LOAN_EN, "The claimant asked for payment, and the defendant has not paid."),
        _TO_EN,
        "For the claimant (seal)",
    ),
    Paper.PRESERVATION: Words(
        "Application to preserve assets",
        ("Applicant", "Respondent"),
        ("That assets of the respondent be preserved within the amount of {arrears}.",),
        (
            *_LOAN_EN,
            "A later judgment might otherwise be hard to enforce. The applicant gives security; "
            "the lead to assets is annexed. The fee is {fee}.",
        ),
        _TO_EN,
        "For the applicant (seal)",
    ),
    Paper.ENFORCEMENT: Words(
        "Application to enforce",
        ("Judgment creditor", "Judgment debtor"),
        (
            "That {title} be enforced for the {claim} that has not been paid;",
            "that the debtor pay extra interest for late performance of 0.0175 percent a day, "
            "{delay} for {delay_days} days up to {as_of}, and on until payment.",
        ),
        ("{title} is in force, and the debtor has not performed in time.",),
        _TO_EN,
        "For the judgment creditor (seal)",
    ),
    Paper.MEDIATION: Words(
        "Request for mediation",
        ("Applicant", "Respondent"),
        ("Mediation on how and by when {arrears}, due and unpaid, is to be paid.",),
        (*_LOAN_EN, "The applicant is ready to talk about time, instalments and a reduction."),
        _TO_EN,
        "For the applicant (seal)",
    ),
    Paper.DECLINE_SUIT: Words(
        "Statement that no suit is wanted",
        ("Applicant", "Respondent"),
        ("After the lapse of the payment order ({order}) the applicant does not want a suit.",),
        ("The ruling that ended the procedure has been received; this is said within seven days.",),
        _TO_EN,
        "For the applicant (seal)",
    ),
    Paper.CALCULATION: Words(
        "Calculation of the debt",
        ("Lender", "Borrower"),
        (),
        (
            "Every number is from one moment of the ledger: {as_of}.",
            "{allocation}",
            "{penalty}",
        ),
        signed="For the lender (seal)",
    ),
}

WORDS: Mapping[str, Mapping[Paper, Words]] = {"zh": CHINESE, "en": ENGLISH}

LABELS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "number": "文书编号：", "page": "第{here}页，共{all}页", "parties": "当事人",
        "asks": "请求事项", "tells": "事实与理由", "exhibits": "证据和材料目录",
        "late": "已到期未还的各期", "sums": "汇总", "due": "到期日", "amount": "应还金额",
        "paid": "已还", "unpaid": "未还", "principal": "借款本金", "repaid": "已还总额",
        "arrears": "已到期未还", "outstanding": "全部未还（含未到期）", "fee": "费用",
        "delay": "迟延履行利息", "dated": "日期：", "letter": "事由", "claim": "已到期未还各项",
        "version": "计算版本：{version}", "representative": "法定代表人",
        "identity": "公民身份号码", "total": "合计", "CN-PO-08": "申请费",
        "contact": "联系方式", "law_firm": "律师事务所（盖章）",
        "CN-SUIT-03": "案件受理费", "CN-PRES-05": "保全费",
    },
    "en": {
        "number": "No. ", "page": "Page {here} of {all}", "parties": "Parties",
        "asks": "What is asked", "tells": "Facts and grounds", "exhibits": "Exhibits",
        "late": "Instalments due and unpaid", "sums": "Totals", "due": "Due", "amount": "Amount",
        "paid": "Paid", "unpaid": "Unpaid", "principal": "Amount of the loan", "repaid": "Repaid",
        "arrears": "Due and unpaid", "outstanding": "Everything unpaid, due or not", "fee": "Fee",
        "delay": "Interest for late performance", "dated": "Date: ", "letter": "",
        "claim": "What is due and unpaid", "version": "Calculation version: {version}",
        "representative": "Legal representative", "identity": "Identity number",
        "total": "In all", "CN-PO-08": "Fee of the payment order", "CN-SUIT-03": "Fee of the suit",
        "CN-PRES-05": "Fee of the preservation", "contact": "Whom to write to",
        "law_firm": "Law firm (seal)",
    },
}  # fmt: skip
