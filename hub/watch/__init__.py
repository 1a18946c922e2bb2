"""The watch: runs the detectors over events and over time, and keeps what they remember."""
