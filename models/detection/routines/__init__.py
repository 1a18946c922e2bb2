"""What is learnt of a home's routine: how long it is quiet, when, and after what."""
