"""A grammar of model names, general over families and vendors: family, version, variant, size, stage, packaging."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

SIZE = re.compile(r"^(?:\d+x)?\d+(?:\.\d+)?[BMbm]$")
ACTIVE = re.compile(r"^[Aa]\d+(?:\.\d+)?[Bb]$")
VERSION = re.compile(r"^[VvKkRrMm]?\d{1,2}(?:\.\d{1,2}){0,2}$")
STAMP = re.compile(r"^(?:\d{4}|\d{6}|\d{8})$")
PACKAGING = re.compile(
    r"^(?:instruct|chat|base|it|hf|gguf|gptq|awq|mlx|onnx|exl2|fp8|fp4|nvfp4|mxfp4|bf16|fp16|"
    r"int4|int8|[48]bit|q\d(?:_\w+)*|latest|quantized)$",
    re.I,
)
STAGES = frozenset({"preview", "beta", "exp", "alpha", "rc"})
# Names for a rank of sizes within a family; they are written apart, as people write them.
SERIES = frozenset({"small", "medium", "large", "flagship", "series"})
_FILLERS = frozenset({"series", "family", "model", "models", "系列", "模型", "大模型"})
# How a family joins its version where the general rule (capitals take a hyphen) does not serve.
_JOINTS = {"deepseek": "-", "llama": " ", "claude": " ", "gemini": " ", "gemma": " ", "grok": " "}
_LEADING = re.compile(r"^([A-Za-z]+?)(\d+(?:\.\d+)*)$")


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model's name in its parts. `tokens` are the variants, sizes and stages in the order they are written."""

    family: str
    version: str
    tokens: tuple[str, ...]
    packaging: tuple[str, ...] = ()

    @property
    def canonical(self) -> str:
        """The name as people write it, without packaging: `Qwen3.5 Small`, `Qwen3-Coder-480B-A35B`."""
        text = self.family + (_joint(self) + self.version if self.version else "")
        for token in self.tokens:
            text += f" {token.capitalize()}" if token.lower() in SERIES else f"-{token}"
        return text

    @property
    def key(self) -> str:
        """One key for every spelling of the name; its parts stay apart, so that 3.5-9B is not 3.59B."""
        return "-".join([self.family + self.version, *self.tokens]).lower()

    @property
    def sizes(self) -> tuple[str, ...]:
        """The size in the name, with the active part joined on: `480B-A35B`."""
        found = "-".join(token for token in self.tokens if SIZE.match(token) or ACTIVE.match(token))
        return (found,) if found else ()

    @property
    def parent(self) -> ModelName | None:
        """The next wider model: without stage or stamp, then without size, then variant, then version."""
        rest = self.tokens
        if rest:
            drop = next((rule for rule in (_is_stage, _is_size) if any(rule(t) for t in rest)), None)
            kept = tuple(t for t in rest if not drop(t)) if drop else rest[:-1]
            return ModelName(self.family, self.version, kept)
        return ModelName(self.family, "", ()) if self.version else None


@lru_cache(maxsize=65536)
def parse_model(name: str) -> ModelName | None:
    """The parts of a written model name, or None when it does not begin with a family's letters."""
    text = name.strip().removeprefix("@")
    text = text.rsplit("/", 1)[-1]
    words = [word for word in re.split(r"[\s\-_:‑–]+", text) if word]
    words = [word for word in words if word.lower() not in _FILLERS]
    if not words:
        return None
    family, version, rest = _family(words)
    if not family:
        return None
    tokens = tuple(_spelled(word) for word in rest if not PACKAGING.match(word))
    return ModelName(family, version, tokens, tuple(word for word in rest if PACKAGING.match(word)))


def _family(words: list[str]) -> tuple[str, str, list[str]]:
    first = words[0]
    if not first[0].isalpha():
        return "", "", words
    if (match := _LEADING.match(first)) and len(match[1]) > 1:
        return match[1], match[2], words[1:]
    if len(words) > 1 and VERSION.match(words[1]):
        return first, words[1][0].upper() + words[1][1:], words[2:]
    return first, "", words[1:]


def _spelled(token: str) -> str:
    if SIZE.match(token) or ACTIVE.match(token):
        return token.upper().replace("X", "x")
    return token if any(c.isupper() for c in token) or not token.isascii() else _title(token)


def _title(token: str) -> str:
    return token.upper() if token in {"vl", "tts", "asr", "moe"} else token[:1].upper() + token[1:]


def _joint(model: ModelName) -> str:
    house_style = _JOINTS.get(model.family.lower())
    if house_style is not None:
        return house_style
    return "-" if model.family.isupper() else " " if model.version[0].isalpha() else ""


def _is_size(token: str) -> bool:
    return bool(SIZE.match(token) or ACTIVE.match(token))


def _is_stage(token: str) -> bool:
    return token.lower() in STAGES or bool(STAMP.match(token))
