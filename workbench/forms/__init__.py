"""The forms of the workbench: what officers type, checked and turned into facts."""
