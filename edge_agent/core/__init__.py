"""What the edge agent decides: pure functions of messages and time, without a clock, a disk or a broker."""
