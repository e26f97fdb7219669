"""Tools: tables as questionnaire tools export them, and what their structure files say."""
