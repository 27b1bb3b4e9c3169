"""What agents may read: resources, and what they are told of changes to them."""
