"""A sweep of crashes: the power fails at every moment of an order, one at a time, and everything must end well.

``python -m tests.crashes`` sweeps all of it, for hours; `test_crashes` has two moments of the cheapest tale.
"""
