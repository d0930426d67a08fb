"""The signatures are those of the providers' own libraries, which computed these values."""

from hashlib import sha256
from urllib.parse import urlencode

from channels.sms import aliyun, tencent, twilio


def test_aliyun():
    fields = {
        "PhoneNumbers": "13800000000",
        "SignName": "和缓金融",
        "TemplateCode": "SMS_1",
        "TemplateParam": '{"name": "王 伟*~", "amount": "¥1,200.00"}',
        "OutId": "notice/L1/2026-03-01/gentle",
    }
    headers = {
        "host": "dysmsapi.aliyuncs.com",
        "x-acs-action": "SendSms",
        "x-acs-version": "2017-05-25",
        "x-acs-date": "2026-03-02T01:00:00Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-content-sha256": sha256(b"").hexdigest(),
    }
    account = aliyun.AliyunAccount("akid", "aksecret", "和缓金融")
    said = aliyun.authorization(account, aliyun.canonical_query(fields), headers)
    assert said == (
        "ACS3-HMAC-SHA256 Credential=akid,SignedHeaders=host;x-acs-action;x-acs-content-sha256;"
        "x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=3c408c1a4d62ffdd96d6e56220356c411fc15e8113f3e0c38799e9a9981ce47b"
    )


def test_tencent():
    account = tencent.TencentAccount("sid", "skey", "1400000000", "和缓金融")
    body = '{"PhoneNumberSet": ["+8613800000000"], "TemplateParamSet": ["王伟"]}'.encode()
    said = tencent.authorization(account, "sms.tencentcloudapi.com", 1_772_413_200, body)
    assert said == (
        "TC3-HMAC-SHA256 Credential=sid/2026-03-02/sms/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=e862a6e960d2dd8e29c5de931fd896b8eebb509f1f1952174da2e855f0ab2c82"
    )


def test_twilio():
    fields = {
        "MessageSid": "SM1",
        "MessageStatus": "delivered",
        "To": "+12025550123",
        "Body": "你好 & + =",
        "Empty": "",
    }
    url = "https://collect.example/sms/twilio?key=notice%2FL1"
    assert twilio.signed("12345", url, urlencode(fields).encode()) == "tebAlcngcwccZAWxBx9r/8w1Rv0="
