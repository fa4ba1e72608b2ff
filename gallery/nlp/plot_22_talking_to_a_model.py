"""
A model forgets you after every reply
=====================================

You will see what travels between a program and a language model: messages there, one message back. To run without a
network, the "model" here is a stub: a small server inside this script that answers by a rule and understands nothing.
Ollama, LM Studio, vLLM and hosted services take the same requests. Skipped here: what to do when a conversation gets
too long (the next example).
"""

# %%
# A stand-in for a model
# ----------------------
# It looks for a name in the messages it is given. That is all it can do.

# sphinx_gallery_tags = ["nlp", "beginner", "1 min"]

import http.server
import json
import threading


def rule(messages: list[dict]) -> str:
    names = [m["content"].split()[-1].strip(".") for m in messages if m["content"].startswith("My name is")]
    return f"Your name is {names[-1]}." if names else "I do not know your name."


# %%
# Around it the stub speaks as real servers do: it takes JSON, and sends JSON back, in one piece or word by word.


class Stub(http.server.BaseHTTPRequestHandler):
    troubles = ()  # what to refuse the next requests with

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(Stub.troubles.pop() if Stub.troubles else 200)
        self.send_header("Content-Type", "text/event-stream" if body["stream"] else "application/json")
        self.end_headers()
        parts = rule(body["messages"]).split(" ") if body["stream"] else [rule(body["messages"])]
        for place, text in enumerate(parts):
            said = {"content": text if place == len(parts) - 1 else text + " "}
            choice = {"delta": said, "message": said, "finish_reason": "stop" if place == len(parts) - 1 else None}
            data = json.dumps({"choices": [choice]}).encode()
            self.wfile.write(b"data: " + data + b"\n\n" if body["stream"] else data)

    def log_message(self, *words): ...


# %%
# The naive way: ask, and ask again
# ---------------------------------
# With a real server the first line would be ``ChatClient("llama3.2")``: Ollama's address is the default.

from ailiteracy.nlp import ChatClient, ChatError, ChatReply

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = ChatClient("stub", base_url=f"http://127.0.0.1:{server.server_port}/v1")
question = {"role": "user", "content": "What is my name?"}
print(client([{"role": "user", "content": "My name is Lena."}]))
print(client([question]))

# %%
# The second request knows nothing of the first. The server has kept no conversation; none of them does.
#
# The better way: send everything, every time
# -------------------------------------------
# A conversation is a list that the *program* keeps. The reply is appended, then the next question, and the whole list
# goes out again.

messages = [{"role": "system", "content": "You are a museum guide."}, {"role": "user", "content": "My name is Lena."}]
messages.append({"role": "assistant", "content": client(messages)})
messages.append(question)
reply = client.reply(messages)
print(isinstance(reply, ChatReply), reply.text, "| ended by:", reply.finish_reason)

# %%
# Word by word
# ------------
# A long reply takes time to write. As a stream its pieces arrive while the rest is still being written.

for piece in client.stream(messages):
    print(repr(piece), end=" ")
print()

# %%
# When things go wrong
# --------------------
# A busy server (429, 503) is asked again after a pause. An error that would come back is not repeated; it says what to
# do.

Stub.troubles = [503]
print("after one refusal:", client(messages))
Stub.troubles = [404]
try:
    client(messages)
except ChatError as error:
    print("status", error.status, "|", str(error).split(". ", 1)[1])
server.shutdown()
server.server_close()

# %%
# A key is never written into a program
# -------------------------------------
# Hosted models want a key. It stands in a variable of the environment, and the client is told the *name* of that
# variable. What is passed in its place by mistake is refused and not shown.

hosted = ChatClient("a-model", base_url="https://api.example.com/v1", key_variable="EXAMPLE_KEY")
print(hosted)
try:
    ChatClient("a-model", key_variable="sk-123456")
except ValueError as error:
    print(error)

# %%
# Try it
# ------
# Start a model of your own (``ollama run llama3.2``) and talk to it with ``ailiteracy chat``. Ask it the same question
# twice with ``temperature=0`` and twice with ``temperature=1.5``.
