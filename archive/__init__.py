"""What we keep, and the researcher's door to it. Nothing here knows Scrapy.

The archive is the WARC files alone; ledger, catalogue and exports are derived
from them and can be made again. Down the page is the way data goes:

    exchange    what happened on the wire once
    http        a stored response read: status, headers, entity
    record      one WARC record as it stands in a file
    warcinfo    what files say of the run that wrote them
    warc        an exchange as records, rendered and read back
    rendition   what a browser made of a document, as records
    openfile    a WARC file while it is written
    writer      records on the disk, and the word that they are
    room        a full disk, told from other faults and waited for
    entries     what the ledger says of an exchange, a run, a file
    ledger      which exchange is durable, and where
    folder      one portal's folder: names, lock, sample or real
    address     an address as the key it is found by
    index       record sets -> CDXJ: which capture of an address is where
    source      an archive to read from: a portal's folder, or WARC files alone
    examine     one WARC file, and every fault of it
    verify      files, ledger and checksums held against each other
    recover     a folder made whole after a run that did not end
    rebuild     record sets -> documents -> catalogue
    catalogue   reports, cells, findings as tables
    copies      which capture stands for a report, and where the others are
    export      records as files
    organs      who reported, and who is not in the organ register
    changes     two captures of one page -> what changed
    wacz        a portal's files, index and pages as one package
    unpack      a package opened, after everything in it was checked
    requisites  what pages need to look as they did, and what of it is not here
    memento     a capture as it was answered, found by address and time
    serve       the captures over HTTP; replay/ shows a page in a browser, from them alone
    commands/   what `python -m archive` does: take, look, keep
"""
