"""Real mirror pages beside the official ones: restored, they say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.document import from_file
from pipelines.media import open_page
from pipelines.places import look_up
from pipelines.restore import Restored, restore

# Punctuation is left out: the official excerpts have lost their full-width marks.
_COMPARED = re.compile(r"[\u3400-\u9fff0-9]")
PAIRS = ("001", "002")


def _restored(samples: Path, pair: str) -> Restored:
    return restore(open_page(from_file(samples / "pairs" / f"{pair}.mirror.txt")))


def _official(samples: Path, pair: str) -> str:
    text = (samples / "pairs" / f"{pair}.official.txt").read_text("utf-8")
    return "".join(_COMPARED.findall(text))


@pytest.mark.parametrize("pair", PAIRS)
def test_no_character_and_no_digit_differs(samples: Path, pair: str) -> None:
    official = _official(samples, pair)
    text = "\n".join(line.text for line in _restored(samples, pair).page.lines)
    restored = "".join(_COMPARED.findall(text))
    # One of the two ends earlier.
    both = min(len(official), len(restored))
    assert both > 640
    assert restored[:both] == official[:both]


def test_what_was_guessed_is_right_and_said(samples: Path) -> None:
    path = samples / "pairs" / "001.mirror.txt"
    restored = _restored(samples, "001")
    text = "\n".join(line.text for line in restored.page.lines)
    # Found by hand: the official page says these words there.
    assert "严格落实发布内容“三审三校”“分级审核、先审后发”制度" in text
    assert "建立政府网站“三审三校”人员留痕机制" in text
    assert "严谨的作风" in text
    document = from_file(path)
    guessed = {look_up(document, f.at): f.note for f in restored.flags if f.flag == "guessed"}
    assert {served.split("?")[0] for served in guessed} == {""}
    assert [note.split(" -> ")[1] for note in guessed.values()] == ["校”“分级", "校”人员"]
    # The bytes alone tell the third.
    lost = {look_up(document, f.at) for f in restored.flags if f.flag == "gbk_shift"}
    assert len(lost) == 3
    assert "?shù)淖黠L" in lost - guessed.keys()


def test_a_host_that_was_put_in_is_flagged_and_none_invented(samples: Path) -> None:
    document = from_file(samples / "pairs" / "002.mirror.txt")
    restored = _restored(samples, "002")
    (flag,) = (flag for flag in restored.flags if flag.flag == "host_foreign")
    assert look_up(document, flag.at) == "http://www.chuangkehuaxue.cn/"[:-1]
    text = restored.page.lines[0].text
    assert "gov.cn" not in text
    line = restored.page.lines[0]
    at = text.index("www.")
    assert line.flags(at, at + 3) == ("host_foreign",)
    assert line.flags(0, at - 10) == ()


@pytest.mark.parametrize("pair", PAIRS)
def test_every_character_leads_to_its_own(samples: Path, pair: str) -> None:
    document = from_file(samples / "pairs" / f"{pair}.mirror.txt")
    for line in _restored(samples, pair).page.lines:
        for i in range(0, len(line.text), 37):
            assert look_up(document, line.at(i, i + 1)) == line.raw(i, i + 1)
            if not line.flags(i, i + 1) and line.text[i].isascii():
                assert line.raw(i, i + 1)[0] == line.text[i]
