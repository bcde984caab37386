"""The built-in lexicon: readable tables of words, and what reads them.

The tables are written from knowledge of the domain (regulations, audit and inspection practice, how people at work
talk), never from labelled examples.
"""
