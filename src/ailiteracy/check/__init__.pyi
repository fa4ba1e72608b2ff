from .bank import Task as Task
from .bank import check as check
from .bank import exercise as exercise
from .bank import exercises as exercises
from .judge import CheckResult as CheckResult

__all__ = ["exercises", "exercise", "Task", "check", "CheckResult"]
