"""Whether a reply asks us to stop writing: words as data, for each language.

A person reads every reply. This only makes sure that nobody is written to until one has.
"""

import re
import unicodedata

ALONE = {
    "en": ("stop", "stopall", "stop all", "unsubscribe", "unsub", "cancel", "end", "quit", "revoke",
           "optout", "opt out", "remove", "no more"),
    "zh": ("t", "td", "r", "n", "退", "退订", "退訂", "取消", "拒收", "停", "停止", "不要", "滚"),
    "es": ("baja", "alto", "parar", "cancelar", "no mas"),
    "fr": ("arret", "arreter", "desabonner", "desinscrire"),
    "de": ("stopp", "abmelden", "abbestellen", "kündigen"),
}  # fmt: skip
"""The whole reply is this, and nothing else."""

SHORT = {
    "en": ("stop", "unsubscribe", "optout"),
    "es": ("baja", "parar"),
    "fr": ("arretez",),
    "de": ("stopp",),
}
"""A reply of at most four words has this one among them: "pls stop", "STOP now"."""

ANYWHERE = {
    "en": ("dont text", "do not text", "dont message", "do not message", "dont send", "do not send",
           "dont contact", "do not contact", "dont write", "do not write", "stop texting",
           "stop messaging", "stop sending", "stop contacting", "stop writing", "no more texts",
           "no more messages", "quit texting", "opt me out", "opt out", "take me off",
           "remove me", "remove my number", "leave me alone", "lose my number"),
    "zh": ("退订", "退訂", "拒收", "不要再发", "不要再發", "别再发", "別再發", "别发了", "別發了",
           "不要发", "不要發", "停止发送", "停止發送", "不要给我发", "别给我发", "不要再联系",
           "不要再聯繫", "别再联系", "不要骚扰", "不要騷擾", "别骚扰", "请勿打扰", "勿扰"),
    "es": ("no me escriba", "no me escriban", "no mas mensajes", "darme de baja",
           "deje de escribir", "no me envie", "no me envien"),
    "fr": ("ne m ecrivez plus", "plus de messages", "plus de sms", "desabonnez",
           "me desinscrire"),
    "de": ("keine sms", "keine nachrichten", "nicht mehr schreiben", "schreiben sie mir nicht",
           "lassen sie mich in ruhe"),
}  # fmt: skip
"""The reply says this somewhere; languages without spaces are searched as they are."""

_SHORT_WORDS = 4


def opts_out(text: str) -> bool:
    """Whether the reply asks us to stop, in any of the languages, however it is written."""
    said = plain(text)
    words = said.split()
    if said in _all(ALONE):
        return True
    if len(words) <= _SHORT_WORDS and _all(SHORT) & set(words):
        return True
    joined = said.replace(" ", "")
    spaced = f" {said} "
    return any(
        phrase in joined if _unspaced(phrase) else f" {phrase} " in spaced
        for phrase in _all(ANYWHERE)
    )


def plain(text: str) -> str:
    """In small letters, half width, without accents, apostrophes, signs or double spaces."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[\W_]+", " ", re.sub(r"['’`]", "", bare)).split())


def _unspaced(phrase: str) -> bool:
    return not phrase.isascii() and " " not in phrase


def _all(table: dict[str, tuple[str, ...]]) -> set[str]:
    return {plain(word) for words in table.values() for word in words}
