"""The systems that are known, and which of them a page is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.systems import (
    annual,
    changzhou,
    czfx,
    epoint,
    gkmlpt,
    huaian,
    jpaas,
    jpage,
    static,
    trs,
    truecms,
    ucap,
)

if TYPE_CHECKING:
    from scrapy.http import TextResponse

    from crawler.systems import System

SYSTEMS: tuple[System, ...] = (
    changzhou.SYSTEM,
    czfx.SYSTEM,
    epoint.SYSTEM,
    gkmlpt.SYSTEM,
    truecms.SYSTEM,
    ucap.SYSTEM,
    trs.SYSTEM,
    huaian.SYSTEM,
    annual.SYSTEM,
    jpaas.SYSTEM,
    jpage.SYSTEM,
    static.SYSTEM,
)
"""The surest marks first: pages of one may look like those of a plainer one."""


def recognised(page: TextResponse) -> System | None:
    """The first system that knows the page as its own; None when no system does."""
    return next((system for system in SYSTEMS if system.recognise(page)), None)
