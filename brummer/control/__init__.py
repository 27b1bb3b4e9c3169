"""Remote control: the socket of an instance, and how to find it."""
