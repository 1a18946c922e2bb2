"""The page on which the telephones ring: for a person who wants to see and to answer."""
