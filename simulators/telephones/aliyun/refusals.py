"""How Aliyun words a refusal: a code and a text, mostly in an answer with HTTP status 200."""

from __future__ import annotations

import secrets
from typing import Any, Final

from simulators.telephones.errors import TelephonesError

TEXTS: Final[dict[str, str]] = {
    "isv.MOBILE_NUMBER_ILLEGAL": "号码格式非法",
    "isv.DISPLAY_NUMBER_ILLEGAL": "号显不合法",
    "isv.TTS_TEMPLATE_ILLEGAL": "TTS模板不合法",
    "isv.SMS_TEMPLATE_ILLEGAL": "短信模板不合法",
    "isv.SMS_SIGNATURE_ILLEGAL": "短信签名不合法",
    "isv.TEMPLATE_MISSING_PARAMETERS": "模板缺少变量",
    "isv.PARAM_NOT_SUPPORT_URL": "变量不支持URL参数",
    "isv.PARAM_LENGTH_LIMIT": "参数长度受限",
    "isv.INVALID_PARAMETERS": "参数异常",
    "isv.INVALID_JSON_PARAM": "JSON参数不合法",
    "isv.BUSINESS_LIMIT_CONTROL": "触发流控",
    "isv.OUT_OF_SERVICE": "业务停机",
    "isv.AMOUNT_NOT_ENOUGH": "账户余额不足",
    "isp.SYSTEM_ERROR": "系统错误",
    "InvalidAccessKeyId.NotFound": "Specified access key is not found.",
    "SignatureDoesNotMatch": "Specified signature is not matched with our calculation.",
    "InvalidAction.NotFound": "Specified api is not found.",
    "Throttling.User": "Request was denied due to user flow control.",
}


class AliyunRefusalError(TelephonesError):
    """The request is not taken."""

    def __init__(self, code: str, text: str = "", status: int = 200) -> None:
        self.code = code
        self.text = text or TEXTS.get(code, code)
        self.status = status
        super().__init__(f"{code}: {self.text}")

    def body(self) -> dict[str, Any]:
        """The answer as Aliyun words it."""
        return answer(self.code, self.text)


def answer(code: str = "OK", text: str = "OK", **more: Any) -> dict[str, Any]:
    """Return the body of an answer."""
    return {"Code": code, "Message": text, "RequestId": secrets.token_hex(16).upper(), **more}
