"""Checks of the record for oddities. They report findings and never refuse anything.

An odd record may be right, or odd because a source is. So each finding names its place and the
events to look at, and changes no answer. To add a check, write a function that yields findings in
the module of its subject, list it in `registry`, and its code in the reference.
"""
