"""What was printed, in files: written as it comes, read back by line number."""
