"""Suites of tests that every implementation of a seam passes: inherit one in a test file of your own."""
