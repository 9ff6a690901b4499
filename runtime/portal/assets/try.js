// Calling an interface out of its page: a form, the script of the protocol that seals the
// request and opens the reply, and what came. What is entered stays in the page.
"use strict";
(() => {
  const box = document.getElementById("console");
  const call = JSON.parse(box.dataset.call), inputs = JSON.parse(box.dataset.inputs) || [];
  const login = call.token && JSON.parse(box.dataset.login || "null");
  const refusals = JSON.parse(box.dataset.refusals); // by code
  const named = new URL(box.dataset.send);
  const server = named.host === location.host ? box.dataset.send.replace(named.origin, location.origin) : box.dataset.send; // a proxy may not say that it has TLS
  // base is a path of a proxy that has the server below it and takes the path away: the message
  // is made for the path that the server sees.
  const origin = new URL(server).origin, base = new URL(server).pathname.replace(/\/$/, "");
  const p = portalProtocol;

  const { make, told, fail, labelled, plainInput, area, scopeOf, settle, parsed, objectOf, pretty, fillAll, lessen } = window.portalForm;

  for (const one of inputs) {
    one.control = one.lines ? area("", 3) : plainInput({});
    if (one.secret) one.control.className = "secret"; // no password field: browsers offer to store those
  }
  const form = scopeOf(call.fields || [], null), fields = form.fields;
  const inBody = fields.filter((f) => f.in === "body"), outside = fields.filter((f) => f.in !== "body");
  const raw = area(call.raw || "", 10), isRaw = make("input", { type: "checkbox", checked: Boolean(call.raw), disabled: Boolean(call.raw) });
  const rows = make("div", {}, ...inBody.map((f) => f.row));
  const rawRow = labelled("JSON", "", false, raw);

  // Files stand beside the fields of a body of several parts.
  const files = [], fileRows = make("div", {});
  function addFile() {
    const name = plainInput({ value: "file" }), file = make("input", { type: "file" });
    files.push({ name, file });
    fileRows.append(make("div", { className: "item" }, labelled("file-name", ["文件的参数名", "name of the file's part"], false, name), labelled("file", ["文件，不选则不传", "file; none: left out"], false, file)));
  }
  async function picked() {
    const out = [];
    for (const one of files.filter((f) => f.file.files.length)) {
      const file = one.file.files[0], body = p.chars(new Uint8Array(await file.arrayBuffer()));
      out.push({ name: p.utf8(one.name.value.trim()), file: p.utf8(file.name), type: p.utf8(file.type || "application/octet-stream"), body });
    }
    return out;
  }

  function payload() {
    if (!call.body) return "";
    if (isRaw.checked) return parsed(raw.value, "JSON") && raw.value.trim();
    return objectOf(inBody);
  }
  function lines(text) {
    try {
      return pretty(p.parseJSON(text));
    } catch {
      return readable(text);
    }
  }
  const most = 4096; // bytes that are shown of what is no text, such as a file
  const readable = (bytes) => (p.isText(bytes) ? p.string(bytes) : "hex " + p.hex(bytes.slice(0, most)) + (bytes.length > most ? "… " + bytes.length : ""));
  function switched() {
    try {
      if (isRaw.checked) raw.value = lines(p.utf8(objectOf(inBody)));
      else back();
    } catch (e) {
      isRaw.checked = !isRaw.checked;
      complain(e);
    }
    rows.hidden = isRaw.checked;
    rawRow.hidden = !isRaw.checked;
  }
  // back takes the members of the text into the form.
  function back() {
    fillAll(inBody, parsed(raw.value, "JSON"), "JSON");
    settle(form);
  }

  // The message.
  function address() {
    const given = outside.filter((f) => f.control.value !== "" && !f.barred);
    let path = call.path || "";
    const elsewhere = given.find((one) => one.in === "path" && /^\.{1,2}$/.test(one.control.value));
    if (elsewhere) throw fail(elsewhere.name + " 写在路径里，不能是 " + elsewhere.control.value, elsewhere.name + " is in the path, where " + elsewhere.control.value + " leads elsewhere");
    for (const f of given.filter((one) => one.in === "path")) path = path.replaceAll("{" + f.name + "}", encodeURIComponent(f.control.value));
    const open = /\{([^}]*)\}/.exec(path);
    if (open) throw fail("请填写 " + open[1], open[1] + " is needed");
    const query = given.filter((f) => f.in === "query").map((f) => encodeURIComponent(f.sent || f.name) + "=" + encodeURIComponent(f.control.value)).join("&");
    return origin + path + (query ? "?" + query : "");
  }
  function formOf(text) {
    return (text ? p.parseJSON(p.utf8(text)).list : []).filter((n) => n.kind !== "null")
      .map((n) => [n.name, n.text].map((s) => p.url(s, "-_.~", true)).join("=")).join("&");
  }
  function keysOf() {
    const values = {}, keys = {};
    for (const one of inputs) {
      const text = one.lines ? one.control.value : one.control.value.trim();
      if (one.key) keys[one.name] = text;
      else if (one.name !== "app" && text) values[one.name] = text;
    }
    const app = inputs.find((one) => one.name === "app").control.value.trim();
    if (!app) throw fail("请先填写应用标识和密钥", "Enter the app and its keys first");
    return { app, keys, values };
  }
  async function sealed() {
    const headers = Object.assign({}, call.headers), { app, keys, values } = keysOf();
    for (const f of outside) if (f.in === "header" && f.control.value !== "" && !f.barred) headers[f.sent || f.name] = f.control.value;
    for (const f of outside) if (f.in === "cookie" && f.control.value !== "" && !f.barred) headers.Cookie = (headers.Cookie ? headers.Cookie + "; " : "") + (f.sent || f.name) + "=" + encodeURIComponent(f.control.value);
    const typed = payload(), chosen = await picked();
    const out = p.seal({
      app, interface: box.dataset.cmd, frame: call.frame, method: call.method, url: address(), headers, payload: call.form ? formOf(typed) : typed, values, files: chosen,
    }, keys);
    return Object.assign(out, { keys });
  }

  // The token of the call: a login gets it, with what the document itself says of its request.
  let until = Infinity; // when the token ends that a login got
  const holder = login && inputs.find((one) => one.name === login.input).control;
  function loginSealed() {
    const { app, keys, values } = keysOf(), own = login.call, given = p.parseJSON(p.utf8(JSON.stringify(login.payload))).list, rest = [];
    delete values[login.input];
    const headers = Object.assign({}, own.headers), query = [];
    for (const n of given) {
      const f = (own.fields || []).find((one) => one.name === p.string(n.name)), text = p.string(n.text || "");
      if (f && f.in === "header") headers[f.sent || f.name] = text;
      else if (f && f.in === "query") query.push(encodeURIComponent(f.sent || f.name) + "=" + encodeURIComponent(text));
      else rest.push(p.string(n.name));
    }
    const body = own.body ? JSON.stringify(Object.fromEntries(Object.entries(login.payload).filter(([name]) => rest.includes(name)))) : "";
    return Object.assign(p.seal({
      app, interface: login.cmd, frame: own.frame, method: own.method, url: origin + (own.path || "") + (query.length ? "?" + query.join("&") : ""), headers, payload: own.form ? formOf(body) : body, values,
    }, keys), { keys });
  }
  const member = (payload, path) => path.reduce((found, name) => (found ? found[name] : undefined), path.length ? JSON.parse(payload) : undefined);
  // authorized sees to a token that is good as far as is known, and not the refused one. What
  // keeps it from that is shown; then there is none.
  async function authorized(refused) {
    const token = holder.value.trim();
    if (token && token !== refused && Date.now() < until) return true;
    const s = loginSealed(), asked = Date.now(), reply = await sent(s), r = judged(s, reply), got = r.ok && member(r.payload, login.value);
    if (!got) {
      shown(s, reply, r);
      result.prepend(told("p", ["登录没有成功，没有令牌：", "The login failed, there is no token:"], { className: "warn" }));
      return false;
    }
    const seconds = Number(member(r.payload, login.seconds)) || login.lasts;
    until = asked + 1000 * (seconds - Math.min(60, seconds / 10));
    holder.value = String(got);
    return true;
  }
  const stale = (reply, r) => !r.ok && (login.codes.includes(r.code) || (reply.status === 401 && !r.code));

  // What is shown does not hold secrets: a name stands for each.
  function masked(s, bytes) {
    let text = readable(bytes);
    for (const one of inputs.filter((i) => i.secret && !i.lines)) {
      const secret = s.message.values[one.name], typed = one.control.value.trim();
      for (const part of [secret && readable(secret), typed, encodeURIComponent(typed)]) if (part && part.length > 2) text = text.replaceAll(part, "‹" + one.name + "›");
    }
    return text;
  }
  function wire(s) {
    const m = s.message;
    const head = Object.keys(m.headers).map((name) => name + ": " + masked(s, m.headers[name])).join("\n");
    return m.method + " " + base + masked(s, m.path + (m.query ? "?" + m.query : "")) + "\n" + head + (m.body ? "\n\n" + masked(s, m.body) : "");
  }
  function block(text) {
    return make("pre", { tabIndex: 0 }, make("code", { textContent: text }));
  }
  function steps(s) {
    const list = make("ol", { className: "steps" });
    let last = null;
    for (const one of s.message.steps || []) {
      if (last && last.name === one.name && last.text === one.text) continue; // any-case changes nothing
      last = one;
      const head = make("div", {}, make("code", { textContent: one.name }), " ");
      head.append(one.what ? make("code", { className: "step", textContent: one.what }) : told("span", ["的文本", "its text"]));
      list.append(make("li", {}, head, block(masked(s, one.text))));
    }
    return make("details", { open: true }, told("summary", ["各步的结果（‹名称›代表密钥）", "Step by step (‹name› stands for a key)"]), list,
      told("h3", ["报文", "Message"]), block(wire(s)));
  }

  // Sending.
  function request(s) {
    const m = s.message, headers = {};
    for (const name of Object.keys(m.headers)) if (name !== "Host") headers[name] = m.headers[name];
    const body = m.body ? Uint8Array.from(m.body, (ch) => ch.charCodeAt(0)) : undefined;
    if (body && /^(GET|HEAD)$/.test(m.method)) throw fail("浏览器不能发送带正文的 " + m.method, "a browser sends no body with " + m.method);
    const own = { method: m.method, headers, body, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer", redirect: "manual" };
    const out = new Request(m.scheme + "://" + m.host + base + m.path + (m.query ? "?" + m.query : ""), own);
    const lost = Object.keys(headers).filter((name) => !out.headers.has(name));
    if (lost.length) throw fail("浏览器不允许网页发送请求头 " + lost.join("、"), "a browser lets no page send the header " + lost.join(", "));
    return out;
  }
  // unreached says why nothing came of a request: the server is not there, or it is, and lets
  // no page of this origin read what it answers.
  async function unreached(r) {
    const down = fail("连不上 " + server + "：服务没有运行，或者网络不通", "Cannot reach " + server + ": it is down, or the network is");
    if (origin === location.origin) return down;
    if (location.protocol === "https:" && !/^(https:|http:\/\/(localhost|127\.|\[::1\]))/.test(server))
      return fail("浏览器不让 https 的网页请求 " + server + "：文档要用它的 https 地址生成", "A browser lets no page of https call " + server + ": write these pages for an address of it with https");
    const probe = { mode: "no-cors", cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" };
    if (!(await fetch(server + "/livez", probe).then(() => true, () => false))) return down;
    if (!/^https?:$/.test(location.protocol))
      return fail(server + " 在运行，但从磁盘打开的网页没有来源，不能调用它：把这个文件夹放到网站上再打开", server + " is up, but a page that was opened from a disk has no origin and cannot call it: put this folder onto a web site");
    const safe = /^(accept(-language)?: |content-language: |content-type: (text\/plain|multipart\/form-data|application\/x-www-form-urlencoded)\b)/;
    const asks = !/^(GET|HEAD|POST)$/.test(r.method) || [...r.headers].some((pair) => !safe.test(pair.join(": "))); // before it sends
    return fail(`${server} 在运行，但不接受 ${location.origin} 的网页的调用。请它的运维加上设置 JIEKOU_ORIGINS=${location.origin}。${asks ? "报文没有送出。" : "报文已经送出，可能已经执行，只是应答读不到。"}`,
      `${server} is up, but takes no calls from pages of ${location.origin}. Ask whoever runs it to set JIEKOU_ORIGINS=${location.origin}. ${asks ? "The message was not sent." : "The message was sent and may have been carried out; only its reply cannot be read."}`);
  }
  async function sent(s) {
    const r = request(s), start = performance.now();
    let answer, body;
    try {
      answer = await fetch(r);
      body = p.chars(new Uint8Array(await answer.arrayBuffer()));
    } catch {
      throw await unreached(r);
    }
    const headers = {};
    answer.headers.forEach((value, name) => { headers[name] = p.utf8(value); });
    return { status: answer.status, headers, body, took: Math.round(performance.now() - start), date: answer.headers.get("Date") };
  }
  function judged(s, reply) {
    try {
      return p.open({ status: reply.status, headers: reply.headers, body: reply.body }, s.sent, s.keys);
    } catch (e) {
      return { error: e.message };
    }
  }
  // unknown says that the server does not know the app: its refusal carries nothing, since it has no key for it.
  function unknown() {
    const app = keysOf().app, code = box.dataset.unknown, out = make("div", {});
    out.append(told("strong", ["服务器不认识这个应用", "The server does not know this app"], { className: "bad" }), " ", make("code", { textContent: app }));
    if (code) out.append(" ", make("a", { href: "errors.html#code-" + encodeURIComponent(code) }, make("code", { textContent: code })));
    out.append(told("p", ["检查应用标识有没有写错；它要在这台服务器上登记过，并且没有停用。应答没有签名：服务器没有这个应用的密钥。",
      "Look at the id of the app: it has to be registered with this server, and not switched off. The reply is not signed, since the server has no key of the app."]));
    return [out];
  }
  // advised says what a partner looks at after a refusal: what the code says, and where it is
  // about who calls, what he entered, since the message itself is as the protocol says.
  function advised(r, reply) {
    const of = refusals[r.code] || {}, list = [];
    if (of.who || (!r.proved && /^40[13]$/.test(reply.status))) {
      const named = inputs.map((one) => one.name).join("、");
      list.push([`报文是按协议、用上面填写的内容写的，所以先核对填写的内容：${named} 与这台服务器登记的逐字相同，没有多余的空白；不是另一个应用或另一个环境的；换过密钥的用新的。`,
        `The message is what the protocol says for what you entered, so look at that first: ${inputs.map((one) => one.name).join(", ")} must be exactly what this server has, without blanks, of this app and this environment, and the newest if keys were changed.`]);
      const off = apart(reply.date);
      if (Math.abs(off) <= 30) list.push([`本机时钟与服务器相差 ${Math.abs(off)} 秒，不是原因。`, `This machine's clock and the server's differ by ${Math.abs(off)} s, which is not the cause.`]);
      else list.push(["再看本机时钟：与服务器相差太多的报文会被拒绝。", "Then at this machine's clock: a message is refused whose time is too far from the server's."]);
      if (!r.proved) list.push(["应答没有签名：服务器没有认出调用方，不能用双方的密钥写应答。", "The reply is not signed: the server did not find out who calls, so it has no key of both sides to sign with."]);
      list.push(["仍然不清楚时，把应用标识、时间和下面的报文告诉我方；不要把密钥发给任何人。", "If that does not help, tell us the app's id, the time and the message below. Send the keys to nobody."]);
    } else list.push(...(of.advice || []).map((h) => [h.Text, h.English]));
    return list.length ? [make("ul", { className: "advice" }, ...list.map((words) => told("li", words)))] : [];
  }
  function verdict(r, reply) {
    if (!r.ok && !r.code && reply.status === 401) return unknown();
    if (r.error) return [told("strong", ["应答没有通过验证", "The reply is not what the protocol says"], { className: "bad" }), " ", told("span", window.portalSaid(r.error)),
      told("p", ["常见原因：密钥不对，或者应答不是本系统的。", "Often a key is wrong, or somebody else answered."])];
    const code = make("a", { href: "errors.html#code-" + encodeURIComponent(r.code) }, make("code", { textContent: r.code }));
    const out = [r.ok ? told("strong", ["成功", "Success"], { className: "ok" }) : told("strong", ["被拒绝", "Refused"], { className: "bad" }), " "];
    if (r.code) out.push(r.ok ? make("code", { textContent: r.code }) : code, " ");
    out.push(r.text, " ", r.proved ? told("span", ["应答已验证", "reply verified"], { className: "tag ok" })
      : told("span", ["应答没有签名，无法验证", "the reply proves nothing: it is not signed"], { className: "tag" }));
    return out;
  }
  // apart is by how many seconds this machine's clock is fast; NaN where the reply does not say.
  const apart = (date) => Math.round((Date.now() - Date.parse(date || "")) / 1000);
  function clock(date) {
    const off = apart(date);
    if (!(Math.abs(off) > 30)) return [];
    const n = Math.abs(off), words = off > 0 ? ["快", "fast"] : ["慢", "slow"];
    return [told("p", [`本机时钟比服务器${words[0]} ${n} 秒，签名可能因此被拒绝。`, `This machine's clock is ${n} seconds ${words[1]}, for which signatures may be refused.`], { className: "warn" })];
  }
  function shown(s, reply, r) {
    const out = make("div", { className: "verdict" }, ...verdict(r, reply), make("span", { className: "small", textContent: ` HTTP ${reply.status} · ${reply.took} ms` }));
    if (!r.ok && r.code) out.append(...advised(r, reply));
    result.replaceChildren(out, ...clock(reply.date));
    if (r.payload) result.append(told("h3", ["业务数据", "Payload"]), block(lines(p.utf8(r.payload))));
    result.append(make("details", { open: Boolean(r.error) }, told("summary", ["应答原文", "Reply as it came"]), block(masked(s, reply.body))), steps(s));
    result.scrollIntoView({ block: "nearest" });
  }
  const result = make("div", { className: "result" });
  result.setAttribute("role", "status");
  function complain(e) {
    result.replaceChildren(told("p", e.words || ["不能写出报文：" + window.portalSaid(e.message)[0], "The message cannot be made: " + e.message], { className: "warn" }));
  }
  async function exchanged(send) {
    let s = await sealed();
    result.replaceChildren(steps(s));
    if (!send) return;
    let reply = await sent(s), r = judged(s, reply);
    if (login && stale(reply, r)) {
      if (!(await authorized(holder.value.trim()))) return;
      s = await sealed();
      reply = await sent(s);
      r = judged(s, reply);
    }
    shown(s, reply, r);
  }
  async function act(button, send) {
    button.disabled = true;
    result.replaceChildren();
    try {
      if (!send || !login || (await authorized(""))) await exchanged(send);
    } catch (e) {
      const made = [...result.childNodes];
      complain(e);
      result.append(...made);
    }
    button.disabled = false;
  }

  // The page.
  const labels = { 应用标识: "id of the app", 密钥: "key", 发放给应用的令牌: "token that was issued to the app", "发放给应用的令牌，留空则自动登录获取": "token that was issued to the app; left empty, the page logs in" };
  function part(words, ...children) {
    return make("fieldset", {}, told("legend", words), ...children);
  }
  const who = part(["应用和密钥", "App and keys"], told("p", ["只留在本页的内存里：不保存，刷新或离开后消失；只按协议用来写报文和验证应答。", "Kept in the memory of this page only: not stored, gone when you reload or leave. They make the message and verify the reply, as the protocol says."],
    { className: "small" }), ...inputs.map((one) => labelled(one.name, [one.label || "", labels[one.label] || one.label || ""], false, one.control)));
  if (inputs.some((one) => one.secret)) {
    const look = make("input", { type: "checkbox", id: "try-keys" });
    look.addEventListener("change", () => who.classList.toggle("plain", look.checked));
    who.append(make("label", { className: "mode" }, look, " ", told("span", ["显示密钥", "Show the keys"])));
  }
  const what = part(["请求", "Request"], ...outside.map((f) => f.row));
  if (call.body) {
    const mode = make("label", { className: "mode" }, isRaw, " ", told("span", ["直接写 JSON", "Write JSON"]));
    isRaw.id = "try-raw";
    what.append(mode, told("p", ["留空的参数不传。", "What is empty is left out."], { className: "small" }), rows, rawRow);
    rows.hidden = Boolean(call.raw);
    rawRow.hidden = !call.raw;
    isRaw.addEventListener("change", switched);
  }
  if (call.files) {
    const more = told("button", ["添加文件", "Add a file"], { type: "button", className: "more" });
    more.addEventListener("click", addFile);
    addFile();
    what.append(fileRows, more);
  }
  const less = told("button", ["只留必填", "Required only"], { type: "button" });
  less.addEventListener("click", () => {
    fields.forEach(lessen);
    settle(form);
  });
  if (fields.some((f) => !f.required || f.fields)) what.append(less);
  const send = told("button", ["发送", "Send"], { type: "button", id: "try-send", className: "main" });
  const look = told("button", ["只看报文", "Only make the message"], { type: "button", id: "try-seal" });
  send.addEventListener("click", () => act(send, true));
  look.addEventListener("click", () => act(look, false));
  box.append(make("p", { className: "small" }, told("span", ["发到", "Sent to"]), " ", make("code", { textContent: server })), who, what, make("p", { className: "buttons" }, send, " ", look), result);
  what.addEventListener("input", () => settle(form));
  settle(form);
  window.portalTry = { make, told, fail, block, masked, labelled, area, inputs, call, keysOf, base };
})();
