function rc4(x, key, skip) {
  if (!key || key.length > 256) throw new Error("an RC4 key has 1 to 256 bytes");
  const s = Array.from({ length: 256 }, (_, i) => i);
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + s[i] + key.charCodeAt(i % key.length)) & 255;
    [s[i], s[j]] = [s[j], s[i]];
  }
  const out = codes("\0".repeat(skip || 0) + x);
  for (let n = 0, i = 0, j = 0; n < out.length; n++) {
    i = (i + 1) & 255;
    j = (j + s[i]) & 255;
    [s[i], s[j]] = [s[j], s[i]];
    out[n] ^= s[(s[i] + s[j]) & 255];
  }
  return chars(out).slice(skip || 0);
}

// A block cipher is made of a key: {size, encrypt, decrypt}, on arrays of size bytes.
function keyLength(name, key, lengths) {
  if (!lengths.includes(key.length)) {
    throw new Error("the key has " + key.length + " bytes, " + name + " takes " + lengths.join(" or "));
  }
}

function times2(b) {
  return ((b << 1) ^ (b & 128 ? 0x11b : 0)) & 255;
}

function times(a, b) {
  let out = 0;
  for (; b; b >>= 1, a = times2(a)) if (b & 1) out ^= a;
  return out;
}

const aesBox = (() => {
  const box = [0x63];
  for (let i = 1, p = 1, q = 1; i < 256; i++) {
    p = p ^ times2(p);
    q ^= q << 1;
    q ^= q << 2;
    q ^= q << 4;
    q &= 255;
    if (q & 128) q ^= 9;
    const spin = (n) => ((q << n) | (q >> (8 - n))) & 255;
    box[p] = q ^ spin(1) ^ spin(2) ^ spin(3) ^ spin(4) ^ 0x63;
  }
  return box;
})();

const aesTables = (() => {
  const back = [];
  aesBox.forEach((b, i) => (back[b] = i));
  const table = (n) => Array.from({ length: 256 }, (_, i) => times(i, n));
  return { back, by: { 2: table(2), 3: table(3), 9: table(9), 11: table(11), 13: table(13), 14: table(14) } };
})();

function aes(key) {
  keyLength("aes", key, [16, 24, 32]);
  const { back, by } = aesTables;
  const n = key.length / 4;
  const rounds = n + 6;
  const w = codes(key).reduce((all, b, i) => (i % 4 ? all[all.length - 1].push(b) : all.push([b]), all), []);
  for (let i = n, r = 1; i < 4 * (rounds + 1); i++) {
    let t = w[i - 1].slice();
    if (i % n === 0) {
      t = [t[1], t[2], t[3], t[0]].map((b) => aesBox[b]);
      t[0] ^= r;
      r = times2(r);
    } else if (n > 6 && i % n === 4) t = t.map((b) => aesBox[b]);
    w.push(t.map((b, k) => b ^ w[i - n][k]));
  }
  const add = (s, r) => s.map((b, i) => b ^ w[4 * r + (i >> 2)][i % 4]);
  const mix = (s, m) =>
    s.map((_, i) => {
      const c = i & ~3;
      return m.reduce((sum, f, k) => sum ^ (f === 1 ? s[c + ((i + k) % 4)] : by[f][s[c + ((i + k) % 4)]]), 0);
    });
  return {
    size: 16,
    encrypt(block) {
      let s = add(block, 0);
      for (let r = 1; r <= rounds; r++) {
        s = s.map((_, i) => aesBox[s[(i + 4 * (i % 4)) % 16]]);
        if (r < rounds) s = mix(s, [2, 3, 1, 1]);
        s = add(s, r);
      }
      return s;
    },
    decrypt(block) {
      let s = add(block, rounds);
      for (let r = rounds - 1; r >= 0; r--) {
        s = s.map((_, i) => back[s[(i + 12 * (i % 4)) % 16]]);
        s = add(s, r);
        if (r > 0) s = mix(s, [14, 11, 13, 9]);
      }
      return s;
    },
  };
}

const sm4Box = codes(unhex(
  "d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa44132649860699" +
    "9c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa6" +
    "4707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35" +
    "1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89e" +
    "eabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e3" +
    "1df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51" +
    "8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b0" +
    "8969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948"));

function sm4(key) {
  keyLength("sm4", key, [16]);
  const sub = (x) => (sm4Box[x >>> 24] << 24) | (sm4Box[(x >>> 16) & 255] << 16) | (sm4Box[(x >>> 8) & 255] << 8) | sm4Box[x & 255];
  const read = (b) => [0, 4, 8, 12].map((i) => (b[i] << 24) | (b[i + 1] << 16) | (b[i + 2] << 8) | b[i + 3]);
  const k = read(codes(key)).map((x, i) => x ^ [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc][i]);
  const keys = [];
  for (let i = 0; i < 32; i++) {
    const ck = [0, 1, 2, 3].reduce((all, j) => (all << 8) | (((4 * i + j) * 7) & 255), 0);
    const b = sub(k[i + 1] ^ k[i + 2] ^ k[i + 3] ^ ck);
    k.push(k[i] ^ b ^ rotate(b, 13) ^ rotate(b, 23));
    keys.push(k[i + 4]);
  }
  const run = (block, list) => {
    const x = read(block);
    list.forEach((rk, i) => {
      const b = sub(x[i + 1] ^ x[i + 2] ^ x[i + 3] ^ rk);
      x.push(x[i] ^ b ^ rotate(b, 2) ^ rotate(b, 10) ^ rotate(b, 18) ^ rotate(b, 24));
    });
    return Array.from(codes(words(x.slice(-4).reverse())));
  };
  return { size: 16, encrypt: (block) => run(block, keys), decrypt: (block) => run(block, keys.slice().reverse()) };
}

const desBoxes = [
  "e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d",
  "f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9",
  "a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c",
  "7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e",
  "2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453",
  "c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d",
  "4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c",
  "d2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b",
].map((box) => Array.from(box, (digit) => parseInt(digit, 16)));

const desOrders = {
  pc1: [57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
    63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4],
  pc2: [14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
    41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32],
  p: [16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25],
  ip: Array.from({ length: 64 }, (_, i) => [58, 60, 62, 64, 57, 59, 61, 63][i >> 3] - 8 * (i % 8)),
  e: Array.from({ length: 48 }, (_, i) => ((4 * Math.floor(i / 6) + (i % 6) + 31) % 32) + 1),
};

function des(key) {
  keyLength("des", key, [8]);
  const take = (bits, order) => order.map((i) => bits[i - 1]);
  const bitsOf = (bytes) => Array.from(bytes).flatMap((b) => [7, 6, 5, 4, 3, 2, 1, 0].map((i) => (b >> i) & 1));
  let cd = take(bitsOf(codes(key)), desOrders.pc1);
  const keys = [];
  for (let r = 0; r < 16; r++) {
    const n = [0, 1, 8, 15].includes(r) ? 1 : 2;
    const left = cd.slice(0, 28);
    const right = cd.slice(28);
    cd = left.slice(n).concat(left.slice(0, n), right.slice(n), right.slice(0, n));
    keys.push(take(cd, desOrders.pc2));
  }
  const back = desOrders.ip.reduce((all, from, i) => ((all[from - 1] = i + 1), all), []);
  const run = (block, list) => {
    const bits = take(bitsOf(block), desOrders.ip);
    let left = bits.slice(0, 32);
    let right = bits.slice(32);
    for (const k of list) {
      const x = take(right, desOrders.e).map((b, i) => b ^ k[i]);
      const f = desBoxes.flatMap((box, i) => {
        const [a, b, c, d, e, g] = x.slice(6 * i, 6 * i + 6);
        const n = box[((a << 1) | g) * 16 + ((b << 3) | (c << 2) | (d << 1) | e)];
        return [(n >> 3) & 1, (n >> 2) & 1, (n >> 1) & 1, n & 1];
      });
      const mixed = take(f, desOrders.p);
      [left, right] = [right, left.map((b, i) => b ^ mixed[i])];
    }
    const out = take(right.concat(left), back);
    return Array.from({ length: 8 }, (_, i) => out.slice(8 * i, 8 * i + 8).reduce((n, b) => (n << 1) | b, 0));
  };
  return { size: 8, encrypt: (block) => run(block, keys), decrypt: (block) => run(block, keys.slice().reverse()) };
}

function tripleDES(key) {
  keyLength("3des", key, [16, 24]);
  const [a, b, c] = [key.slice(0, 8), key.slice(8, 16), key.slice(16) || key.slice(0, 8)].map(des);
  return {
    size: 8,
    encrypt: (block) => c.encrypt(b.decrypt(a.encrypt(block))),
    decrypt: (block) => a.decrypt(b.encrypt(c.decrypt(block))),
  };
}

function startOf(size, iv) {
  if (iv.length !== size) throw new Error("the iv has another length");
  return iv;
}

function padTo(x, block, pad, size) {
  if (pad === "zero") return x.padEnd(Math.ceil(x.length / size) * size, "\0");
  if (pad === "none") {
    if (x.length % size) throw new Error("the text is not a whole number of blocks");
    return x;
  }
  const more = block - (x.length % block);
  return x + String.fromCharCode(more).repeat(more);
}

function unpad(x, block, pad) {
  if (pad === "zero") return x.replace(/\0+$/, "");
  if (pad === "none") return x;
  const more = x.charCodeAt(x.length - 1);
  const wrong = more < 1 || more > block || more > x.length;
  if (wrong || x.slice(-more) !== String.fromCharCode(more).repeat(more)) {
    throw new Error("wrong padding: another key, another iv, or not this cipher text");
  }
  return x.slice(0, -more);
}

// chain carries out ECB or CBC on whole blocks.
function chain(cipher, x, iv, encrypting) {
  let out = "";
  let before = iv && codes(iv);
  for (let i = 0; i < x.length; i += cipher.size) {
    const block = Array.from(codes(x.slice(i, i + cipher.size)));
    let done = null;
    if (encrypting) {
      done = cipher.encrypt(before ? block.map((b, n) => b ^ before[n]) : block);
      if (before) before = done;
    } else {
      done = cipher.decrypt(block);
      if (before) done = done.map((b, n) => b ^ before[n]);
      if (before) before = block;
    }
    out += chars(done);
  }
  return out;
}

// Options of a mode: iv, a text, or prefix: true; pad (a block, "zero", "none"); aad.
function ecb(x, key, make, o) {
  const cipher = make(key);
  return chain(cipher, padTo(x, o.pad, o.pad, cipher.size), null, true);
}

function unecb(x, key, make, o) {
  const cipher = make(key);
  if (!x || x.length % cipher.size) throw new Error("the cipher text is not a whole number of blocks");
  return unpad(chain(cipher, x, null, false), o.pad, o.pad);
}

function cbc(x, key, make, o) {
  const cipher = make(key);
  const iv = o.prefix ? randomBytes(cipher.size) : startOf(cipher.size, o.iv);
  return (o.prefix ? iv : "") + chain(cipher, padTo(x, o.pad, o.pad, cipher.size), iv, true);
}

function uncbc(x, key, make, o) {
  const cipher = make(key);
  const iv = o.prefix ? first(x, cipher.size) : startOf(cipher.size, o.iv);
  if (o.prefix) x = x.slice(cipher.size);
  if (!x || x.length % cipher.size) throw new Error("the cipher text is not a whole number of blocks");
  return unpad(chain(cipher, x, iv, false), o.pad, o.pad);
}

function counting(cipher, x, start) {
  const out = codes(x);
  const counter = codes(start);
  for (let i = 0; i < out.length; i += cipher.size) {
    cipher.encrypt(Array.from(counter)).forEach((b, n) => {
      if (i + n < out.length) out[i + n] ^= b;
    });
    for (let n = cipher.size - 1; n >= 0; n--) {
      counter[n]++; // a byte, which wraps
      if (counter[n]) break;
    }
  }
  return chars(out);
}

function ctr(x, key, make, o) {
  const cipher = make(key);
  const iv = o.prefix ? randomBytes(cipher.size) : startOf(cipher.size, o.iv);
  return (o.prefix ? iv : "") + counting(cipher, x, iv);
}

function unctr(x, key, make, o) {
  const cipher = make(key);
  const iv = o.prefix ? first(x, cipher.size) : startOf(cipher.size, o.iv);
  return counting(cipher, o.prefix ? x.slice(cipher.size) : x, iv);
}

// gcmTag authenticates aad and the cipher text x.
function gcmTag(cipher, iv, x, aad) {
  const h = toBig(chars(cipher.encrypt(Array(16).fill(0))));
  const whole = (s) => s.padEnd(Math.ceil(s.length / 16) * 16, "\0");
  const lengths = toBytes(BigInt(aad.length * 8), 8) + toBytes(BigInt(x.length * 8), 8);
  const text = whole(aad) + whole(x) + lengths;
  let y = 0n;
  for (let i = 0; i < text.length; i += 16) {
    y ^= toBig(text.slice(i, i + 16));
    let z = 0n;
    for (let bit = 127n, v = h; bit >= 0n; bit--) {
      if ((y >> bit) & 1n) z ^= v;
      v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n;
    }
    y = z;
  }
  return counting(cipher, toBytes(y, 16), iv + "\0\0\0\x01");
}

function gcm(x, key, make, o) {
  const cipher = make(key);
  const iv = o.prefix ? randomBytes(12) : startOf(12, o.iv);
  const box = counting(cipher, x, iv + "\0\0\0\x02");
  return (o.prefix ? iv : "") + box + gcmTag(cipher, iv, box, o.aad || "");
}

function ungcm(x, key, make, o) {
  const cipher = make(key);
  const iv = o.prefix ? first(x, 12) : startOf(12, o.iv);
  if (o.prefix) x = x.slice(12);
  const tag = last(x, 16);
  const box = x.slice(0, -16);
  if (!same(tag, gcmTag(cipher, iv, box, o.aad || ""))) throw new Error("the tag differs: another key, or it was changed");
  return counting(cipher, box, iv + "\0\0\0\x02");
}
