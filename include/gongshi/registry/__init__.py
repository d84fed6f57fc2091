"""Who owes what, as of an instant: divisions, agencies, lead departments, contacts, item lists, working days."""
