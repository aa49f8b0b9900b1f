"""What programs ask that needs more than one floor: assessing facts, documents, the description of it all."""
