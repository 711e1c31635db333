"""Chinese personal names: where the surname ends, and how a name is read in pinyin."""

from __future__ import annotations

import re
from functools import cache

from opencc import OpenCC

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002fa1f]")

# The two-character surnames in use today, simplified.
COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "上官",
        "司马",
        "司徒",
        "诸葛",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "端木",
        "东方",
        "独孤",
        "南宫",
        "夏侯",
        "长孙",
        "宇文",
        "轩辕",
        "鲜于",
        "闻人",
        "司空",
        "太史",
        "申屠",
        "公羊",
        "澹台",
        "濮阳",
        "淳于",
        "单于",
        "钟离",
        "呼延",
        "万俟",
        "百里",
        "东郭",
        "西门",
        "第五",
        "拓跋",
        "完颜",
        "赫连",
        "纳兰",
    ]
)

# Characters that are read otherwise in a surname than elsewhere.
SURNAME_READINGS = {
    "曾": "zeng",
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "朴": "piao",
    "查": "zha",
    "区": "ou",
    "盖": "ge",
    "翟": "zhai",
    "乐": "yue",
    "缪": "miao",
    "覃": "qin",
    "员": "yun",
    "种": "chong",
    "折": "she",
    "黑": "he",
    "召": "shao",
    "尉迟": "yuchi",
    "万俟": "moqi",
    "单于": "chanyu",
    "澹台": "tantai",
}


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def simplified(text: str) -> str:
    """`text` with traditional characters made simplified; its length in code points may differ."""
    return str(_simplifier().convert(text))


_TRADITIONAL = re.compile(
    "[們個這來後為與會過時國說發現經開關長問間應當從無業東車馬點團離職證資學對將還讓負責務總辭聞報導機構]"
)


def in_simplified(text: str) -> str | None:
    """`text` in simplified characters, each in its place; None where it is so already, or the places would shift."""
    if not _TRADITIONAL.search(text):
        return None
    converted = simplified(text)
    return converted if len(converted) == len(text) and converted != text else None


def split_name(name: str) -> tuple[str, str]:
    """Surname and given name of a Chinese name written in Han characters, both simplified."""
    name = simplified(name).replace("·", "").replace(" ", "")
    cut = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    return name[:cut], name[cut:]


def romanised(name: str) -> tuple[str, str]:
    """Surname and given name in toneless pinyin, lower case, ü written u."""
    from pypinyin import lazy_pinyin  # its dictionaries take long to load, and many a run meets no Chinese name

    surname, given = split_name(name)
    read = SURNAME_READINGS.get(surname) or "".join(lazy_pinyin(surname))
    return fold_umlaut(read), fold_umlaut("".join(lazy_pinyin(given)))


def fold_umlaut(pinyin: str) -> str:
    """One spelling for the vowel that is written ü, v, yu or u after l and n."""
    word = pinyin.lower()
    return word[0] + "u" if word in {"lyu", "nyu"} else re.sub(r"([ln])[vü]", r"\1u", word)
