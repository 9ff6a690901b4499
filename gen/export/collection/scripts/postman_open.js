// 由 jiekou 生成：验证并解开应答，业务数据显示在 Visualize 和控制台里。
{
  const read = (name) => pm.variables.get(name) || "";
  const headers = {};
  pm.response.headers.each((h) => (headers[h.key] = utf8(h.value)));
  const raw = pm.response.stream ? chars(new Uint8Array(pm.response.stream)) : utf8(pm.response.text());
  let result = null;
  pm.test("应答可信，且符合协议", () => {
    const keys = Object.keys(keyReaders).reduce((all, key) => Object.assign(all, { [key]: read(key) }), {});
    result = open({ status: pm.response.code, headers, body: raw }, JSON.parse(pm.variables.get("jiekou.sent")), keys);
  });
  if (result) {
    const shown = result.payload || "{}"; // as it came: JavaScript rounds long numbers
    console.log(pm.info.requestName, result.code, result.text, shown);
    pm.visualizer.set("<h3>{{code}} {{text}}</h3><pre>{{shown}}</pre>", { code: result.code, text: result.text, shown });
    pm.test("错误码在文档中：" + (result.code || "成功"), () => {
      if (!result.ok && !documented.includes(result.code)) throw new Error("文档中没有错误码 " + result.code);
    });
    if (!result.ok && login && login.codes.includes(result.code)) pm.collectionVariables.unset("jiekou.token"); // 下一个请求重新登录
    if (read("expectSuccess") === "true") {
      pm.test("业务成功", () => {
        if (!result.ok) throw new Error(result.code + " " + result.text);
      });
    }
  }
}
