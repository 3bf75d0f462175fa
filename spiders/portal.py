"""Any portal without a file of its own: `scrapy crawl portal -a url=URL`."""

from crawler.undeclared import Undeclared


class AnyPortal(Undeclared, declared=False):
    """The portal of the address given; what it is, is told from its pages."""

    name = "portal"
