"""What an administrator does from the command line: a place file, people, edge agents, taking a home live.

Each act lives in a file of its own and works beside a running hub.
"""
