// 由 jiekou 生成：发送前按协议写好并保护报文。请求正文是业务参数；应用标识和密钥在集合变量里填写。
{
  const read = (name) => pm.variables.get(name) || "";
  const resolved = (text) => pm.variables.replaceIn(text || "");
  const name = pm.info.requestName.split(" ")[0];
  const one = interfaces[name] || {};
  const typed = resolved(pm.request.body && pm.request.body.mode === "raw" ? pm.request.body.raw : "");
  const formOf = (text) => (text ? parseJSON(utf8(text)).list : []).filter((n) => n.kind !== "null") // numbers keep their digits
    .map((n) => [n.name, n.text].map((s) => url(s, "-_.~", true)).join("=")).join("&");
  const call = {
    app: read("app"), interface: name, frame: one.frame, method: pm.request.method, url: resolved(pm.request.url.toString()),
    headers: {}, payload: one.form ? formOf(typed) : typed, values: {},
  };
  if (!call.app) throw new Error("请先在集合变量中填写 app 和密钥");
  pm.request.headers.filter((h) => !h.disabled).forEach((h) => (call.headers[h.key] = resolved(h.value)));
  for (const input of inputs) if (read(input)) call.values[input] = read(input);
  const write = (token) => {
    if (token) call.values[login.input] = token;
    const sealed = seal(call, Object.keys(keyReaders).reduce((all, key) => Object.assign(all, { [key]: read(key) }), {}));
    const m = sealed.message;
    pm.variables.set("jiekou.sent", JSON.stringify(sealed.sent));
    pm.request.method = m.method;
    pm.request.url.update(m.scheme + "://" + m.host + m.path + (m.query ? "?" + m.query : ""));
    // Headers are bytes, one character each: Chinese goes as its UTF-8.
    Object.keys(m.headers).forEach((key) => pm.request.headers.upsert({ key, value: m.headers[key] }));
    const body = { mode: "raw", raw: string(m.body) };
    if (pm.request.body) pm.request.body.update(body);
    else if (m.body) pm.request.body = new (require("postman-collection").RequestBody)(body);
  };
  if (login && one.token && !read(login.input)) withToken(read, write, formOf);
  else write("");
}
