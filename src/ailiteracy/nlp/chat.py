"""Talk to a language model behind an address: Ollama, LM Studio, vLLM or a hosted service.

The idea: all of them understand one kind of request, the chat-completions form. A conversation is a list of messages,
each with a role ("system", "user", "assistant") and a text; the model has no memory of its own and reads the whole
list each time. What comes back is one more message.

Left out: tools, pictures, sound, many answers at once. Prices: a hosted model counts every token you send and receive.
Next: _chat_stream.py for the bytes, conversation.py for what to send when a conversation grows.
"""

from __future__ import annotations

import json
import logging
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .._support.checks import check_integer, check_number, check_text
from ._chat_checks import OLLAMA, Message, check_address, check_key_variable, check_messages, read_key
from ._chat_stream import DONE, ChatError, Request, Secret, TemporaryError, receive

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["ChatClient", "ChatError", "ChatReply"]

logger = logging.getLogger(__name__)

FIRST_WAIT = 0.5  # seconds before the second try; doubled before each further one
LONGEST_WAIT = 60.0  # a server that asks for more is not waited for


@dataclass(frozen=True)
class ChatReply:
    """A model's reply and what it took.

    Attributes
    ----------
    text : str
        The reply.
    finish_reason : str
        "stop": the model had finished; "length": `max_tokens` cut it off.
    model : str
        The model's name as the server gives it.
    prompt_tokens, completion_tokens : int or None
        What was read and written, where the server counts.
    """

    text: str
    finish_reason: str
    model: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True)
class ChatClient:
    """A client of one model on one server; call it with messages to get the text of the reply.

    Parameters
    ----------
    model : str
        The model's name on the server, such as "llama3.2"; `models()` lists them.
    base_url : str, default "http://localhost:11434/v1"
        The server's address up to and without "/chat/completions"; the default is Ollama on this machine.
    key_variable : str, optional
        The *name* of the environment variable that holds the key, such as "OPENAI_API_KEY". The key itself is read at
        each request, sent to `base_url` only, and stands in no message, log or repr.
    temperature, max_tokens, seed : float, int and int, optional
        Sent when given; otherwise the server decides.
    timeout : float, default 120
        Seconds without a byte after which the server counts as silent.
    deadline : float, default 600
        Seconds for a whole reply, however slowly it trickles.
    retries : int, default 2
        How often to ask again after status 429 or 5xx or a broken line, with growing pauses or as long as the server
        asks for. Silence and other errors are not tried again.

    Raises
    ------
    ValueError, TypeError
        When an argument makes no sense, or a key would travel over the open internet without encryption.

    Notes
    -----
    Servers agree on the form and differ in details: names of options, counting of tokens, how errors look.

    Examples
    --------
    >>> ChatClient("llama3.2", base_url="http://127.0.0.1:8000/v1")
    A client of the model 'llama3.2' at http://127.0.0.1:8000/v1, without a key.
    """

    model: str
    base_url: str = OLLAMA
    key_variable: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    timeout: float = 120.0
    deadline: float = 600.0
    retries: int = 2

    def __post_init__(self) -> None:
        check_text("model", self.model, "Pass the name of a model of the server, such as 'llama3.2'.")
        address = check_address(self.base_url)
        if self.key_variable is not None:
            check_key_variable(self.key_variable, address)
        if self.temperature is not None:
            check_number("temperature", self.temperature, low=0, remedy="Use 0 for the most likely words.")
        if self.max_tokens is not None:
            check_integer("max_tokens", self.max_tokens, low=1)
        if self.seed is not None:
            check_integer("seed", self.seed, low=0)
        for name in ("timeout", "deadline"):
            check_number(name, getattr(self, name), above=0, high=1e6, remedy="Pass seconds, for example 60.")
        check_integer("retries", self.retries, low=0, high=20)

    def __repr__(self) -> str:
        key = "without a key" if self.key_variable is None else f"with the key in the variable {self.key_variable}"
        return f"A client of the model {self.model!r} at {self.base_url}, {key}."

    def __call__(self, messages: Sequence[Message]) -> str:
        """Return the text of the reply to a conversation."""
        return self.reply(messages).text

    def reply(self, messages: Sequence[Message]) -> ChatReply:
        """Return the reply to a conversation, complete.

        Parameters
        ----------
        messages : sequence of dict
            Each {"role": "system" | "user" | "assistant", "content": text}, the oldest first.

        Returns
        -------
        ChatReply
            The text, why it ended, tokens counted.

        Raises
        ------
        ValueError, TypeError
            When the messages are none.
        ChatError
            When the server gives no usable reply.
        """
        document = self._whole("/chat/completions", self._body(messages, stream=False))
        text, reason = _piece(document, self.base_url, whole=True)
        usage = document.get("usage")
        usage = usage if isinstance(usage, dict) else {}
        tokens = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
        counted = [token if isinstance(token, int) else None for token in tokens]
        return ChatReply(text, reason or "stop", str(document.get("model") or self.model), *counted)

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """Return an iterator over the pieces of the reply, each there as soon as the server has written it.

        Parameters
        ----------
        messages : sequence of dict
            As for `reply`.

        Returns
        -------
        iterator of str
            Joined they are the reply. A server that does not stream sends one piece.

        Raises
        ------
        ChatError
            As for `reply`; while iterating, with the text so far as `partial` when the stream breaks off.
        """
        return self._pieces(self._body(messages, stream=True))  # checked here, before the first piece is asked for

    def models(self) -> list[str]:
        """Return the names of the models that the server offers."""
        document = self._whole("/models", None)
        rows = document.get("data")
        if not isinstance(rows, list):
            raise ChatError(f"the server at {self.base_url} does not list its models. Name one by `model`.")
        return [row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]

    def _body(self, messages: Sequence[Message], *, stream: bool) -> bytes:
        """Return the request as JSON."""
        body: dict[str, Any] = {"model": self.model, "messages": check_messages(messages), "stream": stream}
        for name, kind in (("temperature", float), ("max_tokens", int), ("seed", int)):
            if getattr(self, name) is not None:
                body[name] = kind(getattr(self, name))  # numpy's numbers are no JSON
        return json.dumps(body).encode("ascii")

    def _pieces(self, body: bytes) -> Iterator[str]:
        """Yield the texts of a stream; say so when it ends before the model did."""
        said: list[str] = []
        document: dict[str, Any] = {}
        reason, begun = "", False
        try:
            for document in self._ask("/chat/completions", body):
                if document is DONE:  # some servers give no other reason
                    reason = reason or ("stop" if begun else "")
                    continue
                if document.get("choices") == []:  # some servers begin with a report, and end with counts
                    continue
                begun = True
                text, ended = _piece(document, self.base_url, whole=False)
                reason = ended or reason
                if text:
                    said.append(text)
                    yield text
            if not begun and document:
                _piece(document, self.base_url, whole=True)  # raises: there were no choices at all
            if not reason:
                raise ChatError(f"the server at {self.base_url} stopped in the middle of a reply. Ask again.")
        except ChatError as error:
            error.partial = "".join(said)
            raise

    def _whole(self, page: str, body: bytes | None) -> dict[str, Any]:
        """Return the one document of a reply that is not streamed."""
        documents = [document for document in self._ask(page, body) if document is not DONE]
        if len(documents) != 1:
            raise ChatError(
                f"the server at {self.base_url} sent {len(documents)} pieces in place of one reply. Use `stream`."
            )
        return documents[0]

    def _ask(self, page: str, body: bytes | None) -> Iterator[dict[str, Any]]:
        """Yield the documents of a reply; try again while nothing of it has come."""
        address = urlsplit(self.base_url.rstrip("/") + page)
        request = Request(address, body, Secret(read_key(self.key_variable)), self.timeout, self.deadline)
        for attempt in range(self.retries + 1):
            begun = False
            try:
                for document in receive(request):
                    begun = True
                    yield document
                return
            except TemporaryError as error:
                wait = FIRST_WAIT * 2**attempt if error.wait is None else error.wait
                if begun or attempt == self.retries or wait > LONGEST_WAIT:
                    raise
                wait *= 1 + random.Random().random() / 4  # many clients that wait alike would come back together
                logger.info("try %d of %d: %s; next in %.1f s", attempt + 1, self.retries + 1, error, wait)
            time.sleep(wait)


def _piece(document: dict[str, Any], base_url: str, *, whole: bool) -> tuple[str, str]:
    """Return the text in a document and why the reply ended ("" while it goes on)."""
    choices = document.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        raise ChatError(f"the server at {base_url} sent a reply without choices. Check `model` and the server's log.")
    part = choice.get("message") or choice.get("delta")
    text = part.get("content") if isinstance(part, dict) else None
    reason = choice.get("finish_reason")
    if isinstance(text, str):
        text = text.encode("utf-8", "replace").decode()  # half a character, as JSON can hold it, becomes "?"
        return text, reason if isinstance(reason, str) else ("stop" if "message" in choice else "")
    if whole or not (text is None and (part is None or isinstance(part, dict))):
        raise ChatError(f"the server at {base_url} sent a reply without text. Check `model` and the server's log.")
    return "", reason if isinstance(reason, str) else ""
