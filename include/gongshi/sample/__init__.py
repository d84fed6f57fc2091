"""The sample province: a seeded generator of registry, deliveries and replay, and the truth beside them.

Everything here is synthetic: codes are check-digit-valid and belong to nobody. The truth is computed in plain Python
from what was planted; nothing of the product that is measured against it (rules, merge, reports) is used.
"""
