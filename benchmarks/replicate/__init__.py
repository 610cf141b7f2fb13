"""TextGrad's molecule experiment, run again with any engine."""
