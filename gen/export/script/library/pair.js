function toBig(bytes) {
  return bytes ? BigInt("0x" + hex(bytes)) : 0n;
}

function toBytes(n, size) {
  const digits = n.toString(16).padStart(2 * size, "0");
  if (digits.length > 2 * size) throw new Error("a number is too large");
  return unhex(digits);
}

function modulo(n, m) {
  const rest = n % m;
  return rest < 0n ? rest + m : rest;
}

function power(base, exponent, m) {
  let out = 1n;
  base = modulo(base, m);
  for (; exponent; exponent >>= 1n) {
    if (exponent & 1n) out = (out * base) % m;
    base = (base * base) % m;
  }
  return out;
}

function inverse(n, m) {
  let [a, b, x, y] = [modulo(n, m), m, 1n, 0n];
  while (a) {
    const q = b / a;
    [a, b, x, y] = [b - q * a, a, y - q * x, x];
  }
  return modulo(y, m);
}

// der reads one element of DER and its children.
function der(bytes, at) {
  const tag = bytes.charCodeAt(at);
  let length = bytes.charCodeAt(at + 1);
  let from = at + 2;
  if (length & 128) {
    const n = length & 127;
    length = Number(toBig(bytes.slice(from, from + n)));
    from += n;
  }
  const end = from + length;
  if (!(end <= bytes.length)) throw new Error("no well-formed key");
  const list = [];
  if (tag & 32) for (let i = from; i < end; i = list[list.length - 1].end) list.push(der(bytes, i));
  return { tag, list, text: bytes.slice(from, end), end };
}

function derLength(n) {
  if (n < 128) return String.fromCharCode(n);
  const bytes = toBytes(BigInt(n), n < 256 ? 1 : 2);
  return String.fromCharCode(128 | bytes.length) + bytes;
}

function derOf(tag, text) {
  return String.fromCharCode(tag) + derLength(text.length) + text;
}

function derNumber(n) {
  const digits = n.toString(16);
  const bytes = unhex(digits.length % 2 ? "0" + digits : digits);
  return derOf(2, bytes.charCodeAt(0) & 128 ? "\0" + bytes : bytes);
}

// pairBlocks are the halves of a key pair: PEM or the base64 of its DER.
function pairBlocks(text, read) {
  for (const block of text.match(/-----BEGIN [^-]*-----[^-]*-----END [^-]*-----/g) || [text]) {
    const bare = block.replace(/-----[^-]*-----|\s/g, "");
    if (bare) read(bare, () => der(unbase64Bare(bare.replace(/=+$/, "")), 0));
  }
}

function readRSAPair(text) {
  const out = {};
  pairBlocks(text, (bare, node) => readRSA(node(), out));
  return out;
}

function readEdwardsPair(text) {
  const out = {};
  pairBlocks(text, (bare, node) => readEdwards(node(), out));
  return out;
}

// readCurvePair takes the hexadecimal of a bare key, too.
function readCurvePair(text, curve) {
  const out = { curve };
  pairBlocks(text, (bare, node) => {
    if (/^[0-9a-fA-F]{64}$/.test(bare)) out.d = BigInt("0x" + bare);
    else if (/^04[0-9a-fA-F]{128}$/.test(bare)) out.point = [BigInt("0x" + bare.slice(2, 66)), BigInt("0x" + bare.slice(66))];
    else readCurve(node(), out);
  });
  curve = out.curve;
  if (out.d) out.point = multiply(curve, out.d, curve.base);
  return out;
}

// publicKey is the text of the key of a SubjectPublicKeyInfo or a certificate, if it is one.
function publicKey(node) {
  const [one, two] = node.list;
  if (node.list.length === 3 && one.tag === 0x30 && node.list[2].tag === 3) {
    const fields = one.list.filter((n) => n.tag !== 0xa0);
    return publicKey(fields[5]);
  }
  if (node.list.length === 2 && one.tag === 0x30 && two.tag === 3) return two.text.slice(1);
  return null;
}

function readRSA(node, out) {
  const spki = publicKey(node);
  if (spki) return readRSA(der(spki, 0), out);
  if (node.list.length === 2) {
    [out.n, out.e] = node.list.map((one) => toBig(one.text));
  } else if (node.list[1].tag === 0x30) {
    readRSA(der(node.list[2].text, 0), out);
  } else {
    [out.n, out.e, out.d] = node.list.slice(1, 4).map((one) => toBig(one.text));
  }
  out.size = Math.ceil(out.n.toString(16).length / 2);
  return out;
}

function readCurve(node, out) {
  const spki = publicKey(node);
  if (spki) {
    const size = (spki.length - 1) / 2;
    out.curve = curveOf(out.curve, size);
    out.point = [toBig(spki.slice(1, 1 + size)), toBig(spki.slice(1 + size))];
  } else if (node.list[1].tag === 0x30) {
    readCurve(der(node.list[2].text, 0), out);
  } else {
    out.curve = curveOf(out.curve, node.list[1].text.length);
    out.d = toBig(node.list[1].text);
  }
}

// curveOf is the curve whose numbers have so many bytes; SM2 has one only.
function curveOf(curve, size) {
  if (size <= 32) return curve;
  if (curve === p256 && size === 48) return p384;
  if (curve === p256 && size === 66) return p521;
  throw new Error("a key of this curve cannot be used here");
}

function readEdwards(node, out) {
  const spki = publicKey(node);
  if (spki) out.open = spki;
  else out.seed = der(node.list[2].text, 0).text;
}

function half(key, name) {
  if (key && key[name]) return key;
  throw new Error("the half of the key pair that is needed is not there");
}

const digestInfo = {
  md5: "3020300c06082a864886f70d020505000410",
  sha1: "3021300906052b0e03021a05000414",
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

function rsaSign(x, key, hash, name) {
  return sealBlock(unhex(digestInfo[name]) + hash(x), key);
}

function rsaVerify(x, sig, key, hash, name) {
  return unsealBlock(sig, key) === unhex(digestInfo[name]) + hash(x);
}

// sealBlock pads with \xff and raises to the private exponent.
function sealBlock(x, key) {
  half(key, "d");
  if (x.length > key.size - 11) throw new Error("the key is too short");
  const block = "\0\x01" + "\xff".repeat(key.size - 3 - x.length) + "\0" + x;
  return toBytes(power(toBig(block), key.d, key.n), key.size);
}

function unsealBlock(x, key) {
  half(key, "n");
  if (x.length !== key.size || toBig(x) >= key.n) return null;
  const m = /^\0\x01\xff{8,}\0([^]*)$/.exec(toBytes(power(toBig(x), key.e, key.n), key.size));
  return m && m[1];
}

function pieces(x, size, one) {
  if (size <= 0) throw new Error("the key is too short");
  let out = "";
  for (let i = 0; i === 0 || i < x.length; i += size) out += one(x.slice(i, i + size));
  return out;
}

function unpieces(x, size, one) {
  if (!x || x.length % size) throw new Error("the cipher text is not a whole number of blocks");
  return pieces(x, size, (block) => {
    const out = toBig(block) < 1n << BigInt(8 * size) ? one(block) : null;
    if (out === null) throw new Error("it cannot be decrypted: another key, or not this cipher text");
    return out;
  });
}

function rsaPrivateEncrypt(x, key) {
  return pieces(x, half(key, "d").size - 11, (block) => sealBlock(block, key));
}

function unrsaPrivateEncrypt(x, key) {
  return unpieces(x, half(key, "n").size, (block) => unsealBlock(block, key));
}

// rsaPrivateEncryptVerify compares what was encrypted.
function rsaPrivateEncryptVerify(x, sig, key) {
  try {
    return same(unrsaPrivateEncrypt(sig, key), x);
  } catch (e) {
    return false;
  }
}

function rsaEncrypt(x, key) {
  const size = half(key, "n").size;
  return pieces(x, size - 11, (block) => {
    let fill = "";
    while (fill.length < size - 3 - block.length) fill += randomBytes(64).replace(/\0/g, "");
    const whole = "\0\x02" + fill.slice(0, size - 3 - block.length) + "\0" + block;
    return toBytes(power(toBig(whole), key.e, key.n), size);
  });
}

function unrsaEncrypt(x, key) {
  return unpieces(x, half(key, "d").size, (block) => {
    const m = /^\0\x02[^\0]{8,}\0([^]*)$/.exec(toBytes(power(toBig(block), key.d, key.n), key.size));
    return m && m[1];
  });
}

function maskOf(seed, size, hash) {
  let out = "";
  for (let n = 0; out.length < size; n++) out += hash(seed + words([n]));
  return out.slice(0, size);
}

function xor(a, b) {
  return chars(codes(a).map((one, i) => one ^ b.charCodeAt(i)));
}

function rsaOAEP(x, key, hash) {
  const size = half(key, "n").size;
  const length = hash("").length;
  return pieces(x, size - 2 * length - 2, (block) => {
    const data = hash("") + "\0".repeat(size - 2 * length - 2 - block.length) + "\x01" + block;
    const seed = randomBytes(length);
    const masked = xor(data, maskOf(seed, data.length, hash));
    const whole = "\0" + xor(seed, maskOf(masked, length, hash)) + masked;
    return toBytes(power(toBig(whole), key.e, key.n), size);
  });
}

function unrsaOAEP(x, key, hash) {
  const size = half(key, "d").size;
  const length = hash("").length;
  return unpieces(x, size, (block) => {
    const whole = toBytes(power(toBig(block), key.d, key.n), size);
    const masked = whole.slice(1 + length);
    const seed = xor(whole.slice(1, 1 + length), maskOf(masked, length, hash));
    const data = xor(masked, maskOf(seed, masked.length, hash));
    const m = /^\0*\x01([^]*)$/.exec(data.slice(length));
    return whole[0] === "\0" && data.slice(0, length) === hash("") && m ? m[1] : null;
  });
}

// pssBits is how many bits a PSS block has.
function pssBits(key) {
  return key.n.toString(2).length - 1;
}

function rsaPSS(x, key, hash) {
  const bits = pssBits(half(key, "d"));
  const size = Math.ceil(bits / 8);
  const salt = randomBytes(hash("").length);
  const sum = hash("\0".repeat(8) + hash(x) + salt);
  const data = "\0".repeat(size - salt.length - sum.length - 2) + "\x01" + salt;
  const masked = codes(xor(data, maskOf(sum, data.length, hash)));
  masked[0] &= 255 >> (8 * size - bits);
  return toBytes(power(toBig(chars(masked) + sum + "\xbc"), key.d, key.n), key.size);
}

function rsaPSSVerify(x, sig, key, hash) {
  const bits = pssBits(half(key, "n"));
  const size = Math.ceil(bits / 8);
  if (sig.length !== key.size || toBig(sig) >= key.n) return false;
  const number = power(toBig(sig), key.e, key.n);
  if (number >= 1n << BigInt(8 * size)) return false;
  const whole = toBytes(number, size);
  const length = hash("").length;
  const sum = whole.slice(-1 - length, -1);
  const masked = whole.slice(0, -1 - length);
  const data = codes(xor(masked, maskOf(sum, masked.length, hash)));
  data[0] &= 255 >> (8 * size - bits);
  const m = /^\0*\x01([^]*)$/.exec(chars(data));
  return whole.endsWith("\xbc") && m !== null && hash("\0".repeat(8) + hash(x) + m[1]) === sum;
}

const p256 = {
  p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  a: -3n,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  base: [
    0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  ],
};

const p384 = {
  p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
  a: -3n,
  b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  base: [0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n, 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn],
};

const p521 = {
  p: 2n ** 521n - 1n,
  a: -3n,
  b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  n: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  base: [0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n, 0x11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n],
};

const sm2Curve = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  a: -3n,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  base: [
    0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
    0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
  ],
};

// add adds two points of a curve; null is the one at infinity.
function add(curve, one, two) {
  if (!one || !two) return one || two;
  const [x1, y1] = one;
  const [x2, y2] = two;
  if (x1 === x2 && (y1 !== y2 || y1 === 0n)) return null;
  const slope = x1 === x2 ? (3n * x1 * x1 + curve.a) * inverse(2n * y1, curve.p) : (y2 - y1) * inverse(x2 - x1, curve.p);
  const x = modulo(slope * slope - x1 - x2, curve.p);
  return [x, modulo(slope * (x1 - x) - y1, curve.p)];
}

function multiply(curve, n, point) {
  let out = null;
  for (; n; n >>= 1n) {
    if (n & 1n) out = add(curve, out, point);
    point = add(curve, point, point);
  }
  return out;
}

function onCurve(curve, [x, y]) {
  return x < curve.p && y < curve.p && modulo(y * y - (x * x * x + curve.a * x + curve.b), curve.p) === 0n;
}

// curveSize is how many bytes the numbers of a curve have.
function curveSize(curve) {
  return Math.ceil(curve.p.toString(16).length / 2);
}

// secretNumber is a number for one signature, which follows from key and text. It has 128 bits
// more than the order of the curve, so that none is likelier.
function secretNumber(key, text, n) {
  const d = toBytes(key.d, curveSize(key.curve));
  let out = "";
  for (let i = 1; out.length < curveSize(key.curve) + 16; i++) out += hmac(text + i, d, sha256, 64);
  return 1n + (toBig(out) % (n - 1n));
}

function writeSignature(r, s, bare, size) {
  return bare ? toBytes(r, size) + toBytes(s, size) : derOf(0x30, derNumber(r) + derNumber(s));
}

function readSignature(sig, bare, size) {
  if (bare) return sig.length === 2 * size ? [toBig(sig.slice(0, size)), toBig(sig.slice(size))] : null;
  try {
    const node = der(sig, 0);
    return node.end === sig.length && node.list.length === 2 ? node.list.map((one) => toBig(one.text)) : null;
  } catch (e) {
    return null;
  }
}

// ecdsaText is the number that an ECDSA signature is over: the first bits of a digest.
function ecdsaText(digest, n) {
  const more = 8 * digest.length - n.toString(2).length;
  return toBig(digest) >> BigInt(Math.max(0, more));
}

// ecdsa signs the SHA-256 of a text, or another digest.
function ecdsa(x, key, bare, hash) {
  const { n, base } = half(key, "d").curve;
  const e = (hash || sha256)(x);
  const k = secretNumber(key, e, n);
  const r = multiply(key.curve, k, base)[0] % n;
  return writeSignature(r, modulo(inverse(k, n) * (ecdsaText(e, n) + r * key.d), n), bare, curveSize(key.curve));
}

function ecdsaVerify(x, sig, key, bare, hash) {
  const { curve, point } = half(key, "point");
  const [r, s] = readSignature(sig, bare, curveSize(curve)) || [0n, 0n];
  if (r <= 0n || s <= 0n || r >= curve.n || s >= curve.n || !onCurve(curve, point)) return false;
  const w = inverse(s, curve.n);
  const one = multiply(curve, modulo(ecdsaText((hash || sha256)(x), curve.n) * w, curve.n), curve.base);
  const sum = add(curve, one, multiply(curve, modulo(r * w, curve.n), point));
  return sum !== null && sum[0] % curve.n === r;
}

// sm2Text is the digest that an SM2 signature is over.
function sm2Text(x, key, id) {
  const { curve, point } = key;
  const number = (n) => toBytes(modulo(n, curve.p), 32);
  const parts = [curve.a, curve.b, curve.base[0], curve.base[1], point[0], point[1]].map(number).join("");
  return sm3(sm3(toBytes(BigInt(8 * id.length), 2) + id + parts) + x);
}

function sm2(x, key, id, bare) {
  const { n, base } = half(key, "d").curve;
  const e = sm2Text(x, key, id);
  const k = secretNumber(key, e, n);
  const r = modulo(toBig(e) + multiply(key.curve, k, base)[0], n);
  return writeSignature(r, modulo(inverse(1n + key.d, n) * (k - r * key.d), n), bare, 32);
}

function sm2Verify(x, sig, key, id, bare) {
  const { curve, point } = half(key, "point");
  const [r, s] = readSignature(sig, bare, 32) || [0n, 0n];
  if (r <= 0n || s <= 0n || r >= curve.n || s >= curve.n || !onCurve(curve, point)) return false;
  const t = modulo(r + s, curve.n);
  const sum = t && add(curve, multiply(curve, s, curve.base), multiply(curve, t, point));
  return Boolean(sum) && modulo(toBig(sm2Text(x, key, id)) + sum[0], curve.n) === r;
}

function sm2Mask(point, size) {
  return maskFrom1(toBytes(point[0], 32) + toBytes(point[1], 32), size);
}

function maskFrom1(seed, size) {
  let out = "";
  for (let n = 1; out.length < size; n++) out += sm3(seed + words([n]));
  return out.slice(0, size);
}

function sm2Encrypt(x, key, order) {
  const { curve, point } = half(key, "point");
  if (!x) throw new Error("SM2 encrypts no empty text");
  const k = 1n + (toBig(randomBytes(48)) % (curve.n - 1n));
  const c1 = multiply(curve, k, curve.base);
  const shared = multiply(curve, k, point);
  const c2 = xor(x, sm2Mask(shared, x.length));
  const c3 = sm3(toBytes(shared[0], 32) + x + toBytes(shared[1], 32));
  if (order === "der") return derOf(0x30, derNumber(c1[0]) + derNumber(c1[1]) + derOf(4, c3) + derOf(4, c2));
  const open = "\x04" + toBytes(c1[0], 32) + toBytes(c1[1], 32);
  return order === "c1c2c3" ? open + c2 + c3 : open + c3 + c2;
}

function unsm2Encrypt(x, key, order) {
  const { curve, d } = half(key, "d");
  let [c1, c3, c2] = [];
  if (order === "der") {
    const list = der(x, 0).list;
    [c1, c3, c2] = [[toBig(list[0].text), toBig(list[1].text)], list[2].text, list[3].text];
  } else {
    c1 = [toBig(x.slice(1, 33)), toBig(x.slice(33, 65))];
    const rest = x.slice(65);
    [c3, c2] = order === "c1c2c3" ? [rest.slice(-32), rest.slice(0, -32)] : [rest.slice(0, 32), rest.slice(32)];
  }
  const wrong = new Error("it cannot be decrypted: another key, or not this cipher text");
  if (!onCurve(curve, c1)) throw wrong;
  const shared = multiply(curve, d, c1);
  const out = xor(c2, sm2Mask(shared, c2.length));
  if (!same(c3, sm3(toBytes(shared[0], 32) + out + toBytes(shared[1], 32)))) throw wrong;
  return out;
}

const edwards = (() => {
  const p = 2n ** 255n - 19n;
  const d = modulo(-121665n * inverse(121666n, p), p);
  const y = modulo(4n * inverse(5n, p), p);
  const n = 2n ** 252n + 27742317777372353535851937790883648493n;
  return { p, d, n, base: [edwardsX(p, d, y, 0n), y] };
})();

// edwardsX is the x of a point of the curve from its y, null where there is none.
function edwardsX(p, d, y, odd) {
  const square = modulo((y * y - 1n) * inverse(d * y * y + 1n, p), p);
  let x = power(square, (p + 3n) / 8n, p);
  if (modulo(x * x - square, p)) x = modulo(x * power(2n, (p - 1n) / 4n, p), p);
  if (modulo(x * x - square, p)) return null;
  return (x & 1n) === odd ? x : modulo(-x, p);
}

function edwardsAdd([x1, y1], [x2, y2]) {
  const { p, d } = edwards;
  const t = modulo(d * x1 * x2 * y1 * y2, p);
  return [modulo((x1 * y2 + x2 * y1) * inverse(1n + t, p), p), modulo((y1 * y2 + x1 * x2) * inverse(1n - t, p), p)];
}

function edwardsMultiply(n, point) {
  let out = [0n, 1n];
  for (; n; n >>= 1n) {
    if (n & 1n) out = edwardsAdd(out, point);
    point = edwardsAdd(point, point);
  }
  return out;
}

function edwardsWrite([x, y]) {
  return reverse(toBytes(y | ((x & 1n) << 255n), 32));
}

function edwardsRead(bytes) {
  const n = toBig(reverse(bytes));
  const y = n & (2n ** 255n - 1n);
  const x = edwardsX(edwards.p, edwards.d, y, n >> 255n);
  return x === null ? null : [x, y];
}

function edwardsHash(x) {
  return toBig(reverse(sha512(x))) % edwards.n;
}

function ed25519(x, key) {
  const h = codes(sha512(half(key, "seed").seed));
  h[0] &= 248;
  h[31] = (h[31] & 127) | 64;
  const a = toBig(reverse(chars(h.slice(0, 32))));
  const open = edwardsWrite(edwardsMultiply(a, edwards.base));
  const r = edwardsHash(chars(h.slice(32)) + x);
  const point = edwardsWrite(edwardsMultiply(r, edwards.base));
  return point + reverse(toBytes((r + edwardsHash(point + open + x) * a) % edwards.n, 32));
}

function ed25519Verify(x, sig, key) {
  if (!key.open && key.seed) {
    const h = codes(sha512(key.seed));
    h[0] &= 248;
    h[31] = (h[31] & 127) | 64;
    key.open = edwardsWrite(edwardsMultiply(toBig(reverse(chars(h.slice(0, 32)))), edwards.base));
  }
  const open = edwardsRead(half(key, "open").open);
  const s = toBig(reverse(sig.slice(32)));
  if (sig.length !== 64 || !open || s >= edwards.n) return false;
  const point = edwardsRead(sig.slice(0, 32));
  if (!point) return false;
  const right = edwardsAdd(point, edwardsMultiply(edwardsHash(sig.slice(0, 32) + key.open + x), open));
  return edwardsWrite(edwardsMultiply(s, edwards.base)) === edwardsWrite(right);
}
