"""An alert's life: from the finding that opens it to the human who closes it, and the file that proves it."""
