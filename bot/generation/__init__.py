"""Step 3: a paid brief becomes takes.

In: a brief and seeds. Out: takes, made by one of the engines and finished, checked and ranked by the finishing room.
"""
