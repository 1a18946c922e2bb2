"""Decline over weeks: a home's days against its own days before, one false advice a year in all."""
