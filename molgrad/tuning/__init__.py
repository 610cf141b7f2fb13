"""Programs tuned on examples: candidates, their answers, the gate, resuming, and what a run tells."""
