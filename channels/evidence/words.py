"""What the page of a bundle says itself, by language; what is on record is shown as it is."""

Words = dict[str, str]

ENGLISH: Words = {
    "title": "Evidence of the collection of loan {loan}",
    "digest": "SHA-256 of bundle.json",
    "page": "Page {here} of {all}",
    "note": (
        "This page shows what bundle.json says. Times are those of {zone}, with their distance "
        "from UTC. The column No. is the number of the entry in bundle.json. Signs that cannot be "
        "seen or printed stand as their code, such as [U+200B]; bundle.json has them as they were."
    ),
    "check": (
        "How to check it: python starter.py evidence verify FILE --fingerprint SIGNER names "
        "anything that was changed since it was signed; ask the lender for the signer's "
        "fingerprint by another way than this file. By hand: manifest.sig is an Ed25519 signature "
        "over manifest.json, which lists the SHA-256 of bundle.json and of this document."
    ),
    "summary": "Summary",
    "timeline": "What happened",
    "texts": "Texts as they were sent",
    "silences": "Contacts that were not made",
    "decisions": "Decisions, with what they were made from",
    "rules": "Rules that decided, and their sources",
    "instalments": "Instalments",
    "payments": "Payments and reversals",
    "journal": "Journal postings",
    "agreements": "Promises, plans and holds as they stand",
    "agencies": "Agencies",
    "work": "Notes and tasks",
    "strategies": "Strategies, word for word",
    "none": "None on record.",
    "made": "Made",
    "by": "by",
    "borrower": "Borrower",
    "reached": "Contact points",
    "loan": "Loan",
    "product": "Product",
    "law": "Jurisdiction",
    "lent": "Paid out",
    "owed": "Instalments, in all",
    "paid": "Paid, reversals taken off",
    "cases": "Cases",
    "running": "running",
    "contacts": "Contacts",
    "entries": "Entries",
    "no": "No.",
    "at": "At",
    "what": "What",
    "particulars": "Particulars",
    "about": "About",
    "verdict": "Verdict",
    "rule": "Rule",
    "from": "Made from",
    "reason": "Reason",
    "until": "Until",
    "says": "What it says",
    "source": "Source",
    "due": "Due",
    "amount": "Amount",
    "posted": "Posted",
    "status": "Status",
    "channel": "Channel",
    "template": "Template",
    "message": "Message-ID",
    "to": "To",
    "subject": "Subject",
    "no_text": "The ledger has no text of this contact.",
    "no_strategy": "The ledger has no text of this strategy.",
}

CHINESE: Words = {
    "title": "贷款 {loan} 催收证据",
    "digest": "bundle.json 的 SHA-256",
    "page": "第{here}页，共{all}页",
    "note": (
        "本文件展示 bundle.json 的内容。时间为 {zone} 当地时间，并注明与 UTC 的时差。"
        "“序号”为该条目在 bundle.json 中的编号。不可见或无法印出的字符以其代码表示，"
        "例如 [U+200B]；bundle.json 中保留原样。"
    ),
    "check": (
        "核验方法：运行 python starter.py evidence verify FILE --fingerprint SIGNER，"
        "签名之后的任何改动都会被逐一指出；签名人的指纹请通过本文件以外的途径向贷款人索取。"
        "亦可手工核验：manifest.sig 是对 manifest.json 的 Ed25519 签名，"
        "manifest.json 列有 bundle.json 及本文件的 SHA-256。"
    ),
    "summary": "摘要",
    "timeline": "经过",
    "texts": "发送文本原文",
    "silences": "未进行的联系",
    "decisions": "决定及其依据",
    "rules": "所依规则及其来源",
    "instalments": "分期",
    "payments": "还款与冲正",
    "journal": "会计分录",
    "agreements": "承诺、还款计划与暂停（现状）",
    "agencies": "委外机构",
    "work": "备注与待办",
    "strategies": "策略全文",
    "none": "无记录。",
    "made": "制作时间",
    "by": "制作人",
    "borrower": "借款人",
    "reached": "联系方式",
    "loan": "贷款",
    "product": "产品",
    "law": "适用法域",
    "lent": "放款金额",
    "owed": "分期合计",
    "paid": "已还（扣除冲正）",
    "cases": "案件",
    "running": "进行中",
    "contacts": "联系",
    "entries": "条目数",
    "no": "序号",
    "at": "时间",
    "what": "事项",
    "particulars": "详情",
    "about": "对象",
    "verdict": "结论",
    "rule": "规则",
    "from": "依据",
    "reason": "原因",
    "until": "至",
    "says": "规则内容",
    "source": "来源",
    "due": "到期日",
    "amount": "金额",
    "posted": "入账",
    "status": "状态",
    "channel": "渠道",
    "template": "模板",
    "message": "消息编号",
    "to": "收件地址",
    "subject": "主题",
    "no_text": "账簿中没有此次联系的文本。",
    "no_strategy": "账簿中没有此策略的文本。",
}

KINDS: dict[str, Words] = {
    "en": {
        "event": "loan event received",
        "agency_message": "told the agency",
        "bureau_report": "told the credit bureau",
        "journal": "posted",
    },
    "zh": {
        "event": "收到贷款事件",
        "payment": "还款",
        "reversal": "冲正",
        "journal": "入账",
        "case": "案件",
        "promise": "承诺",
        "plan": "还款计划",
        "hold": "暂停",
        "decision": "决定",
        "contact": "联系",
        "placement": "委外",
        "agency_message": "通知机构",
        "commission": "佣金",
        "bureau_report": "征信报送",
        "note": "备注",
        "task": "待办",
    },
}
"""Kinds of entries in words; one that is not here is called as on record."""
