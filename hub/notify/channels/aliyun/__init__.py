"""Calls and messages to mainland numbers through Aliyun's own clients, an extra of the installation."""
