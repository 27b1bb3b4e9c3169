"""What agents may be helped with: prompts."""
