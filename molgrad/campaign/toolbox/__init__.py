"""What a language model may ask of a campaign, one tool a file; `molgrad serve` offers the same."""
