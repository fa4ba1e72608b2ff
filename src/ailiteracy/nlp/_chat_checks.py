"""Checks of what is sent to a chat server: messages, the address, the key.

The idea: a mistake is named here, before a byte leaves the machine; and no error shows what may be a key.

Left out: whether the server knows the model; only the server can say. Next: chat.py.
"""

from __future__ import annotations

import ipaddress
import os
import re
from typing import Any
from urllib.parse import SplitResult, urlsplit

from .._support.checks import check_choice, check_text, message

__all__ = ["OLLAMA", "check_address", "check_content", "check_key_variable", "check_messages", "read_key"]

OLLAMA = "http://localhost:11434/v1"  # where Ollama listens when nothing else is said
ROLES = ("system", "user", "assistant")
Message = dict[str, str]


def check_messages(messages: Any) -> list[Message]:
    """Return the messages of a conversation when they are such; extra fields are refused."""
    remedy = 'Pass a list such as [{"role": "user", "content": "Hello"}].'
    if not isinstance(messages, list | tuple):
        raise TypeError(message("messages", "a list of messages", messages, remedy))
    if not messages:
        raise ValueError(message("messages", "a list with at least one message", messages, remedy))
    for place, one in enumerate(messages):
        if not isinstance(one, dict) or set(one) != {"role", "content"}:
            raise TypeError(message(f"messages[{place}]", "a dict with role and content", one, remedy))
        check_choice(f"messages[{place}] role", one["role"], ROLES)
        check_content(f"messages[{place}] content", one["content"])
    return [{"role": one["role"], "content": one["content"]} for one in messages]


def check_content(argument: str, text: Any) -> str:
    """Return a text that is not blank and can be sent as UTF-8."""
    check_text(argument, text)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        remedy = 'Repair it with text.encode("utf-8", "replace").decode().'
        wrong = text[error.start : error.end]
        raise ValueError(message(argument, "a text of whole characters", wrong, remedy)) from None
    return str(text)


def check_address(base_url: Any) -> SplitResult:
    """Return the parts of an address that a request can be sent to."""
    remedy = f"Pass an address such as {OLLAMA!r}."
    check_text("base_url", base_url, remedy)
    try:
        address = urlsplit(str(base_url))
        port_fits = address.port is None or address.port > 0
    except ValueError:
        raise ValueError(message("base_url", "a web address", base_url, remedy)) from None
    if "@" in address.netloc or address.query or address.fragment:  # not shown: it may hold a password
        raise ValueError(
            "`base_url` must be an address without user name, password, ? and #. A key belongs into an environment "
            "variable: name that by `key_variable`."
        )
    if address.scheme not in ("http", "https") or not address.hostname or not port_fits:
        raise ValueError(message("base_url", "an address that begins with http:// or https://", base_url, remedy))
    if not base_url.isascii() or not base_url.isprintable() or " " in base_url:
        raise ValueError(message("base_url", "an address of ASCII characters without spaces", base_url, remedy))
    if address.path.rstrip("/").endswith("/chat/completions"):
        raise ValueError(message("base_url", "an address without its last part", base_url, "Leave /chat/... out."))
    return address


def check_key_variable(name: Any, address: SplitResult) -> None:
    """Refuse what is no name of a variable, without showing it, and ways on which a key could be read."""
    if not isinstance(name, str) or not re.fullmatch(r"[A-Z_][A-Z0-9_]*", name):
        raise ValueError(
            "`key_variable` must be the name of an environment variable in capitals, such as 'OPENAI_API_KEY'. What "
            "was given is not shown, since it may be a key. Set the variable to the key and pass its name."
        )
    if address.scheme == "http" and not _is_near(address.hostname or ""):
        raise ValueError(message("base_url", "an https address when a key is sent", address.netloc, "Use https://."))


def _is_near(host: str) -> bool:
    """Return whether a host is this machine or one of the same private network."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost"))


def read_key(variable: str | None) -> str:
    """Return the key that an environment variable holds; its value stands in no error."""
    if variable is None:
        return ""
    key = os.environ.get(variable, "").strip()
    if not key:
        raise ValueError(
            f"`key_variable` must name an environment variable that is set, got {variable!r}. Set it to your key "
            "before you start Python."
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError(f"the key in the variable {variable} holds spaces or unusual characters. Copy it again.")
    return key
