"""Sets of the file and of the study meet under the declared names of their variables."""

from resurvey.core.codebook import Codebook, Variable
from resurvey.reading.declared_sets import declare_sets


def book(**sets):
    variables = {"tv": Variable("tv", source="Q7_1"), "radio": Variable("radio")}
    return Codebook(variables, multiple_response=sets)


def test_set_of_the_file_follows_renamed_variables():
    told = {"type": "D", "counted_value": 1, "label": "", "variable_list": ["Q7_1", "radio"]}
    found, problems = declare_sets(book(media=told), {})
    assert found.multiple_response["media"]["variable_list"] == ["tv", "radio"]
    assert problems == []


def test_declared_set_replaces_that_of_the_file():
    told = {"type": "D", "counted_value": 1, "label": "", "variable_list": ["radio"]}
    declared = {"media": {"variables": ["tv", "radio"], "label": {"en": "Media"}}}
    found, _ = declare_sets(book(media=told), declared)
    assert found.multiple_response["media"] == {
        "type": "C",
        "counted_value": None,
        "label": {"en": "Media"},
        "variable_list": ["tv", "radio"],
    }


def test_set_with_the_name_of_a_variable_is_a_problem():
    _, problems = declare_sets(book(), {"tv": {"variables": ["radio"], "counted": 1}})
    assert problems == ["multiple-response set 'tv' has the name of a variable; rename it"]
