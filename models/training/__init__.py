"""From data sets to artefacts: loaders, protocols of evaluation, and what the figures say."""
