"""Whoever asks us to stop is understood, in whatever words."""

import pytest

from channels.sms.opting_out import opts_out


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop.", " Stop! ", "ＳＴＯＰ", "STOPALL", "Unsubscribe", "quit", "END", "cancel",
        "revoke", "opt out", "Opt-Out", "OPTOUT", "pls dont text", "Please don't text me",
        "don’t text me again", "STOP now", "please stop", "do not contact me any more",
        "take me off your list", "stop texting this number", "no more messages please",
        "T", "td", "TD。", "R", "退订", "退订！", "退 订", "我要退订", "回复退订", "退訂",
        "请不要再发短信了", "别发了！！", "拒收", "停止发送", "不要再联系我", "请勿打扰",
        "BAJA", "no más", "No más mensajes", "ARRÊT", "arrêter", "désabonner", "Stopp",
        "keine SMS mehr", "Kündigen",
    ],
)  # fmt: skip
def test_this_asks_us_to_stop(text):
    assert opts_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "ok", "yes", "I will pay on Friday", "I had to quit my job last month, can we talk?",
        "When does the contract end?", "Can I cancel the second plan and take the first?",
        "the shop stopped paying me so I need more time", "我下周还", "已还款", "好的",
        "为什么停了我的卡",
        "请问怎么还款", "谢谢", "Tomorrow", "R u sure about the amount?", "call me", "1",
    ],
)  # fmt: skip
def test_this_does_not(text):
    assert not opts_out(text)
