function rotate(x, n) {
  return (x << n) | (x >>> (32 - n));
}

// padded is a text as words of 32 bits with the padding of the MD family.
function padded(x, size, little) {
  const total = Math.ceil((x.length + 1 + size / 8) / size) * size;
  const w = new Int32Array(total / 4);
  const shift = (i) => (little ? (i % 4) * 8 : 24 - (i % 4) * 8);
  for (let i = 0; i < x.length; i++) w[i >> 2] |= x.charCodeAt(i) << shift(i);
  w[x.length >> 2] |= 0x80 << shift(x.length);
  const high = Math.floor(x.length / 0x20000000);
  w[w.length - 2] = little ? x.length << 3 : high;
  w[w.length - 1] = little ? high : x.length << 3;
  return w;
}

function words(list, little) {
  let out = "";
  for (const w of list) {
    const b = String.fromCharCode(w >>> 24, (w >>> 16) & 255, (w >>> 8) & 255, w & 255);
    out += little ? b[3] + b[2] + b[1] + b[0] : b;
  }
  return out;
}

function md5(x) {
  const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
  const w = padded(x, 64, true);
  let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let at = 0; at < w.length; at += 16) {
    let [a, b, c, d] = [a0, b0, c0, d0];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const f = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round];
      const g = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] % 16;
      const k = Math.floor(Math.abs(Math.sin(i + 1)) * 0x100000000);
      const sum = (a + f + k + w[at + g]) | 0;
      [a, d, c, b] = [d, c, b, (b + rotate(sum, shifts[round * 4 + (i % 4)])) | 0];
    }
    [a0, b0, c0, d0] = [(a0 + a) | 0, (b0 + b) | 0, (c0 + c) | 0, (d0 + d) | 0];
  }
  return words([a0, b0, c0, d0], true);
}

function sha1(x) {
  const m = padded(x, 64, false);
  const h = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const w = new Int32Array(80);
  for (let at = 0; at < m.length; at += 16) {
    let [a, b, c, d, e] = h;
    for (let i = 0; i < 80; i++) {
      w[i] = i < 16 ? m[at + i] : rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
      const round = Math.floor(i / 20);
      const f = [(b & c) | (~b & d), b ^ c ^ d, (b & c) | (b & d) | (c & d), b ^ c ^ d][round];
      const k = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][round];
      const sum = (rotate(a, 5) + f + e + k + w[i]) | 0;
      [a, b, c, d, e] = [sum, a, rotate(b, 30), c, d];
    }
    [a, b, c, d, e].forEach((one, i) => (h[i] = (h[i] + one) | 0));
  }
  return words(h);
}

// primes lists the first n prime numbers.
function primes(n) {
  const out = [];
  for (let i = 2; out.length < n; i++) if (out.every((p) => i % p)) out.push(i);
  return out;
}

// root is the first bits of the fraction of the square or cube root of a prime.
function root(prime, power, bits) {
  const n = BigInt(prime) << (BigInt(power) * BigInt(bits));
  let low = 0n;
  let high = 1n << (BigInt(bits) + 5n);
  while (low + 1n < high) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(power) <= n) low = middle;
    else high = middle;
  }
  return BigInt.asUintN(bits, low);
}

const sha256Keys = primes(64).map((p) => Number(root(p, 3, 32)));

function sha2small(x, start, length) {
  const m = padded(x, 64, false);
  const h = start;
  const w = new Int32Array(64);
  for (let at = 0; at < m.length; at += 16) {
    let [a, b, c, d, e, f, g, i] = h;
    for (let t = 0; t < 64; t++) {
      if (t < 16) w[t] = m[at + t];
      else {
        const s0 = rotate(w[t - 15], 25) ^ rotate(w[t - 15], 14) ^ (w[t - 15] >>> 3);
        const s1 = rotate(w[t - 2], 15) ^ rotate(w[t - 2], 13) ^ (w[t - 2] >>> 10);
        w[t] = w[t - 16] + s0 + w[t - 7] + s1;
      }
      const t1 = (i + (rotate(e, 26) ^ rotate(e, 21) ^ rotate(e, 7)) + ((e & f) ^ (~e & g)) + sha256Keys[t] + w[t]) | 0;
      const t2 = ((rotate(a, 30) ^ rotate(a, 19) ^ rotate(a, 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [i, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, i].forEach((one, n) => (h[n] = (h[n] + one) | 0));
  }
  return words(h).slice(0, length);
}

function sha256(x) {
  return sha2small(x, primes(8).map((p) => Number(root(p, 2, 32))), 32);
}

function sha224(x) {
  return sha2small(x, primes(16).slice(8).map((p) => Number(root(p, 2, 64) & 0xffffffffn)), 28);
}

const sha512Keys = primes(80).map((p) => root(p, 3, 64));

function sha2large(x, start, length) {
  const m = padded(x, 128, false);
  const wrap = (n) => BigInt.asUintN(64, n);
  const turn = (n, by) => wrap((n >> BigInt(by)) | (n << BigInt(64 - by)));
  const h = start;
  const w = [];
  for (let at = 0; at < m.length; at += 32) {
    let [a, b, c, d, e, f, g, i] = h;
    for (let t = 0; t < 80; t++) {
      if (t < 16) w[t] = (BigInt(m[at + 2 * t] >>> 0) << 32n) | BigInt(m[at + 2 * t + 1] >>> 0);
      else {
        const s0 = turn(w[t - 15], 1) ^ turn(w[t - 15], 8) ^ (w[t - 15] >> 7n);
        const s1 = turn(w[t - 2], 19) ^ turn(w[t - 2], 61) ^ (w[t - 2] >> 6n);
        w[t] = wrap(w[t - 16] + s0 + w[t - 7] + s1);
      }
      const choice = (e & f) ^ (wrap(~e) & g);
      const t1 = i + (turn(e, 14) ^ turn(e, 18) ^ turn(e, 41)) + choice + sha512Keys[t] + w[t];
      const t2 = (turn(a, 28) ^ turn(a, 34) ^ turn(a, 39)) + ((a & b) ^ (a & c) ^ (b & c));
      [i, g, f, e, d, c, b, a] = [g, f, e, wrap(d + t1), c, b, a, wrap(t1 + t2)];
    }
    [a, b, c, d, e, f, g, i].forEach((one, n) => (h[n] = wrap(h[n] + one)));
  }
  return h.map((one) => toBytes(one, 8)).join("").slice(0, length);
}

function sha512(x) {
  return sha2large(x, primes(8).map((p) => root(p, 2, 64)), 64);
}

function sha384(x) {
  return sha2large(x, primes(16).slice(8).map((p) => root(p, 2, 64)), 48);
}

function sm3(x) {
  const m = padded(x, 64, false);
  const v = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
  const w = new Int32Array(68);
  for (let at = 0; at < m.length; at += 16) {
    for (let j = 0; j < 68; j++) {
      if (j < 16) w[j] = m[at + j];
      else {
        const p = w[j - 16] ^ w[j - 9] ^ rotate(w[j - 3], 15);
        w[j] = p ^ rotate(p, 15) ^ rotate(p, 23) ^ rotate(w[j - 13], 7) ^ w[j - 6];
      }
    }
    let [a, b, c, d, e, f, g, h] = v;
    for (let j = 0; j < 64; j++) {
      const ss1 = rotate((rotate(a, 12) + e + rotate(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32)) | 0, 7);
      const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const t1 = (ff + d + (ss1 ^ rotate(a, 12)) + (w[j] ^ w[j + 4])) | 0;
      const t2 = (gg + h + ss1 + w[j]) | 0;
      [d, c, b, a] = [c, rotate(b, 9), a, t1];
      [h, g, f, e] = [g, rotate(f, 19), e, t2 ^ rotate(t2, 9) ^ rotate(t2, 17)];
    }
    [a, b, c, d, e, f, g, h].forEach((one, i) => (v[i] ^= one));
  }
  return words(v);
}

// hmac is keyed by a hash whose blocks have size bytes.
function hmac(x, key, hash, size) {
  if (!key) throw new Error("the key is empty");
  return keyedHash(x, key, hash, size);
}

function keyedHash(x, key, hash, size) {
  const k = codes((key.length > size ? hash(key) : key).padEnd(size, "\0"));
  return hash(chars(k.map((b) => b ^ 0x5c)) + hash(chars(k.map((b) => b ^ 0x36)) + x));
}

function crc32(x) {
  let sum = -1;
  for (const b of codes(x)) {
    sum ^= b;
    for (let i = 0; i < 8; i++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return words([~sum]);
}

function pbkdf2(x, salt, rounds, size) {
  let out = "";
  for (let n = 1; out.length < size; n++) {
    let u = keyedHash(salt + words([n]), x, sha256, 64);
    const sum = codes(u);
    for (let i = 1; i < rounds; i++) {
      u = keyedHash(u, x, sha256, 64);
      for (let j = 0; j < 32; j++) sum[j] ^= u.charCodeAt(j);
    }
    out += chars(sum);
  }
  return out.slice(0, size);
}

function hkdf(x, salt, info, size) {
  const key = keyedHash(x, salt, sha256, 64);
  let out = "", last = "";
  for (let n = 1; out.length < size; n++) {
    last = keyedHash(last + info + chars([n]), key, sha256, 64);
    out += last;
  }
  return out.slice(0, size);
}
