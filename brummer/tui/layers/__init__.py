"""What lies over a view and has the keyboard while it does."""
