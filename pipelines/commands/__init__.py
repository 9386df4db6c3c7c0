"""One module per verb: `arguments(parser)` declares it, `run(args)` does it and returns the exit code."""
