"""Organisation codes in index numbers and addresses, believed only when their check digit holds.

Portals print an index number (索引号) that begins with the organ's code, of nine
characters (GB 11714) or of eighteen (统一社会信用代码, GB 32100, whose places 9 to
17 are the code of nine). Many use prefixes of their own that look like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CANDIDATE = re.compile(r"(?<![0-9A-Z])(?:[0-9A-HJ-NPQRTUWXY]{18}|[0-9A-Z]{8}-?[0-9X])(?![0-9A-Z])")


def organ_code(texts: Iterable[str]) -> str | None:
    """The code of nine characters of the first candidate whose check digit holds."""
    for text in texts:
        for match in _CANDIDATE.finditer(text):
            code = match[0].replace("-", "")
            if len(code) == 18 and is_credit_code(code):
                return code[8:17]
            if len(code) == 9 and is_organ_code(code):
                return code
    return None


def is_organ_code(code: str) -> bool:
    """Whether nine characters are an organisation code: GB 11714, modulus 11."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(w * int(c, 36) for w, c in zip(weights, code[:8], strict=True))
    return code[8] == "0123456789X0"[11 - total % 11]


def is_credit_code(code: str) -> bool:
    """Whether eighteen characters are a unified social credit code: GB 32100, modulus 31."""
    total = sum(pow(3, i, 31) * _ALPHABET.index(c) for i, c in enumerate(code[:17]))
    return code[17] == _ALPHABET[-total % 31] and is_organ_code(code[8:17])
