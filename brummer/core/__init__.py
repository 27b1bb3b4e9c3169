"""What keeps the program together: threads, events, state, health, commands.

Knows no terminal, no plugin and no socket.
"""
