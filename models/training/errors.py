"""What goes wrong while reading data sets and recordings."""


class TrainingError(Exception):
    """Training or evaluating cannot be done."""


class DataError(TrainingError):
    """A data set is not as it should be."""
