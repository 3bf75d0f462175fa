"""Nianbao fetches the annual disclosure reports of Chinese cities, keeps and reads them.

The map of the project. Data travels one way:

    portal -> exchange -> archive -> document -> page -> report -> catalogue -> export

    spiders/     where to look: one short file of facts per city
    crawler/     how we fetch
      portal     Portal: the walk column -> list pages -> documents
      walk       what a list states of itself, and whether the walk through it met that
      rows       what a row of a list leads to: a report, a list of who has published one
      titles     which titles are of annual reports, and of which year
      account    what the walk counts and the verdict rests on, kept in Scrapy's statistics
      facts      what the facts of a city must be, and what follows from them
      fleet      the portals that have a file, each file loaded by itself; whose host it is
      systems/   one module per content-management system: how it lists, pages, serves
      undeclared any portal without a file, walked from an address
      detect     which system a page is of, told page by page
      mirrors    copies on foreign hosts: the original's address, and what is kept of them
      claims     whose page a mirror shows, when no list says it
      arguments  what `-a NAME=VALUE` may say
      politeness robots.txt, one connection and a delay per host, rests, cookies
      capture    every exchange as it went over the wire, on disk before anyone sees it
      render     pages that need a browser, each of their requests captured like any other
      browser    Chromium without a network
      drawing    one page on its way in the browser
      exchange   what the tee kept, as an exchange
      tee        the copy of what each connection sends and receives
      connect    CONNECT_TO: unchanged spiders sent to the sample city
      resume     which interrupted runs a run goes on with
      replay     answers from the archive: what it holds is not asked for again
      requisites stylesheets, pictures and scripts of report pages, after all else
      faults     what can go wrong with a portal, each fault by its name
      guards     what is looked for in every answer: challenge, login and error pages
      recheck    pages of earlier runs: left alone, or asked for on a condition; what is gone
      health     what a run should have found against what it found: the verdict
      summary    collects a run's facts, prints the table, files the verdict
      notify     the verdict sent on
      coverage   the fleet as it stands: last runs, and how much of each year there is
      commands/  `scrapy crawl`, with an exit status that can be trusted; `scrapy portals`;
                 `scrapy record`
      fixture    what a city's walk was answered, and what must be read from it
      templates/ a new city's file
      settings   every setting with its reason
    archive/     what we keep, and the researcher's door
    pipelines/   what a page says: bytes -> Report, as pure functions
    tests/city   a city that never was, which knows the truth of its reports

Arrows point one way: spiders -> crawler -> archive -> pipelines. The one
exception is `pipelines.stages`, the Scrapy side of the reading, which only the
settings name.
"""

__version__ = "0.1.0"
