"""Children: started, watched, stopped, and never left behind."""
