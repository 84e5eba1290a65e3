"""How a classifier of texts reads them: cleaned, split into sentences, cut into tokens, long ones cut short."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice

from simon_elmo.config import JsonConfig
from simon_elmo.words.cleaning import TextCleaning
from simon_elmo.words.sentences import SPLITTERS, cleaned_sentences
from simon_elmo.words.text_labels import as_texts

Tokenizer = Callable[[str], list[list[str]]]
Document = list[list[str]]


@dataclass(frozen=True, kw_only=True)
class TextReader(JsonConfig):
    """From a text to the token lists that a biLM reads; all arguments are named.

    Attributes:
        max_tokens: tokens that are read of a text, from its beginning; 0 for all of them. It bounds time, and the
            memory of heads that read every word.
        max_sentence: longer sentences are read in pieces of that many tokens.
        splitter: how texts become sentences, see `split_sentences`.
        tokens: `"model"` for the rule that the biLM was trained with; `"words"` for words and signs, where that rule
            is white space alone, as that of published files is.
        cleaning: what is done to texts before.
    """

    max_tokens: int = 400
    max_sentence: int = 100
    splitter: str = "built-in"
    tokens: str = "words"
    cleaning: TextCleaning = field(default_factory=TextCleaning)

    def __post_init__(self) -> None:
        if isinstance(self.cleaning, dict):
            object.__setattr__(self, "cleaning", TextCleaning.from_dict(self.cleaning))
        self._require_integer("max_tokens", 0, 2**31 - 1)
        self._require_integer("max_sentence", 2, 100_000)
        self._require_choice("splitter", SPLITTERS)
        self._require_choice("tokens", ("words", "model"))

    @classmethod
    def for_segment(cls, segment: str) -> TextReader:
        """Return the default reader for a biLM that was trained on text cut by a rule, see `words.word_tokens`.

        Example:
            >>> TextReader.for_segment("spaces").tokens
            'words'
        """
        return cls(tokens="words" if segment == "spaces" else "model")

    def documents(self, texts: Iterable[str], tokenize: Tokenizer) -> list[Document]:
        """Return the sentences of each text as token lists.

        Args:
            texts: strings; None and NaN are empty texts.
            tokenize: a sentence to token lists, which are joined.

        Example:
            >>> TextReader(max_tokens=3).documents(["One two. Three!"], lambda sentence: [sentence.split()])
            [[['One', 'two.'], ['Three!']]]
        """
        return [self._document(text, tokenize) for text in as_texts(texts)]

    def _document(self, text: str, tokenize: Tokenizer) -> Document:
        document: Document = []
        left = self.max_tokens or 2**62
        for sentence in cleaned_sentences(text, self.cleaning, self.splitter):
            tokens = list(islice((token for line in tokenize(sentence) for token in line), left))
            document += [
                tokens[start : start + self.max_sentence] for start in range(0, len(tokens), self.max_sentence)
            ]
            left -= len(tokens)
            if left <= 0:
                break
        return document
