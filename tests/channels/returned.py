"""Reports as mail servers write them, in the shapes they differ by."""

TEXT = "王伟，您好：\n\n您有一笔借款 ..."
MESSAGE_ID = "<0123456789abcdef0123456789abcdef@lender.example>"


def report(
    fields: str, *, returned: str | None = None, to: str = "bounces@lender.example"
) -> bytes:
    """A whole report: `fields` are those of one recipient, `returned` is what came back."""
    original = (
        f"From: loans@lender.example\nTo: wei@example.cn\nMessage-ID: {MESSAGE_ID}\n"
        "Subject: =?utf-8?b?6L+Y5qy+5o+Q6YaS?=\n"
    )
    part = returned or f"Content-Type: message/rfc822\n\n{original}\nText\n"
    lines = f"""From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <dsn-1@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_cut"

--=_cut
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--=_cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Thu, 2 Apr 2026 09:30:00 +0800

{fields}
--=_cut
{part}
--=_cut--
"""
    return lines.replace("\n", "\r\n").encode()


NO_SUCH_MAILBOX = report("""Final-Recipient: rfc822; wei@example.cn
Original-Recipient: rfc822;wei@example.cn
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.cn
Diagnostic-Code: smtp; 550 5.1.1 <wei@example.cn>: Recipient address
    rejected: User unknown
""")

FULL = report("""Final-Recipient: rfc822; wei@example.cn
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 Mailbox full
""")

DELAYED = report("""Final-Recipient: rfc822; wei@example.cn
Action: delayed
Status: 4.4.1
Will-Retry-Until: Sat, 4 Apr 2026 09:30:00 +0800
""")

DELIVERED = report("""Final-Recipient: rfc822; wei@example.cn
Action: delivered
Status: 2.1.5
""")

STATUS_ONLY_IN_WORDS = report("""Final-Recipient: RFC822; Wei <wei@example.cn>
Action: Failed
Status: 5.0.0 (permanent failure)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist
""")

POLICY = report("""Final-Recipient: rfc822; wei@example.cn
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 Message rejected as spam
""")

TWO_OF_THREE = report("""Final-Recipient: rfc822; a@example.cn
Action: failed
Status: 5.1.1

Final-Recipient: rfc822; b@example.cn
Action: relayed
Status: 2.0.0

Final-Recipient: rfc822; c@example.cn
Action: failed
Status: 5.4.4
""")

HEADERS_ONLY = report(
    "Final-Recipient: rfc822; wei@example.cn\nAction: failed\nStatus: 5.1.10\n",
    returned=f"Content-Type: text/rfc822-headers\n\nFrom: x@y.example\nMessage-ID:\n {MESSAGE_ID}",
)

NOTHING_RETURNED = report(
    "Final-Recipient: rfc822; wei@example.cn\nAction: failed\nStatus: 5.1.1\n",
    returned="Content-Type: text/plain\n\nThe message is not included.\n",
)

ANSWER = (
    "From: wei@example.cn\r\nTo: loans@lender.example\r\nSubject: Re: 还款提醒\r\n"
    f"In-Reply-To: {MESSAGE_ID}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n我下周一还。\r\n"
).encode()

BROKEN = [
    b"",
    b"\xff\xfe\x00",
    b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nno boundary\r\n",
    b'Content-Type: multipart/report; boundary="x"\r\n\r\n--x\r\n'
    b"Content-Type: message/delivery-status\r\n\r\n--x--\r\n",
    NO_SUCH_MAILBOX[: len(NO_SUCH_MAILBOX) // 2],
    ANSWER,
]
