"""A model server such as people run behind a gateway, which remembers what reached it.

Speaks `POST /v1/chat/completions` as llama.cpp, Ollama and vLLM do, with and without streaming, and keeps
responses as vLLM and Azure do.
`GET /seen` tells the last request and whether its client went away.
"""

import http.server
import json
import pathlib
import sys
import time

seen: dict = {}
kept: dict = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/seen":
            self.whole(seen)
        elif self.path.split("?")[0].endswith("/input_items"):
            part = {"type": "input_text", "text": kept[self.response()]["asked"]}
            item = {"id": "msg_1", "type": "message", "role": "user", "status": "completed", "content": [part]}
            self.whole({"object": "list", "data": [item], "first_id": "msg_1", "last_id": "msg_1", "has_more": False})
        elif self.response() in kept:
            self.whole(kept[self.response()]["answer"])
        else:
            self.whole({"error": {"message": "not found", "code": "not_found"}}, status=404)

    def do_DELETE(self) -> None:
        kept.pop(self.response())
        self.whole({"id": self.response(), "object": "response.deleted", "deleted": True})

    def response(self) -> str:
        return self.path.split("?")[0].split("/")[3]

    def keep(self, body: dict) -> None:
        name = f"resp_{len(kept)}"
        content = [{"type": "output_text", "text": f"{body['model']} heard {body['input']}", "annotations": []}]
        message = {"id": "msg_2", "type": "message", "role": "assistant", "status": "completed", "content": content}
        answer = {"id": name, "object": "response", "created_at": 1, "status": "completed", "model": body["model"]}
        answer |= {"output": [message], "parallel_tool_calls": True, "tool_choice": "auto", "tools": []}
        kept[name] = {"asked": body["input"], "answer": answer}
        self.whole(answer)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen.update(path=self.path, headers=headers, body=body, gone=False)
        if self.path.endswith("/responses"):
            self.keep(body)
            return
        text = body["messages"][-1]["content"]
        if not body.get("stream"):
            message = {"role": "assistant", "content": f"{body['model']} heard {text}"}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
            self.whole({**self.named("chat.completion", body), "choices": [choice], "usage": usage})
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            for n in range(int(text)):
                choice = {"index": 0, "delta": {"content": f"{n} "}, "finish_reason": None}
                self.event(json.dumps({**self.named("chat.completion.chunk", body), "choices": [choice]}))
                time.sleep(0.05)
            self.event("[DONE]")
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            seen["gone"] = True
            self.close_connection = True

    def named(self, kind: str, body: dict) -> dict:
        return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": body["model"]}

    def whole(self, answer: dict, status: int = 200) -> None:
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def event(self, data: str) -> None:
        event = f"data: {data}\n\n".encode()
        self.wfile.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = pathlib.Path(sys.argv[1])
    address.with_suffix(".new").write_text(f"http://127.0.0.1:{server.server_port}")
    address.with_suffix(".new").rename(address)
    server.serve_forever()
