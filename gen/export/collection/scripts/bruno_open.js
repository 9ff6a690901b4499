// 由 jiekou 生成：验证并解开应答，业务数据显示在控制台里。
{
  const read = (name) => bru.getEnvVar(name) || bru.getVar(name) || bru.getCollectionVar(name) || "";
  const headers = Object.entries(res.getHeaders()).reduce((all, [key, value]) => Object.assign(all, { [key]: utf8(String(value)) }), {});
  let result = null;
  test("应答可信，且符合协议", function () {
    const keys = Object.keys(keyReaders).reduce((all, key) => Object.assign(all, { [key]: read(key) }), {});
    const raw = res.getBody();
    result = open({ status: res.getStatus(), headers, body: utf8(typeof raw === "string" ? raw : JSON.stringify(raw)) }, JSON.parse(bru.getVar("jiekou_sent")), keys);
  });
  if (result) {
    console.log(req.getName(), result.code, result.text, result.payload || "{}");
    if (login && result.ok && req.getName().split(" ")[0] === login.cmd) {
      const token = login.value.reduce((found, name) => (found ? found[name] : undefined), JSON.parse(result.payload || "{}"));
      if (token) bru.setVar(login.input, String(token)); // the requests that carry it read it
    }
    test("错误码在文档中：" + (result.code || "成功"), function () {
      if (!result.ok && !documented.includes(result.code)) throw new Error("文档中没有错误码 " + result.code);
    });
    if (!result.ok && login && login.codes.includes(result.code)) bru.deleteVar(login.input); // 请重新发送登录请求
    if (read("expectSuccess") === "true") {
      test("业务成功", function () {
        if (!result.ok) throw new Error(result.code + " " + result.text);
      });
    }
  }
}
