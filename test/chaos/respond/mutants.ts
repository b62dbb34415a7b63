import { garrison } from "#gen/garrison.js";
import type { Random } from "../../../src/base/random.ts";

const { ReportEventsRequest } = garrison.v1;

const snippets = [
  ...['"', "\\", "{", "}", "[", "]", ",", ":", "null", "-", "1e999", "9".repeat(400), "\0", "\u2028", "\\ud800", "é"],
  ...['"__proto__":{"polluted":1},', '"constructor":{"prototype":{"polluted":1}},', '"toString":1,', '"\\u0000":0,'],
  ...["[".repeat(5_000), '{"a":'.repeat(500), "x".repeat(70_000), "<!DOCTYPE a>", "CEF:0|a|b|c|d|e|9|"],
];

const one = <Item>(random: Random, items: readonly [Item, ...Item[]]): Item =>
  items[random.below(items.length)] ?? items[0];

/** Bytes after one to four changes: some lost, doubled, put elsewhere, altered, or something inserted. */
export const mutatedBytes = (random: Random, original: Buffer): Buffer => {
  let bytes = original;
  for (let changes = 1 + random.below(4); changes > 0; changes -= 1) {
    const from = random.below(bytes.length + 1);
    const to = Math.min(bytes.length, from + random.below(20));
    const [head, cut, tail] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
    bytes = one(random, [
      () => Buffer.concat([head, tail]),
      () => Buffer.concat([head, cut, cut, tail]),
      () => Buffer.concat([tail, cut, head]),
      () => Buffer.concat([head, Buffer.from(cut.map((byte) => byte ^ (1 << random.below(8)))), tail]),
      () => Buffer.concat([head, Buffer.from(snippets[random.below(snippets.length)] ?? ""), tail]),
    ])();
  }
  return bytes;
};

/** An event as JSON, of one of several shapes that devices send. */
export const eventText = (random: Random, id: string): string =>
  JSON.stringify(
    one<object>(random, [
      {
        id,
        kind: "mining",
        data: { host: "pc-7", pid: 4_711, args: ["-o", "pool"], nested: { a: { b: [1, null, true] } } },
      },
      { id, data: { message: `${"a".repeat(random.below(3_000))}!`, score: -0.5 }, time: "2026-05-01T12:00:00Z" },
      { id, source: "edr", logsource: { product: "windows" }, data: { Event: { System: { EventID: 1 } } } },
    ]),
  );

/** A request of `ReportEvents` with one event whose data is this text, JSON or not. */
export const reportRequest = (id: string, data: string): Buffer =>
  Buffer.from(ReportEventsRequest.encode({ events: [{ id, source: "chaos", kind: "mining", data }] }).finish());

const laughs = (levels: number): string =>
  Array.from({ length: levels }, (_, at) =>
    at === 0 ? "a0: &a0 [lol, lol]" : `a${at}: &a${at} [${`*a${at - 1}, `.repeat(9)}*a${at - 1}]`,
  ).join("\n");

const binding = (detection: string): string =>
  `id: hostile\nwhen: { kinds: [mining], detection: ${detection} }\nrun: [orders]\n`;

/** Bindings and rules to be mutated. */
export const bindingSeeds: readonly string[] = [
  "id: a\ntitle: A\nwhen:\n  kinds: [mining]\n  detection:\n    web: { host|startswith: web, pid: [1, 2] }\n    condition: web\nrun: [orders]\n",
  "id: b\nwhen: { sources: [edr], detection: { x: { 'message|re': '^a.*!$' }, not_y: { host|contains|all: [a, b] }, condition: 'x and not not_y' } }\nrun: [orders]\npriority: 5\n",
];

/** Bindings that mean harm. */
export const hostileBindings: readonly string[] = [
  `${laughs(12)}\nid: laughs\nrun: *a11\n`,
  binding("{ x: { 'message|re': '(a+)+$' }, condition: x }"),
  binding("{ x: { 'message|re': '^(([a-z])+.)+[A-Z]([a-z])+$' }, condition: x }"),
  binding("{ x: { 'message|re': '(.*)*(.*)*(.*)*b' }, condition: x }"),
  binding(`{ x: { host: a }, condition: '${"(".repeat(20_000)}x${")".repeat(20_000)}' }`),
  binding(`{ x: { host: a }, condition: '${"not ".repeat(20_000)}x' }`),
  "__proto__: { polluted: 1 }\nconstructor: { prototype: { polluted: 1 } }\nid: proto\nrun: [__proto__, constructor]\n",
  `id: deep\nwhen: ${"[".repeat(50_000)}\n`,
  `id: long\nrun: [${"orders, ".repeat(200_000)}orders]\n`,
  "\0\u0001\ufeffid: [\n",
  "x".repeat(10 * 1024 * 1024),
];

/** Playbooks to be mutated. */
export const moduleSeeds: readonly string[] = [
  'export const title = "T";\nexport const actions = { put: { idempotent: true, run: (input) => input } };\nexport const onStart = async (event, run) => run.act("put", event.data);\n',
  'import { definePlaybook } from "garrison/playbook";\nexport default definePlaybook({ actions: { a: () => 1 }, onStart: (event, run) => run.act("a") });\n',
];

const usual = "export const actions = {}; export const onStart = () => undefined;\n";

/** Playbooks that mean harm to whoever reads them; none of them is to be executed by the node itself. */
export const hostileModules: readonly string[] = [
  `for (;;);\n${usual}`,
  `process.exit(3);\n${usual}`,
  `process.abort();\n${usual}`,
  `globalThis.kept = []; for (;;) kept.push(new Array(1e6).fill(1));\n${usual}`,
  `import "../../../../../etc/passwd";\n${usual}`,
  `import "./hostile-${"../".repeat(50)}x.mjs";\n${usual}`,
  `import data from "/proc/self/environ" with { type: "text" };\nexport const title = data;\n${usual}`,
  `Object.prototype.polluted = 1; Array.prototype.push = undefined;\n${usual}`,
  `export const title = ${"(".repeat(100_000)}1${")".repeat(100_000)};\n${usual}`,
  `export const title = "${"x".repeat(10 * 1024 * 1024)}";\n${usual}`,
  "\0\u0001\u0002",
];
