"""Calls systems and takes their notifications, as the test asks: a line of JSON each."""

import base64
import importlib
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

clients = {}
held = {}
now = {}


def answer(t):
    module = importlib.import_module(t["module"])
    values = importlib.import_module(t["module"] + "._values")
    models = module.models
    fields = lambda name: getattr(models, name)
    if t["do"] in ("call", "show"):
        make = lambda: getattr(module, t["client"])(t["url"], t["app"], t["keys"], values=t["values"], timeout=t.get("timeout", 30))
        if t["do"] == "show":
            return {"text": f"{make()!r} {make()}"}
        client = held.setdefault(t["hold"], None) or make() if "hold" in t else make()
        if "hold" in t:
            held[t["hold"]] = client
        request = values.decode(fields(t["requestFields"]), getattr(models, t["request"]), t["payload"])
        try:
            times = t.get("times", 1)
            with ThreadPoolExecutor(times) as pool:
                reply = list(pool.map(lambda _: getattr(client, t["method"])(request), range(times)))[-1]
            return {"payload": values.encode(fields(t["responseFields"]), reply)}
        except (module.RefusedError, module.ForgedReplyError, module.InvalidRequestError, module.UnreadableReplyError, module.NoReplyError) as e:
            return {"error": type(e).__name__, "text": str(e), "code": getattr(e, "code", ""), "problems": [p.field + " " + p.rule for p in getattr(e, "problems", [])]}
    if t["do"] == "time":
        times = importlib.import_module(t["module"] + "._times")
        moment = times.time_of(t["text"])
        return {"text": f"{round(moment.timestamp() * 1000)} {times.time_text(moment, 'yyyyMMddHHmmss')}"}
    pushes = []
    key = (t["module"], t["app"])
    if key not in clients:

        def handler(n):
            def act(value, d):
                clients[key][1].append({"cmd": d.cmd, "id": d.id, "payload": values.encode(fields(n["fields"]), value)})
                if now.get("slow"):
                    time.sleep(4)
                if now.get("fails"):
                    raise ValueError("not now")

            return act

        handlers = {n["method"]: handler(n) for n in t["notifications"]}
        clients[key] = [getattr(module, t["client"])(t["app"], t["keys"], **handlers, timeout=2, clock=lambda: now.get("now", 0) / 1000 or time.time()), pushes]
    now.update(now=t.get("now", 0), fails=t.get("fails"), slow=t.get("slow"))
    receiver = clients[key][0]
    clients[key][1] = pushes
    m = t["message"]
    a = receiver.handle(m["method"], m["url"], m["headers"], base64.b64decode(m["body"]))
    return {"status": a.status, "headers": dict(a.headers), "body": base64.b64encode(a.body).decode(), "pushes": pushes}


for line in sys.stdin:
    try:
        out = answer(json.loads(line))
    except Exception:
        import traceback

        out = {"error": "failed", "text": traceback.format_exc()}
    print(json.dumps(out), flush=True)
