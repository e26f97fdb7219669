"""Page: the audit of one wave as a self-contained page, one per language.

`results` holds what the page is made of, `derivation` shows how a per cent becomes a count,
`picture` draws the feasible bases, `cards` puts one question together, `summary` words the verdict
at the top, and `writing` renders all of it.
"""
