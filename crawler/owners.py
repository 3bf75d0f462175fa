"""Whose host it is: the hosts that the spiders of the fleet declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.spiderloader import get_spider_loader

from crawler.guards import on_site
from crawler.portal import Portal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.settings import BaseSettings


def fleet(settings: BaseSettings) -> Iterator[type[Portal]]:
    """The portals that a file describes, by name."""
    loader = get_spider_loader(settings)
    for name in sorted(loader.list()):
        spider = loader.load(name)
        if issubclass(spider, Portal) and hasattr(spider, "hosts"):
            yield spider


def owner(settings: BaseSettings, host: str) -> type[Portal] | None:
    """The portal that declares a host, or one above it; None when none does."""
    found = (portal for portal in fleet(settings) if on_site(f"http://{host}/", portal.hosts))
    return next(found, None)
