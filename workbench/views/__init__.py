"""The pages of the workbench: thin views that read through selectors and write through services."""
