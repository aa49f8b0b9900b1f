"""Set-up: look at the machine, name what is missing, make the virtual environment.

It runs before there is a virtual environment, so it imports nothing but the standard library.
"""
