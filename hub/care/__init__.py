"""What residents ask for that is no emergency: needs with a due time, followed to their end, by day."""
