"""`make demo`: the sample province replayed through triggered DAG runs on this machine."""
