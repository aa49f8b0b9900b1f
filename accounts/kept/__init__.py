"""What was typed into a form is kept when it could not be taken: the session had ended, or the page was too old."""
