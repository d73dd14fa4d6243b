"""What is remembered: the order book, the work still to be done, and the files.

In: facts (`order_book.OrderBook.tell`), results of work (`jobs.Jobs.done`), files (`media.Media.put`).
Out: orders as they stand, their journal, jobs to claim, wake-ups when something changed (`changes.Changes`).
One SQLite file by default, PostgreSQL by changing the address; the other rooms cannot tell the difference.
"""
