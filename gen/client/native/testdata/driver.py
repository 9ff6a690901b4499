"""Carries out what the test asks, a line of JSON each."""

import base64
import importlib
import json
import sys

held = []


def answer(t):
    p = importlib.import_module(t["module"]).PROTOCOL
    FilePart = importlib.import_module(t["module"].rpartition(".")[0] + "._message" if "." in t["module"] else "held._message").FilePart
    do = t["do"]
    if do == "seal":
        c = t["call"]
        m = p.seal(t["keys"], app=c["app"], interface=c["interface"], method=c.get("method", "POST"), url=c.get("url", ""), payload=c["payload"], now=t["now"],
                   headers=c.get("headers") or {}, values=c.get("values") or {}, id=c.get("id", ""), body=c.get("body", ""),
                   files=[FilePart(f["name"], base64.b64decode(f["body"]), f["file"], f["type"]) for f in c.get("files") or []])
        held.append(m)
        return message(m)
    if do == "open":
        r = t["message"]
        v = p.open(held[t["handle"]], t["keys"], r["status"], r["headers"], base64.b64decode(r["body"] or ""), t["now"])
        return {"ok": v.ok, "code": v.code, "payload": v.payload}
    if do == "take":
        r = t["message"]
        out = {}
        try:
            m = p.take(t["keys"], r["method"], r["url"], r["headers"], base64.b64decode(r["body"] or ""), app=t["app"], interface=t["interface"], now=t["now"])
            out["payload"] = m.values.get("payload", b"").decode()
        except Exception as e:
            m = getattr(e, "taken", None)
            if m is None:
                raise
            out["error"] = str(e)
        held.append(m)
        return {**out, "handle": len(held) - 1}
    m = p.answer(held[t["handle"]], t["keys"], ok=t["ok"], code=t["code"], text=t["text"], payload=t["payload"], now=t["now"])
    return message(m) if m else {}


def message(m):
    return {"handle": len(held) - 1, "status": m.status, "method": m.method, "scheme": m.scheme, "host": m.host, "path": m.path.decode(), "query": m.query.decode(),
            "headers": {name: text.decode() for name, text in m.headers.items()}, "body": base64.b64encode(m.body).decode()}


for line in sys.stdin:
    try:
        out = answer(json.loads(line))
    except Exception as e:
        import traceback

        out = {"error": f"{type(e).__name__}: {e}", "trace": traceback.format_exc()}
    print(json.dumps(out), flush=True)
