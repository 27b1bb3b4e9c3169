"""What real tools print when something goes wrong, and when nothing does."""
