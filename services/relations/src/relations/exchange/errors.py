"""What can be wrong about a file."""

from shared.errors import Invalid


class NotReadable(Invalid):
    """The file cannot be read as what it seems to be; the sentence says what to do, and quotes nothing of it."""

    def __init__(self, sentence: str) -> None:
        super().__init__({"file": [sentence]}, sentence)
        self.sentence = sentence
