"""Where to look: one short file of facts per city; `crawler.portal` says what each fact is."""
