"""Gongshi 公示: collects, checks, publishes and oversees administrative decisions of Yunnan Province.

Read `gongshi.flow` first: it is the pipeline, one call per step.
"""
