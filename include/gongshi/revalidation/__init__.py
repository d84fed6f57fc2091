"""Judging stored rows anew under another rule book: to see what would change, or to change it.

Landed rows are loaded once more, in order of their arrival, into a scratch warehouse beside the real one, by the same
code that loaded them first. What would change is the difference of the figures (`what_if`); to change it, the facts that
differ take the place of those believed until then, which are kept (`revalidate`).
"""
