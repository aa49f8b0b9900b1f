"""What pages of several floors show, made from what the floors below tell. Nothing here writes."""
