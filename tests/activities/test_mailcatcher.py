"""The demo's mail server keeps every letter it accepts, and shows it safely."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from channels.errors import Bounced
from demo.mailcatcher import MailCatcher
from domain.keys import message_id
from tests.activities.test_email import LETTER
from tests.activities.world import email

ROOT = Path(__file__).parents[2]


async def test_a_letter_that_comes_twice_shows_twice(mail):
    for _ in range(2):
        await email(mail.smtp_port).send(LETTER)
    assert [letter.message_id for letter in mail.letters()] == [message_id(LETTER.key)] * 2


async def test_a_mailbox_that_is_gone_is_refused(mail):
    for to in ("gone.17@example.cn", "gone@example.cn"):
        with pytest.raises(Bounced) as refused:
            await email(mail.smtp_port).send(replace(LETTER, to=to))
        assert refused.value.address_dead
    assert not mail.letters()


async def test_letters_stay_when_it_stops(tmp_path):
    catcher = MailCatcher(tmp_path / "letters.db")
    for _ in range(2):
        catcher.start()
        await email(catcher.smtp_port).send(LETTER)
        catcher.stop()
    assert len(MailCatcher(tmp_path / "letters.db").letters()) == 2


async def test_its_pages_show_chinese_and_run_nothing(tmp_path):
    catcher = MailCatcher(tmp_path / "letters.db", http_port=0)
    catcher.start()
    nasty = replace(LETTER, subject="还款 <script>alert(1)</script>", text="<b>您好</b>\n")
    await email(catcher.smtp_port).send(nasty)

    def page(path: str) -> str:
        with urlopen(f"http://127.0.0.1:{catcher.http_port}{path}") as answer:
            return str(answer.read(), "utf-8")

    assert "还款 &lt;script&gt;" in page("/")
    assert "No letters" in page("/?about=nobody")
    assert "&lt;b&gt;您好" in page("/letters/1")
    (letter,) = json.loads(page("/letters.json"))
    assert (letter["subject"], letter["recipient"]) == (nasty.subject, nasty.to)
    with pytest.raises(HTTPError, match="404"):
        page("/letters/2")
    catcher.stop()


@pytest.mark.slow
def test_a_sender_that_is_killed_in_the_middle_of_a_letter_does_no_harm(mail):
    sender = f"""
import socket, time
s = socket.create_connection(("127.0.0.1", {mail.smtp_port}))
for line in ("EHLO x", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"):
    s.recv(1000); s.sendall(line.encode() + b"\\r\\n")
s.recv(1000); s.sendall(b"Subject: half a letter\\r\\n\\r\\nand")
print("now", flush=True); time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-c", sender], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"now\n"
    process.kill()
    process.communicate()
    asyncio.run(email(mail.smtp_port).send(LETTER))
    assert [letter.subject for letter in mail.letters()] == [LETTER.subject]


@pytest.mark.slow
def test_it_runs_by_itself_and_has_kept_all_it_accepted_when_it_is_killed(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    store = tmp_path / "letters.db"
    command = [sys.executable, "-m", "demo.mailcatcher", "--smtp-port", str(port)]
    process = subprocess.Popen(
        [*command, "--http-port", "0", "--store", str(store)],
        cwd=ROOT, stdout=subprocess.PIPE, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    assert b"Letters to" in process.stdout.readline()
    asyncio.run(email(port).send(LETTER))
    process.kill()
    process.communicate()
    assert len(MailCatcher(store).letters()) == 1
