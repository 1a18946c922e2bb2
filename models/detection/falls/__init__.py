"""Falls seen by an accelerometer on the body: intake, trigger, phases, classifier, confirmation.

Runs on the Raspberry Pi: numpy and the standard library, no learning library, no clock, no input or output.
"""
