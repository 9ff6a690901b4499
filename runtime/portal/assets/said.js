// What the script of a protocol says of a message, in Chinese: its errors are in English, as
// those of the server's own code.
"use strict";
(() => {
  const things = {
    "the text": "文本", "the compressed text": "压缩的文本", "the hexadecimal text": "十六进制文本", "the base64": "Base64 文本", "the % escape": "% 转义", "the number": "数", "the time": "时间",
    "the payload": "业务数据", "the body": "正文", "the message": "报文", "the HTTP status": "HTTP 状态码", "the path": "路径", "the reply": "应答",
  };
  const said = [
    [/^(.*) has another form$/, (what) => (things[what] || what) + "的格式不对"],
    [/^a value that is needed is not there: (.*)$/, (name) => `没有 ${name}：上面没有填写，或者前面的步骤没有读出来`],
    [/^the key has (\d+) bytes, (\S+) takes (.*)$/, (n, name, lengths) => `密钥有 ${n} 个字节，${name} 要 ${lengths.replaceAll(" or ", " 或 ")} 个`],
    [/^it is missing: (.*)$/, (name) => `缺少 ${name}`],
  ];
  const words = {
    "it is missing": "缺少", "it differs": "与报文里的不同", "the signature differs: another key, or another text": "签名不对：密钥不同，或者原文不同",
    "the time is outside of the window": "时间不在允许的范围内。旧报文都会这样；其他各步仍然有效", "the time is over": "已过有效时间", "the time has not come": "还没有到生效时间",
    "it does not have the form that is declared": "格式不对", "it is longer than is kept": "太长，服务器不能保存",
    "it has the form of no request": "不是本系统的请求", "no reply is declared": "协议没有声明应答", "it contradicts the form of the reply": "与声明的应答格式矛盾",
    "an RC4 key has 1 to 256 bytes": "RC4 的密钥要有 1 到 256 个字节", "the key is empty": "密钥是空的", "the key is too short": "密钥太短",
    "the key is not there": "没有这个密钥", "no well-formed key": "不是正确的密钥：需要 PEM 或 Base64", "the half of the key pair that is needed is not there": "需要密钥对的另一半（公钥或私钥）",
    "a key of this curve cannot be used here": "这里不能用这条曲线的密钥", "the iv has another length": "初始向量的长度不对",
    "the text is not a whole number of blocks": "原文的长度不是分组的整数倍", "the cipher text is not a whole number of blocks": "密文的长度不是分组的整数倍",
    "wrong padding: another key, another iv, or not this cipher text": "填充不对：密钥或初始向量不同，或者密文不对",
    "the tag differs: another key, or it was changed": "认证标签不对：密钥不同，或者密文被改动",
    "it cannot be decrypted: another key, or not this cipher text": "不能解密：密钥不同，或者密文不对", "SM2 encrypts no empty text": "SM2 不能加密空文本",
    "not UTF-8": "不是 UTF-8", "no well-formed JSON": "不是正确的 JSON", "no well-formed XML": "不是正确的 XML",
    "no name of an element": "不能作 XML 元素的名称", "a name that is given twice": "名称重复", "a number is too large": "数太大",
    "a character that the charset does not have": "字符集里没有这个字符", "a member of the payload is named like one that the protocol writes": "业务数据里有与协议写入的同名的成员",
    "a part that must be signed is not among those that are": "必须签名的部分没有参与签名", "this sandbox has no source of random bytes": "这个环境没有随机数", "this sandbox has no charset of Chinese": "这个环境没有中文字符集",
    "Maximum call stack size exceeded": "嵌套太深",
  };

  // chinese is a message in Chinese; it may begin with the value that it is about. null: it
  // is none of the script's.
  function chinese(text) {
    if (words[text]) return words[text];
    for (const [pattern, say] of said) {
      const m = pattern.exec(text);
      if (m) return say(...m.slice(1));
    }
    const at = text.indexOf(": "), inner = at > 0 ? chinese(text.slice(at + 2)) : null;
    if (!inner) return null;
    return inner === "缺少" ? "缺少 " + text.slice(0, at) : text.slice(0, at) + "：" + inner;
  }
  window.portalSaid = (text) => [chinese(text) || text, text];
})();
