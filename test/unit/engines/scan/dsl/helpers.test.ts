import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { generateKeyPairSync, privateDecrypt, constants, createDecipheriv } from "node:crypto";
import { dslHelpers } from "../../../../../src/engines/scan/dsl/helpers/table.ts";
import { maxResultBytes } from "../../../../../src/engines/scan/dsl/helpers/helper.ts";
import { compileExpression } from "../../../../../src/engines/scan/dsl/expression.ts";
import type { DslNetwork } from "../../../../../src/engines/scan/dsl/expression.ts";
import { printed } from "../../../../../src/engines/scan/value/printed.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";
import { knownValues } from "./known-values.ts";
import { compiled, failsAs, now, problemOf, setup, valueOf } from "./sample.ts";
import { Variables } from "../../../../../src/engines/scan/value/scope.ts";

/** Helpers whose value is drawn or depends on the time or the network: each has a test of its own below. */
const drawn: readonly (readonly [expression: string, form: RegExp])[] = [
  [`rand_char("abc")`, /^[abc]$/],
  [`rand_char("")`, /^[a-zA-Z0-9]$/],
  [`rand_base(5, "abc")`, /^[abc]{5}$/],
  [`rand_base(5)`, /^[a-zA-Z0-9]{5}$/],
  [`rand_text_alphanumeric(40, "ab12")`, /^[c-zA-Z03-9]{40}$/],
  [`rand_text_alpha(40, "abc")`, /^[d-zA-Z]{40}$/],
  [`rand_text_numeric(40, 123)`, /^[04-9]{40}$/],
  [`rand_ip("192.168.0.0/24")`, /^192\.168\.0\.([1-9]|\d\d|\d{3})$/],
  [`rand_ip("10.0.0.0/9")`, /^10\.(\d{1,2}|1[01]\d|12[0-7])\.\d+\.\d+$/],
  [`rand_ip("10.1.2.3/32")`, /^10\.1\.2\.3$/],
  [`rand_ip("2001:db8::/64")`, /^2001:db8:(?:[0-9a-f]{0,4}:){0,5}[0-9a-f]{0,4}$/],
  [`to_string(rand_int(5, 9))`, /^[5-8]$/],
  [`to_string(rand_int(2147483646))`, /^2147483646$/],
];

const testedAlone = ["date_time", "unix_time", "wait_for", "resolve", "jarm", "rsa_encrypt"];

const answers: DslNetwork = {
  resolve: (host, type) => Promise.resolve(host === "known.test" && type === "CNAME" ? ["a.test", "b.test"] : []),
  exchange: () => Promise.resolve(Buffer.alloc(0)),
};

describe("helpers of expressions", () => {
  for (const [expression, expected] of knownValues) {
    it(`give what nuclei's give: ${expression.slice(0, 80)}`, async () => {
      assert.deepEqual(await valueOf(expression), expected);
    });
  }

  for (const [expression, form] of drawn) {
    it(`draw what they are asked for: ${expression}`, async () => {
      const values = await Promise.all(Array.from({ length: 20 }, () => valueOf(expression)));
      for (const value of values) assert.match(printed(value), form);
    });
  }

  it("are all covered by an expression with a known value, or by a test of their own", () => {
    const covered = new Set([...knownValues, ...drawn].flatMap(([expression]) => compiled(expression).functions));
    for (const [name, { supported }] of Object.entries(dslHelpers)) {
      assert.equal(supported, covered.has(name) || testedAlone.includes(name), name);
    }
  });

  it("describe how they are called and what they are for", () => {
    for (const [name, { signature, note }] of Object.entries(dslHelpers)) {
      assert.match(signature, /^\(.*\)/, name);
      assert.ok(note.length > 10, name);
    }
  });

  it("are also known without underscores, and no other way", () => {
    for (const [name, { supported }] of Object.entries(dslHelpers)) {
      const source = `${name.replaceAll("_", "")}()`;
      assert.equal(problemOf(source), supported ? undefined : "refused", source);
    }
    assert.equal(problemOf("TO_LOWER('A')"), "invalid");
    assert.equal(problemOf("no_such_helper('A')"), "invalid");
  });

  it("refuse by name what exploits or tells third parties, also deep in an expression", () => {
    for (const name of ["generate_java_gadget", "generate_dotnet_gadget", "llm_prompt", "public_ip"]) {
      const problem = compileExpression(`contains(body, "{{${name}(x)}}") || ${name}()`);
      assert.ok("kind" in problem && problem.kind === "refused");
      assert.match(problem.message, new RegExp(name));
    }
  });

  it("take no fewer and no more arguments than they have", async () => {
    for (const [name, { supported, signature }] of Object.entries(dslHelpers)) {
      if (!supported) continue;
      const many = Array<string>(256).fill("'a'").join(",");
      await failsAs(`${name}(${many})`, "wrong-argument");
      if (!/^\((?:optional|values)/.test(signature)) await failsAs(`${name}()`, "wrong-argument");
    }
    await failsAs("to_upper('a', 'b')", "wrong-argument");
    await failsAs("md5()", "wrong-argument");
    await failsAs("starts_with('a')", "wrong-argument");
  });

  for (const near of [
    "base64_decode('SGVsbG8')",
    "hex_decode('616')",
    "hex_to_dec('xyz')",
    "bin_to_dec('12')",
    "dec_to_hex('12')",
    "to_number('12a')",
    "to_number('')",
    "to_number('.')",
    "substr('abc', 4)",
    "substr('abc', 2, 1)",
    "substr('abc', -1)",
    "substr('', 0)",
    "index('abc', 3)",
    "index('abc', 'x')",
    "repeat('a', 'x')",
    "repeat('a', -1)",
    "replace_regex('a', '(', '')",
    "regex('(?=a)', 'a')",
    "join(',', 'ab')",
    "join(',', 'a', split('b,c', ','))",
    "padding('a', '', 3, 'prefix')",
    "padding('a', 'b', 0, 'prefix')",
    "padding('a', 'b', 3, 'middle')",
    "hmac('md5', 'a', 'b')",
    "hmac('sha1', 1, 'b')",
    "gzip(1)",
    "gzip_decode('no gzip')",
    "zlib_decode('no zlib')",
    "inflate(hex_decode('f348cdc9'))",
    "zip('name')",
    "aes_cbc('a', 'short', '0123456789abcdef')",
    "aes_cbc('a', '0123456789abcdef', 'short')",
    "aes_gcm('short', 'a')",
    "rsa_encrypt('a', 'no key')",
    "json_minify('[1]')",
    "json_minify('{')",
    "json_prettify('{')",
    "generate_jwt('{}', 'HS1', 'key')",
    "generate_jwt('{}', 'RS256', 'key')",
    "generate_jwt('[]', 'HS256', 'key')",
    "compare_versions('latest', '> 1.0')",
    "compare_versions('1.0', '>> 1.0')",
    "ip_format('127.0.0.1', 12)",
    "ip_format('127.0.0.256', 1)",
    "ip_format('127.0.0.1', 11)",
    "unpack('>Z', 'abcd')",
    "unpack('>I', 'abc')",
    "unpack('>', 'abcd')",
    "xor('ab', 'abc')",
    "xor('ab', 1)",
    "rand_int(9, 9)",
    "rand_text_numeric(3, '1234567890')",
    "rand_base('3')",
    "rand_base(-3)",
    "rand_ip('10.0.0.0')",
    "rand_ip('10.0.0.0/33')",
    "to_unix_time('32-01-2022', '02-01-2006')",
    "to_unix_time('30-02-2022', '02-01-2006')",
    "to_unix_time('soon')",
    "date_time('%Q')",
    "date_time('%Y', 'tomorrow')",
    "wait_for(61)",
    "wait_for('1')",
    "jarm('host')",
    "resolve('known.test', 'any')",
  ]) {
    it(`fail for what is near but wrong: ${near}`, () => failsAs(near, "wrong-argument", {}, { network: answers }));
  }

  it("read and write bytes, not characters", async () => {
    const bytes = Buffer.from([0, 0xff, 0xc3, 0x28]).toString("latin1");
    assert.equal(await valueOf("hex_encode(x)", { x: bytes }), "00ffc328");
    assert.equal(await valueOf("base64(x)", { x: bytes }), "AP/DKA==");
    assert.equal(await valueOf("len(x)", { x: bytes }), 4);
    assert.equal(await valueOf("reverse(x)", { x: "a\xff" }), "\xef\xbf\xbda");
    assert.equal(await valueOf("regex('\\\\xff|\\\\x{fffd}', x)", { x: bytes }), true);
    assert.equal(await valueOf("regex('^.é$', x)", { x: "a\xc3\xa9" }), true);
  });

  it("give no text of more than 16 MiB", async () => {
    const big = "a".repeat(maxResultBytes);
    await failsAs("repeat('ab', 100000000000)", "too-large");
    await failsAs("padding('a', 'b', 100000000000, 'prefix')", "too-large");
    await failsAs("concat(x, 'a')", "too-large", { x: big });
    await failsAs("x + 'a'", "too-large", { x: big });
    await failsAs("replace(x, 'a', 'bb')", "too-large", { x: big });
    await failsAs("hex_encode(x)", "too-large", { x: big });
    await failsAs("rand_base(100000000)", "too-large");
    await failsAs("split(x, '')", "too-large", { x: big });
    const bomb = gzipSync(Buffer.alloc(maxResultBytes + 1)).toString("latin1");
    await failsAs("gzip_decode(x)", "too-large", { x: bomb });
    assert.equal(await valueOf("len(gzip_decode(gzip(x)))", { x: big.slice(4_000_000) }), 10 * 1024 * 1024);
  });

  it("tell the time of the clock", async () => {
    assert.equal(await valueOf("unix_time()"), now);
    assert.equal(await valueOf("unixtime(-60) < unix_time()"), true);
    const date = new Date(now * 1000);
    const two = (value: number): string => String(value).padStart(2, "0");
    const day = `${two(date.getDate())}-${two(date.getMonth() + 1)}-${date.getFullYear()}`;
    assert.equal(await valueOf(`date_time("%D-%M-%Y")`), day);
    assert.equal(await valueOf(`date_time("02-01-2006", unix_time())`), day);
    assert.equal(
      await valueOf(`date_time("%H:%m:%S", '${now}')`),
      `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`,
    );
    const local = new Date(2024, 1, 5, 9, 7, 3);
    const layout = "Monday, Jan _2 2006 at 3:04:05 pm (002, 06, .000)";
    assert.equal(
      await valueOf("date_time(layout, at)", { layout, at: local.getTime() / 1000 }),
      "Monday, Feb  5 2024 at 9:07:03 am (036, 24, .000)",
    );
  });

  it("put the expiry into tokens", async () => {
    const token = printed(await valueOf(`generate_jwt("{\\"a\\":1}", "HS256", "k", unix_time(60))`));
    const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
    assert.equal(claims, `{"iat":${now},"exp":${now + 60},"a":1}`);
  });

  it("wait as long as they are asked to, and end with the run", async () => {
    const clock = new ManualClock();
    const end = new AbortController();
    const wait = compiled("wait_for(2)");
    const given = setup({ clock, signal: end.signal });
    const first = wait.evaluateAsync(new Variables(), given);
    clock.advance(2_000);
    assert.equal(await first, true);
    const second = wait.evaluateAsync(new Variables(), given);
    end.abort();
    await assert.rejects(second, { code: "ended" });
    assert.equal(clock.pending, 0);
  });

  it("encrypt so that the key opens it", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    const sealed = await valueOf("rsa_encrypt('secret', pem)", { pem });
    const raw = privateDecrypt(
      { key: privateKey, padding: constants.RSA_NO_PADDING },
      Buffer.from(printed(sealed), "base64"),
    );
    assert.equal(raw.readUInt16BE(), 2);
    assert.ok(raw.toString("latin1").endsWith("\0secret"));
    const key = "AES256Key-32Characters1234567890";
    const box = Buffer.from(printed(await valueOf(`aes_gcm("${key}", "plain")`)), "latin1");
    const cipher = createDecipheriv("aes-256-gcm", key, box.subarray(0, 12));
    cipher.setAuthTag(box.subarray(-16));
    assert.equal(cipher.update(box.subarray(12, -16), undefined, "utf8") + cipher.final("utf8"), "plain");
  });

  it("ask names and servers only through the network of the run", async () => {
    assert.equal(await valueOf("resolve('known.test', 'CNAME')", {}, { network: answers }), "a.test");
    await failsAs("resolve('other.test')", "unavailable", {}, { network: answers });
    await failsAs("resolve('known.test')", "unavailable");
    await failsAs("jarm('known.test:443')", "unavailable");
    assert.equal(await valueOf("jarm('known.test:443')", {}, { network: answers }), "0".repeat(62));
  });

  it("print values for those who write templates", async () => {
    const lines: string[] = [];
    await valueOf(
      "print_debug(1, 2000000, 'a', true, x)",
      { x: ["é", "b"].map((text) => text) },
      { log: (line) => lines.push(line) },
    );
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^print_debug value: 1 2e\+06atrue \[/);
  });
});
