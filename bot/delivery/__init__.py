"""Step 5: an approved take becomes a parcel in the buyer's hands.

In: an order whose take is chosen. Out: master files with their hashes (`packing`), a signed licence certificate
(`terms`, `record`, `certificate`), a link that expires and can be had anew for ever (`links`), and the messages that
tell the buyer where things stand and bring the parcel (`status`, `parcel`, `postman`).
"""
