"""What a register's refusal or silence means to whoever asked."""

from enrichment.providers import port
from shared.errors import Conflict, Invalid, Problem, Unavailable, Unknown


class UnknownCompany(Unknown):
    """The register knows no company with this number."""

    title = "The register knows no company with this number"


class MalformedNumber(Invalid):
    """No register could know a company under this number."""

    def __init__(self) -> None:
        super().__init__({"number": ["Give the number as the register writes it: a KVK number has 8 digits"]})


class ProviderUnavailable(Unavailable):
    """The register does not answer now."""

    type, title = "provider-unavailable", "The register does not answer: try again later"


class OutOfCredit(Conflict):
    """The account cannot pay for the question."""

    type, title = "out-of-credit", "The office's balance with the register is too low: an administrator can top it up"


class NotInSubscription(Conflict):
    """The account may not ask this."""

    type, title = "not-in-subscription", "The office's subscription with the register does not include this"


class CredentialsRefused(Conflict):
    """The account's name or password is wrong."""

    type, title = (
        "credentials-refused",
        "The register refuses the office's name or password: an administrator can mend them",
    )


class ProviderRefused(Conflict):
    """The register refused for a reason of its own."""

    type, title = "provider-refused", "The register refused the question; trying again will not help"


class MonthlyCapReached(Conflict):
    """The office wants no more automatic queries this month."""

    type, title = "monthly-cap-reached", "The office's monthly cap on automatic queries is reached"


_PROBLEMS: tuple[tuple[type[port.RegisterProblem], type[Problem]], ...] = (
    (port.Unavailable, ProviderUnavailable),
    (port.OutOfCredit, OutOfCredit),
    (port.NotInSubscription, NotInSubscription),
    (port.CredentialsRefused, CredentialsRefused),
)

_NEVER_SENT = "Circuit.Open"
_PERHAPS_PAID = ("Answer.Missing", "Answer.Unreadable", "Answer.Incomplete")


def as_problem(problem: port.RegisterProblem) -> Problem:
    """Return the problem to answer with; its title is the sentence for the user."""
    if isinstance(problem, port.InvalidNumber):
        return MalformedNumber()
    kind = next((kind for failure, kind in _PROBLEMS if isinstance(problem, failure)), ProviderRefused)
    return kind(kind.title, provider=problem.provider)


def outcome_of(problem: port.RegisterProblem) -> str:
    """Return what the ledger says of a query that failed so."""
    if problem.code in _PERHAPS_PAID:
        return "answer_lost"
    return "unavailable" if isinstance(problem, port.Unavailable) else "refused"


def was_never_sent(problem: port.RegisterProblem) -> bool:
    """Tell whether the question was held back, as the register has been silent for a while."""
    return problem.code == _NEVER_SENT
