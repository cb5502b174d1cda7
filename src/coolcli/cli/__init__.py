"""The command line: each verb is its options, one call, one rendering, in a file of its group, loaded when called."""
