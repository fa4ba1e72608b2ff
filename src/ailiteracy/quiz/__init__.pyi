from .grading import Grade as Grade
from .grading import grade as grade
from .items import Item as Item
from .items import load_quiz as load_quiz
from .results import GradedFile as GradedFile
from .results import grade_file as grade_file

__all__ = ["load_quiz", "Item", "grade", "Grade", "grade_file", "GradedFile"]
