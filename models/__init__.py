"""What the system has agreed on and learnt: pure, without input or output."""
