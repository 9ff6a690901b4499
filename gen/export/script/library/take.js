// arrived makes a message of a notification: {method, url, headers, body (a byte string)}.
function arrived(message, keys, own) {
  const at = /^(?:([a-z]+):\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/.exec(message.url || "/");
  const m = start({
    method: message.method || "POST", scheme: at[1] || "https", host: at[2] || "", path: at[3], query: at[4] || "",
    headers: message.headers, body: message.body || "", keys: keys.pairs, now: String(BigInt(own.now || Date.now()) * 1000000n),
  }, null);
  m.held = false;
  m.host = m.host || m.headers.Host || "";
  Object.assign(m.values, keys.secrets, { app: utf8(own.app), interface: utf8(own.interface || ""), frame: "", method: m.method,
    scheme: m.scheme, host: m.host, path: m.path, query: m.query, body: m.body });
  urls(m);
  return m;
}

// refusing says of what fails with which code or rule it is refused, and of which field.
function refusing(code, act, field) {
  try {
    act();
  } catch (e) {
    if (e.refusal === undefined) Object.assign(e, { refusal: code, field });
    throw e;
  }
}

// takeFirst reads a notification as the first of some forms that it has. What it throws
// has the message as far as it was read.
function takeFirst(forms, make) {
  for (const f of forms) {
    const m = make();
    f.bound.forEach((name) => delete m.values[name]);
    if (!f.when(m)) continue;
    try {
      f.read(m);
      if (!f.later(m)) continue;
    } catch (e) {
      if (f.asks) continue; // it does not have what the form asks for
      m.known = e.refusal !== undefined; // it has the form, so that it is answered with the keys
      throw Object.assign(e, { taken: m });
    }
    m.known = m.proved = true;
    try {
      f.guard(m);
    } catch (e) {
      throw Object.assign(e, { taken: m });
    }
    m.held = true; // all but what counts once
    m.echo = f.echo;
    m.named = f.named && string(m.values[f.named] || "");
    return m;
  }
  throw Object.assign(form("the message"), { refusal: "json", taken: make() });
}

// countsOnce notes a value that must not come again. The receiver keeps it until then, in
// milliseconds; 0 is for good.
function countsOnce(m, name, keep, refusal) {
  if (m.absent[name]) return;
  if (m.values[name].length > 256) throw refused(name, "it is longer than is kept");
  m.once = (m.once || []).concat({ value: string(m.values[name]), keep, refusal });
}

function until(m, name, time) {
  if (BigInt(m.now) > BigInt(time)) throw refused(name, "the time is over");
}

function since(m, name, time, nanoseconds) {
  if (BigInt(time) > BigInt(m.now) + nanoseconds) throw refused(name, "the time has not come");
}

function fitsPattern(m, name, pattern) {
  if (!pattern.test(string(m.values[name] || ""))) throw refused(name, "it does not have the form that is declared");
}

// writeAnswer answers a notification: {ok, code, text, payload (JSON)}. It is null where the
// protocol has no answer for somebody who is not known.
function writeAnswer(answers, trusts, call, o, keys, now) {
  const m = start({
    sending: true, method: "", scheme: "https", host: "", path: "", query: "", draft: "", headers: {}, body: "", payload: utf8(o.payload || ""),
    keys: keys.pairs, now: String(BigInt(now || Date.now()) * 1000000n),
  }, call);
  Object.assign(m.values, keys.secrets, {
    now: m.now, random: randomBytes(32), app: call.values.app, interface: call.values.interface || "", frame: "", payload: m.payload,
    id: hex(randomBytes(16)), code: utf8(o.code), text: utf8(o.text || ""), method: "", scheme: "https", host: "", path: "", body: "",
  });
  m.json.payload = true;
  const fitting = (known) => answers.find((a) => (known || a.outcomes.includes("unknown")) && a.codes.every((one) => glob(one, m.values.code)) &&
    a.outcomes.every((one) => ({ success: o.ok, failure: !o.ok && known, unknown: !known })[one]) && a.when(m));
  let one = call.echo || fitting(Boolean(call.known));
  if (one && one.seals && !o.ok && !call.proved && !trusts) one = fitting(false) || one;
  if (!one) return null;
  const [here, other] = o.ok ? [one.success, one.failure] : [one.failure, one.success];
  other.filter((c) => !c.builtin).forEach((c) => {
    set(m, c.at, "");
    m.absent[c.at] = true;
  });
  here.filter((c) => c.texts.length && !c.texts.some((t) => t.text === m.values[c.at])).forEach((c) => set(m, c.at, c.texts[0].text, c.texts[0].json));
  one.write(m);
  const status = one.status.find((s) => s.code === o.code) || one.status.find((s) => s.code === "success" && o.ok) || one.status.find((s) => s.code === "*");
  return { status: status ? status.status : 200, headers: m.headers, body: m.body };
}
