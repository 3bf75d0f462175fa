"""The verdict sent on, by mail, webhook or whatever else Apprise speaks.

NIANBAO_NOTIFY holds addresses of Apprise, a space between them
(https://github.com/caronc/apprise/wiki). `crawler.summary` hands over each
verdict when the run is filed and printed. A healthy one is sent only with the
setting NOTIFY_ALWAYS. A sender that fails is named in a warning, without its
password, and changes nothing else: the verdict is about the portal.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from apprise import Apprise, AppriseAsset

from crawler.health import EXIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.health import Verdict

logger = logging.getLogger(__name__)

ASSET = AppriseAsset(app_id="Nianbao", app_desc="crawls annual disclosure reports")


class Notifier:
    """The addresses that a verdict goes to; one that is none is named at once, and left out."""

    def __init__(self, addresses: Sequence[str], *, always: bool = False) -> None:
        self._always = always
        self._senders = Apprise(asset=ASSET)
        for address in addresses:
            # It would log the whole address, with the password in it.
            logging.getLogger("apprise").disabled = True
            known = self._senders.add(address)
            logging.getLogger("apprise").disabled = False
            if not known:
                scheme = address.partition("://")[0]
                logger.warning("NIANBAO_NOTIFY: Apprise cannot send to this %s address", scheme)

    async def send(self, portal: str, verdict: Verdict, where: str) -> None:
        """Send the verdict on a portal to every address; `where` says where its data is."""
        if verdict.name in QUIET and not self._always:
            return
        title = f"{portal}: {verdict.name}"
        body = "\n".join([*(list(verdict.lines()) or ["nothing to see to"]), where])
        for sender in self._senders:
            # In a thread, since senders block; one by one, to name the one that fails.
            if not await asyncio.to_thread(sender.notify, body=body, title=title):
                address = sender.url(privacy=True)  # type: ignore[no-untyped-call]
                logger.warning("the verdict was not sent to %s", address)


QUIET = frozenset(name for name, status in EXIT.items() if status == 0)
"""Verdicts that are sent only when all are."""
