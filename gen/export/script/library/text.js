// Texts are byte strings: one character from \x00 to \xff a byte. utf8 makes one of a
// JavaScript string, string is the way back.
function utf8(s) {
  return unescape(encodeURIComponent(s));
}

function string(bytes) {
  try {
    return decodeURIComponent(escape(bytes));
  } catch (e) {
    throw new Error("not UTF-8");
  }
}

function isText(bytes) {
  try {
    string(bytes);
    return true;
  } catch (e) {
    return false;
  }
}

function form(what) {
  return new Error((what || "the text") + " has another form");
}

function codes(bytes) {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) out[i] = bytes.charCodeAt(i);
  return out;
}

function chars(list) {
  let out = "";
  for (let i = 0; i < list.length; i += 4096) out += String.fromCharCode.apply(null, list.slice(i, i + 4096));
  return out;
}

// randomBytes takes the best source that the sandbox has.
function randomBytes(n) {
  const web = typeof crypto !== "undefined" && crypto.getRandomValues ? crypto : null;
  if (web) return chars(web.getRandomValues(new Uint8Array(n)));
  if (typeof require === "function") {
    let words = null;
    try {
      words = require("crypto-js").lib.WordArray.random(n);
    } catch (e) {
      return chars(require("crypto").randomBytes(n));
    }
    return unhex(words.toString());
  }
  throw new Error("this sandbox has no source of random bytes");
}

function hex(x) {
  let out = "";
  for (let i = 0; i < x.length; i++) out += (256 + x.charCodeAt(i)).toString(16).slice(1);
  return out;
}

function unhex(x) {
  if (x.length % 2 || /[^0-9a-f]/.test(x)) throw form("the hexadecimal text");
  return x.replace(/../g, (two) => String.fromCharCode(parseInt(two, 16)));
}

function hexUpper(x) {
  return hex(x).toUpperCase();
}

function unhexUpper(x) {
  if (/[a-f]/.test(x)) throw form("the hexadecimal text");
  return unhex(x.toLowerCase());
}

const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function base64(x) {
  let out = "";
  for (let i = 0; i < x.length; i += 3) {
    const n = (x.charCodeAt(i) << 16) | (x.charCodeAt(i + 1) << 8) | x.charCodeAt(i + 2);
    const more = x.length - i;
    out += base64Letters[n >> 18] + base64Letters[(n >> 12) & 63];
    out += more > 1 ? base64Letters[(n >> 6) & 63] : "=";
    out += more > 2 ? base64Letters[n & 63] : "=";
  }
  return out;
}

function base64Bare(x) {
  return base64(x).replace(/=+$/, "");
}

function base64url(x) {
  return base64urlPadded(x).replace(/=+$/, "");
}

function base64urlPadded(x) {
  return base64(x).replace(/\+/g, "-").replace(/\//g, "_");
}

function unbase64(x, options) {
  if (options && options.breaks) x = x.replace(/[\r\n]/g, "");
  if (x.length % 4) throw form("the base64");
  return unbase64Bare(x.replace(/={1,2}$/, ""), options);
}

function unbase64Bare(x, options) {
  if (options && options.breaks) x = x.replace(/[\r\n]/g, "");
  if (/[^A-Za-z0-9+/]/.test(x) || x.length % 4 === 1) throw form("the base64");
  let out = "";
  let bits = 0;
  let n = 0;
  for (let i = 0; i < x.length; i++) {
    n = ((n << 6) | base64Letters.indexOf(x[i])) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += String.fromCharCode((n >> bits) & 255);
    }
  }
  if (n & ((1 << bits) - 1) && !(options && options.loose)) throw form("the base64");
  return out;
}

function unbase64url(x, options) {
  if (/[+/]/.test(x)) throw form("the base64");
  return unbase64Bare(x.replace(/-/g, "+").replace(/_/g, "/"), options);
}

function unbase64urlPadded(x, options) {
  if (/[+/]/.test(x)) throw form("the base64");
  return unbase64(x.replace(/-/g, "+").replace(/_/g, "/"), options);
}

// url escapes all but letters, digits and safe.
function url(x, safe, plus, low) {
  return x.replace(/[^A-Za-z0-9]/g, (ch) => {
    if (safe.includes(ch)) return ch;
    if (ch === " " && plus) return "+";
    return "%" + (low ? hex(ch) : hexUpper(ch));
  });
}

function unurl(x, safe, plus) {
  if (/%(?![0-9a-fA-F]{2})/.test(x)) throw form("the % escape");
  if (plus) x = x.replace(/\+/g, " ");
  return x.replace(/%(..)/g, (all, two) => String.fromCharCode(parseInt(two, 16)));
}

// same compares in a time that does not depend on the bytes.
function same(a, b) {
  if (a.length !== b.length) return false;
  let differ = 0;
  for (let i = 0; i < a.length; i++) differ |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return differ === 0;
}

function decimal(x) {
  if (x.length > 64) throw form();
  return String(toBig(x));
}

// decimals is a number with n places.
function decimals(x, n) {
  const m = /^(-?[0-9]+)(?:\.([0-9]*?)0*)?$/.exec(x);
  if (!m || (m[2] || "").length > n) throw form("the number");
  return m[1] + "." + (m[2] || "").padEnd(n, "0");
}

function numberHex(x) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(x) || BigInt(x) >= 1n << 63n) throw form("the number");
  return BigInt(x).toString(16);
}

function unnumberHex(x) {
  if (!/^(0|[1-9a-f][0-9a-f]{0,15})$/.test(x) || BigInt("0x" + x) >= 1n << 63n) throw form("the number");
  return String(BigInt("0x" + x));
}

function numberHexUpper(x) {
  return numberHex(x).toUpperCase();
}

function unnumberHexUpper(x) {
  if (/[a-f]/.test(x)) throw form("the number");
  return unnumberHex(x.toLowerCase());
}

// sizedNumber is a number as n bytes, the low one first, or as n digits.
function sizedNumber(number, n, how) {
  const text = how === "digits" ? String(number).padStart(n, "0") : toBytes(number, 8);
  if (how === "digits" ? text.length > n : /[^\0]/.test(text.slice(0, 8 - n))) throw form();
  if (how === "digits") return text;
  return how === "little" ? reverse(text.slice(8 - n)) : text.slice(8 - n);
}

function readNumber(x, n, how) {
  const head = x.slice(0, n);
  if (head.length < n || (how === "digits" && /[^0-9]/.test(head))) throw form();
  return how === "digits" ? BigInt(head) : toBig(how === "little" ? reverse(head) : head);
}

function counted(x, n, how) {
  return sizedNumber(BigInt(x.length), n, how) + x;
}

// takeTail is how much of a path is in front of its last segments.
function takeTail(x, segments) {
  let at = x.length;
  for (let n = 0; n < segments && at >= 0; n++) at = at > 0 ? x.lastIndexOf("/", at - 1) : -1;
  if (at < 0) throw form("the path");
  return at;
}

// takeCounted is how many bytes a counted text at the beginning of x takes.
function takeCounted(x, n, how) {
  const length = n + Number(readNumber(x, n, how));
  if (length > x.length) throw form();
  return length;
}

function uncounted(x, n, how) {
  if (takeCounted(x, n, how) !== x.length) throw form();
  return x.slice(n);
}

function numberBytes(x, n, how) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(x) || BigInt(x) >= 1n << 63n) throw form("the number");
  return sizedNumber(BigInt(x), n, how);
}

function unnumberBytes(x, n, how) {
  if (x.length !== n) throw form("the number");
  return String(readNumber(x, n, how));
}

function fixed(x, n) {
  if (x.length !== n) throw form();
  return x;
}

function latin1(x) {
  const s = string(x);
  if (/[^\x00-\xff]/.test(s)) throw new Error("a character that the charset does not have");
  return s;
}

function unlatin1(x) {
  return utf8(x);
}

function utf16be(x) {
  return string(x).replace(/[^]/g, (ch) => String.fromCharCode(ch.charCodeAt(0) >> 8, ch.charCodeAt(0) & 255));
}

function unutf16be(x) {
  const pair = (two) => (two.length < 2 ? "\ufffd" : String.fromCharCode((two.charCodeAt(0) << 8) | two.charCodeAt(1)));
  return utf8(x.replace(/[^][^]?/g, pair));
}

function utf16le(x) {
  return utf16be(x).replace(/[^][^]/g, (two) => two[1] + two[0]);
}

function unutf16le(x) {
  return unutf16be(x.replace(/[^][^]/g, (two) => two[1] + two[0]));
}

function lower(x) {
  return x.replace(/[A-Z]/g, (ch) => ch.toLowerCase());
}

function upper(x) {
  return x.replace(/[a-z]/g, (ch) => ch.toUpperCase());
}

function trim(x) {
  if (!isText(x)) return x.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, "");
  return utf8(string(x).replace(/^[\s\x85]+|[\s\x85]+$/g, (blank) => blank.replace(/[^\ufeff]/g, "")));
}

function noBlanks(x) {
  return x.replace(/[ \t\n\r]/g, "");
}

function oneBlank(x) {
  return x.replace(/[ \t\n\r]+/g, " ");
}

function quoted(x) {
  if (x.includes('"')) throw form();
  return '"' + x + '"';
}

function unquoted(x) {
  if (x.length >= 2 && x[0] === '"' && x[x.length - 1] === '"') x = x.slice(1, -1);
  if (x.includes('"')) throw form();
  return x;
}

function prefix(x, text) {
  return text + x;
}

function lead(x, text) {
  return x === "" ? "" : text + x;
}

function trail(x, text) {
  return x === "" ? "" : x + text;
}

function suffix(x, text) {
  return x + text;
}

function repeat(x, n) {
  return x.repeat(n);
}

function padStart(x, n, ch) {
  return x.padStart(n, ch);
}

function padEnd(x, n, ch) {
  return x.padEnd(n, ch);
}

function unprefix(x, text) {
  if (!x.startsWith(text)) throw form();
  return x.slice(text.length);
}

function unsuffix(x, text) {
  if (!x.endsWith(text)) throw form();
  return x.slice(0, x.length - text.length);
}

function replace(x, from, to) {
  return x.split(from).join(to);
}

function swap(x, from, to) {
  return x.replace(/[^]/g, (ch) => (from.includes(ch) ? to[from.lastIndexOf(ch)] : ch));
}

function unswap(x, from, to) {
  return swap(x, to, from);
}

function first(x, n) {
  if (x.length < n) throw form();
  return x.slice(0, n);
}

function last(x, n) {
  if (x.length < n) throw form();
  return x.slice(x.length - n);
}

function skip(x, n) {
  if (x.length < n) throw form();
  return x.slice(n);
}

// characterAt is where n characters of UTF-8 end.
function characterAt(x, n) {
  let at = 0;
  for (; n >= 0 && at < x.length; at++) {
    if ((x.charCodeAt(at) & 0xc0) !== 0x80 && n-- === 0) return at;
  }
  if (n !== 0) throw form();
  return at;
}

function characters(x) {
  let n = 0;
  for (let i = 0; i < x.length; i++) if ((x.charCodeAt(i) & 0xc0) !== 0x80) n++;
  return n;
}

function firstCharacters(x, n) {
  return x.slice(0, characterAt(x, n));
}

function lastCharacters(x, n) {
  return x.slice(characterAt(x, characters(x) - n));
}

function skipCharacters(x, n) {
  return x.slice(characterAt(x, n));
}

function lengthCharacters(x, drop) {
  return x.length === 0 && drop ? "" : String(characters(x));
}

function before(x, text) {
  const i = x.indexOf(text);
  return i < 0 ? x : x.slice(0, i);
}

function after(x, text) {
  const i = x.indexOf(text);
  return i < 0 ? "" : x.slice(i + text.length);
}

function length(x, drop) {
  return x.length === 0 && drop ? "" : String(x.length);
}

function asItIs(x) {
  return x;
}

function reverse(x) {
  return x.split("").reverse().join("");
}

// stretched is at least n bytes that follow from random ones.
function stretched(x, n) {
  if (x.length >= n) return x;
  if (x.length < 16) throw form();
  let out = x;
  for (let more = x; out.length < n; out += more) more = sha256(more);
  return out;
}

function alphabet(x, n, letters) {
  return first(stretched(x, n), n).replace(/[^]/g, (ch) => letters[ch.charCodeAt(0) % letters.length]);
}

function uuid(x) {
  if (x.length === 0) throw form();
  const b = codes(x.length === 16 || x.length === 32 ? x.slice(0, 16) : sha256(x).slice(0, 16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  return hex(chars(b)).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
