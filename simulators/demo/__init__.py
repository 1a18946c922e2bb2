"""The whole way on one machine: four homes, their agents, the hub, and telephones that ring.

The programs are started as anybody would start them; nothing here looks inside the hub or an agent.
"""
