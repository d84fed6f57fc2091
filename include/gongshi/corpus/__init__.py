"""Any folder through the whole of a scratch instance: what becomes of every file, and whether the books balance."""
