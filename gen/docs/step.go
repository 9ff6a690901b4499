package docs

import (
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// useText is one step in the document's language. A step without a text of its own is
// named as it is declared.
func useText(u declare.Use) string {
	if text, ok := plainSteps()[u.Name]; ok && len(u.Args) == 0 {
		return text + optionText(u)
	}
	arg := ""
	if len(u.Args) > 0 {
		arg = u.Args[0]
	}
	for _, family := range []func(name, arg string) string{digestText, keyedText, signText, cipherText, layoutText} {
		if text := family(u.Name, arg); text != "" {
			return text + optionText(u)
		}
	}
	if form, ok := argumentSteps()[u.Name]; ok && arg != "" {
		if u.Named["order"] == "little" {
			form = strings.Replace(form, "高位", "低位", 1)
		}
		if u.Named["as"] == "digits" {
			form = "前面加上 %s 位十进制的长度"
		}
		return fmt.Sprintf(form, code(strings.Join(u.Args, " "))) + optionText(u)
	}
	return "`" + u.Source + "`"
}

// plainSteps are the steps without arguments.
func plainSteps() map[string]string {
	return map[string]string{
		"hex": "写成小写十六进制", "HEX": "写成大写十六进制", "base64": "写成 Base64", "base64-bare": "写成无填充的 Base64",
		"base64url": "写成 URL 安全的 Base64（无填充）", "base64url-padded": "写成 URL 安全的 Base64（有填充）",
		"gzip": "用 gzip 压缩", "zlib": "用 zlib 压缩", "decimal": "写成十进制数", "number-hex": "写成小写十六进制数", "number-HEX": "写成大写十六进制数",
		"gbk": "以 GBK 编码", "gb18030": "以 GB18030 编码", "latin1": "以 Latin-1 编码", "utf16le": "以 UTF-16LE 编码", "utf16be": "以 UTF-16BE 编码",
		"lower": "转为小写", "upper": "转为大写", "any-case": "核对时不分大小写", "trim": "去掉两端的空白", "no-blanks": "去掉所有空白",
		"one-blank": "连续的空白并为一个", "quoted": "写在双引号中", "reverse": "字节倒序", "uuid": "写成 UUID",
		"json": "作为 JSON 文本", "raw": "在 JSON 中不加引号", "cdata": "在 XML 中写成 CDATA", "compact": "去掉 JSON 中的空白",
		"canonical": "JSON 按名称排序并去掉空白", "unix": "写成自 1970 年起的秒数", "unix-minutes": "写成自 1970 年起的分钟数", "unix-ms": "写成自 1970 年起的毫秒数", "unix-us": "写成自 1970 年起的微秒数",
		"crc32": "计算 CRC-32（4 字节）",
	}
}

// argumentSteps are the steps with a text as argument.
func argumentSteps() map[string]string {
	return map[string]string{
		"prefix": "前面加上 %s", "suffix": "后面加上 %s", "replace": "替换 %s", "map": "字符替换 %s", "first": "取前 %s 字节", "last": "取后 %s 字节",
		"skip": "去掉前 %s 字节", "repeat": "重复 %s 次", "pad": "补足 %s", "digits": "写成 %s 位数字", "letters": "写成 %s 位字母数字", "fixed": "正好 %s 字节",
		"counted": "前面加上 %s 字节的长度（高位在前）", "bytes": "把十进制数写成 %s 字节（高位在前）", "flat": "把嵌套的 JSON 展开为一层，名称以 %s 连接", "nested": "把 JSON 写成嵌套的文本，依次以 %s 分隔和包围", "later": "之后 %s", "url": "按 %s 的规则作 URL 转义", "from": "从 %s 还原", "xml": "写成 XML，根元素 %s",
	}
}

// hashName is a digest as documents write it.
func hashName(name string) string {
	switch {
	case strings.HasPrefix(name, "sha"):
		return "SHA-" + strings.TrimPrefix(name, "sha")
	case name == "md5" || name == "sm3":
		return strings.ToUpper(name)
	}
	return ""
}

func digestText(name, _ string) string {
	if hash := hashName(name); hash != "" {
		return "计算 " + hash
	}
	return ""
}

func keyedText(name, arg string) string {
	if hash, ok := strings.CutPrefix(name, "hmac-"); ok {
		return fmt.Sprintf("计算 HMAC-%s（密钥 `%s`）", strings.ReplaceAll(hashName(hash), "-", ""), arg)
	}
	if hash, ok := strings.CutPrefix(name, "hkdf-"); ok {
		return fmt.Sprintf("用 HKDF-%s 导出密钥（盐 `%s`）", strings.ReplaceAll(hashName(hash), "-", ""), arg)
	}
	if hash, ok := strings.CutPrefix(name, "pbkdf2-"); ok {
		return fmt.Sprintf("用 PBKDF2-HMAC-%s 导出密钥（盐 `%s`）", strings.ReplaceAll(hashName(hash), "-", ""), arg)
	}
	return ""
}

// signText is a signature.
func signText(name, arg string) string {
	hash := ""
	switch {
	case strings.HasPrefix(name, "rsa-pss-"):
		hash, name = strings.TrimPrefix(name, "rsa-pss-"), "RSA-PSS"
	case strings.HasPrefix(name, "rsa-") && hashName(strings.TrimPrefix(name, "rsa-")) != "":
		hash, name = strings.TrimPrefix(name, "rsa-"), "RSA（PKCS#1 v1.5）"
	case strings.HasPrefix(name, "ecdsa-"):
		hash, name = strings.TrimPrefix(name, "ecdsa-"), "ECDSA"
	case name == "sm2":
		hash, name = "sm3", "SM2"
	case name == "ed25519":
		return fmt.Sprintf("以 Ed25519 签名（密钥 `%s`）", arg)
	case name == "ed25519-seed":
		return fmt.Sprintf("以 Ed25519 签名（种子 `%s`）", arg)
	default:
		return ""
	}
	return fmt.Sprintf("以 %s、%s 签名（密钥 `%s`）", name, hashName(hash), arg)
}

// cipherText is an encryption.
func cipherText(name, arg string) string {
	words := map[string]string{
		"rc4": "RC4", "rsa-encrypt": "RSA（PKCS#1 v1.5）公钥", "rsa-oaep-sha1": "RSA-OAEP（SHA-1）公钥", "rsa-oaep-sha256": "RSA-OAEP（SHA-256）公钥",
		"rsa-private-encrypt": "RSA 私钥", "sm2-encrypt": "SM2 公钥",
	}
	text := words[name]
	if cipher, mode, ok := strings.Cut(name, "-"); ok && text == "" {
		known := map[string]string{"aes": "AES", "sm4": "SM4", "des": "DES", "3des": "3DES"}[cipher]
		if known == "" {
			return ""
		}
		text = known + "-" + strings.ToUpper(mode)
	}
	if text == "" {
		return ""
	}
	return fmt.Sprintf("以 %s 加密（密钥 `%s`）", text, arg)
}

// layoutText is a layout of times.
func layoutText(name, arg string) string {
	if name != "time" {
		return ""
	}
	words := map[string]string{
		"datetime": "yyyy-MM-dd HH:mm:ss", "compact": "yyyyMMddHHmmss", "date": "yyyy-MM-dd", "iso": "ISO 8601", "rfc1123": "RFC 1123", "rfc2822": "RFC 2822",
	}
	if text := words[arg]; text != "" {
		arg = text
	}
	return "写成 `" + arg + "`"
}

// optionText is what a step says by name.
func optionText(u declare.Use) string {
	words := map[string]string{
		"iv=prefix": "，初始向量随机，放在密文之前", "iv=zero": "，初始向量为零字节", "iv=key": "，初始向量为密钥的前若干字节",
		"pad=zero": "，以零字节填充", "pad=none": "，不填充", "pad=pkcs7": "", "breaks=any": "，接收时允许换行", "form=rs": "，结果为 r 和 s 相连",
		"form=der": "，结果为 DER", "empty=drop": "，去掉空值", "zone=utc": "，UTC 时间", "order=little": "", "as=digits": "", "sort=name": "，按名称排序", "case=lower": "，转义用小写",
	}
	out := ""
	for _, name := range []string{"iv", "aad", "pad", "id", "form", "breaks", "empty", "zone", "safe", "case", "at", "rounds", "bytes", "uid", "info", "skip", "count", "items", "sort"} {
		value, ok := u.Named[name]
		if !ok {
			continue
		}
		if text, known := words[name+"="+value]; known {
			out += text
			continue
		}
		label := map[string]string{
			"iv": "初始向量", "aad": "附加数据", "pad": "填充到的块长", "id": "用户标识", "zone": "时区", "safe": "不转义", "at": "补在", "rounds": "轮数", "bytes": "字节数",
			"uid": "用户标识", "info": "用途", "skip": "略去密钥流的前若干字节", "count": "列表从几数起", "items": "列表元素之间", "sort": "排序",
		}[name]
		out += fmt.Sprintf("，%s `%s`", label, value)
	}
	return out
}
