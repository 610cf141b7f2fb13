"""Roles of variables for which none is given."""

SYSTEM_PROMPT_DEFAULT_ROLE = "system prompt that says how the language model behaves, the same for every query"
VARIABLE_INPUT_DEFAULT_ROLE = "query to the language model"
VARIABLE_OUTPUT_DEFAULT_ROLE = "response from the language model"
