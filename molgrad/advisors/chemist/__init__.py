"""The built-in chemist: advice on molecules by rules, without a language model."""
