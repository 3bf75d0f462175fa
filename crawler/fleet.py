"""The fleet: the portals that a file of `spiders/` describes, and whose host it is.

`Loader` is Scrapy's, told to look at each file by itself. A file that is half
filled in, or wrong, is left out and named with what is wrong, and every other
portal is crawled as ever. Who asks for the portal of such a file is told the same
(`crawler.commands.crawl`).
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoader, get_spider_loader

from crawler.facts import FactError
from crawler.guards import on_site
from crawler.portal import Portal

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

UNFIT = (ImportError, SyntaxError, NameError, AttributeError, TypeError, ValueError)
"""What comes of a file that is not whole: FactError, which is a TypeError, or a slip of the pen."""


class Loader(SpiderLoader):
    """Scrapy's loader of spiders, without the files that are not whole."""

    def __init__(self, settings: BaseSettings) -> None:
        self.left_out: dict[str, str] = {}
        """What is wrong with each file that was left out, by the name of the portal it is for."""
        fit = [module for module in _modules(settings) if self._is_fit(module)]
        super().__init__(BaseSettings({"SPIDER_MODULES": fit}))

    def _is_fit(self, module: str) -> bool:
        try:
            importlib.import_module(module)
        except UNFIT as error:
            wrong = f"{module.replace('.', '/')}.py is left out:{_said(module, error)}"
            self.left_out[module.rpartition(".")[2]] = wrong
            logger.warning("%s", wrong)
            return False
        return True


def _modules(settings: BaseSettings) -> Iterator[str]:
    """Every file that SPIDER_MODULES names, itself or by its package, by the name of its module."""
    for named in settings.getlist("SPIDER_MODULES"):
        module = importlib.import_module(named)
        if not hasattr(module, "__path__"):
            yield named
            continue
        for found in pkgutil.iter_modules(module.__path__):
            yield f"{named}.{found.name}"


def _said(module: str, error: Exception) -> str:
    """What an error says, behind a colon, and the line of the file that it is about."""
    if isinstance(error, FactError):
        return f"\n{error}"
    if isinstance(error, SyntaxError):
        return f" {error}"
    here = str(Path(*module.split(".")).with_suffix(".py"))
    steps = traceback.extract_tb(error.__traceback__)
    lines = [step.lineno for step in steps if step.filename.endswith(here)]
    where = f" line {lines[-1]}:" if lines else ""
    return f"{where} {type(error).__name__}: {error}"


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
