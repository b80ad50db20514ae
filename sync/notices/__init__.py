"""Tells people, once, when a source needs them, and once more when it is well again.

`watch` notices, in the transaction that shows it; `words` says it in Japanese or English;
`targets` keeps who is told; `deliver` sends it, as a job that is repeated until it worked.
"""
