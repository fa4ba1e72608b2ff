"""The command `ailiteracy chat`: a conversation in a terminal, or through a pipe.

The idea: each line is a message, and its reply appears while it is written. Ctrl-C stops a reply and the conversation
goes on; what was not finished is not kept. With --memory a file takes what was said and what is worth keeping.

Left out: messages of several lines. Next: ``nlp/conversation.py`` and ``nlp/chat.py``.
"""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ._output import show
from ._support.checks import message
from ._support.language import say

__all__ = ["chat"]

PERSONA = "You are a friendly museum guide. Answer in a few plain sentences. Say so when you do not know."
HELP = "Commands: /notes lists what is kept, /forget N deletes a note, /quit ends. Ctrl-C stops a reply."


def chat(
    text: Annotated[str | None, typer.Argument(help="One message; without it, one a line is read.")] = None,
    base_url: Annotated[
        str, typer.Option("--base-url", help="The server: Ollama, LM Studio, vLLM or a hosted one.")
    ] = "http://localhost:11434/v1",
    model: Annotated[
        str | None, typer.Option("--model", help="The model's name.", show_default="the first one")
    ] = None,
    system: Annotated[str, typer.Option("--system", help="Who the model shall be.")] = PERSONA,
    memory: Annotated[Path | None, typer.Option("--memory", help="Keep and continue the conversation there.")] = None,
    key_variable: Annotated[
        str | None, typer.Option("--key-variable", help="The environment variable that holds the key.")
    ] = None,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds to wait for a silent server.")] = 120.0,
) -> None:
    """Talk to a language model on this machine or elsewhere."""
    from .nlp.chat import ChatClient
    from .nlp.conversation import Conversation
    from .nlp.memory import Memory

    client = ChatClient(model or "any", base_url=base_url, key_variable=key_variable, timeout=timeout)
    if model is None:
        client = ChatClient(first_model(client), base_url=base_url, key_variable=key_variable, timeout=timeout)
    with Memory(memory) as kept:
        conversation = Conversation(client, system=system, memory=kept)
        if text is not None:
            reply_to(conversation, text)
        else:
            talk(conversation)


def first_model(client: Any) -> str:
    """Return the name of the first model that the server offers."""
    names = client.models()
    if not names:
        remedy = "Load one into the server, for example with `ollama pull llama3.2`."
        raise ValueError(message("model", "given, since the server offers none", None, remedy))
    return str(names[0])


def talk(conversation: Any) -> None:
    """Read messages line by line and show the replies, until the end of the input."""
    person = sys.stdin is not None and sys.stdin.isatty()
    if person:
        client = conversation.client
        show(say("{model} at {address}.").format(model=client.model, address=client.base_url) + f" {say(HELP)}")
    while (line := read_line(person)) is not None:
        if not line.strip():
            continue
        if line.strip() == "/quit":
            return
        try:
            command(conversation, line.strip()) if line.startswith("/") else reply_to(conversation, line)
        except KeyboardInterrupt:
            if not person:
                raise
            show("\n" + say("(stopped; this message and its reply are not kept)"))
        except (ValueError, OSError, RuntimeError) as error:
            if not person:  # a script must see that something failed
                raise
            show(f"\n{error}")


def read_line(person: bool) -> str | None:
    """Return the next message, or None at the end."""
    if person:
        try:
            return input("> ")
        except EOFError:
            show("")
            return None
    data = b"" if sys.stdin is None else sys.stdin.buffer.readline()
    if not data:
        return None
    try:
        return data.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        remedy = "Save the text as UTF-8 and try again."
        raise ValueError(message("text", "UTF-8 text", data[error.start : error.end], remedy)) from None


def reply_to(conversation: Any, text: str) -> None:
    """Show the reply to a message while it is written."""
    from .nlp._chat_stream import printable

    for piece in conversation.stream(text):
        if sys.stdout is not None:
            sys.stdout.write(printable(piece))  # a model's text cannot steer the terminal
            sys.stdout.flush()
    show("")


def command(conversation: Any, line: str) -> None:
    """Do what a line that begins with a stroke asks for."""
    name, _, number = line.partition(" ")
    if name == "/notes":
        for note in conversation.memory.notes():
            show(f"{note.id:4}  {note.text}")
    elif name == "/forget" and number.strip().isdecimal():
        conversation.memory.forget(int(number))
        show(say("Note {number} is gone.").format(number=number.strip()))
    else:
        show(say(HELP))
