"""What users reported, one test a report, named after what happened to them."""
