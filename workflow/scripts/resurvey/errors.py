"""The one error a person at the keyboard sees: a sentence, with file, variable, code and row."""


class SurveyError(ValueError):
    """What is wrong with the input and what to do about it, in one sentence.

    Doors and the command line print its text and nothing else: no traceback reaches the
    reader of a survey file for something that is wrong with the file or the configuration.

    Examples
    --------
    >>> raise SurveyError("wave.sav: variable 'sex' is missing; map it with `source:`")
    Traceback (most recent call last):
    resurvey.errors.SurveyError: wave.sav: variable 'sex' is missing; map it with `source:`
    """
