"""What Discord refuses to accept: each form checks one kind of body and names every problem at once.

In: JSON as sent by a client. Out: nothing, or `Refusal` 50035 "Invalid Form Body" with the errors nested by field.
"""
