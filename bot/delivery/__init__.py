"""Step 5: an approved take becomes a parcel in the buyer's hands.

In: an order whose take is chosen. Out: master files with their hashes (`packing`, `boxing`), marked (`watermark`,
`masking`), labelled (`labels`) and signed (`provenance`); a licence certificate (`terms`, `record`, `certificate`); a
link that expires and can be had anew for ever (`links`); and the messages that tell the buyer where things stand and
bring the parcel by chat or e-mail (`status`, `parcel`, `mail`, `postman`). Afterwards: claim kits and whatever else
buyers come back for (`claims`, `counter`), and what a file proves (`proof`, `detector`, `inspection`).
"""
