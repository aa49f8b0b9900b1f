"""The law library in sentences, one file for each instrument: what a reviewer of a change of law reads."""
