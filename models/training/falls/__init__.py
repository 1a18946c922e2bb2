"""Falls: recorded trials in, artefacts, figures and cards out. Needs scikit-learn; the Pi never sees this."""
