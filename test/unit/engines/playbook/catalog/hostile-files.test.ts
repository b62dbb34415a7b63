import assert from "node:assert/strict";
import fc from "fast-check";
import { emptyPlaybook, event, type Folders, folders } from "./folders.ts";

const binding = `id: x
title: A binding
when:
  kinds: [mining, "*"]
  logsource: {product: windows}
  detection:
    selection:
      CommandLine|contains|all: ["a", 'b']
      Port|gte: 10
    condition: selection and not 1 of them
run: [a]
dedup: {by: [host, $kind], window: 10m}
rate: {events: 5, per: 1m}
`;
const playbook = `import { definePlaybook } from "garrison/playbook";
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
export default definePlaybook({
  actions: { block: async ({ host }: { host: string }) => { await wait(1); return \`\${host}\`; } },
  onStart: (event, run) => run.act("block", { host: event.source }),
});
`;

/** Texts with a few pieces cut out, doubled or replaced. */
const mutated = (text: string, count: number): readonly string[] => {
  const piece = fc.constantFrom(
    "[",
    "]",
    "{",
    "}",
    ": ",
    "\n",
    "- ",
    "&a ",
    "*a ",
    "`",
    "/*",
    "\u0000",
    "\ud800",
    "__proto__: ",
    "constructor",
    "(",
    "|",
    "'",
    '"',
    "9".repeat(40),
    "import('x');",
    "\\",
  );
  const change = fc.record({ at: fc.nat(text.length), cut: fc.nat(12), piece });
  const mutate = (changes: readonly { readonly at: number; readonly cut: number; readonly piece: string }[]): string =>
    changes.reduce((before, { at, cut, piece: put }) => before.slice(0, at) + put + before.slice(at + cut), text);
  return fc.sample(fc.array(change, { minLength: 1, maxLength: 4 }).map(mutate), count);
};

const named = (folder: string, ending: string, texts: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(texts.map((text, at) => [`${folder}/f${at}.${ending}`, text]));

describe("files that are mistaken or hostile", () => {
  let made: Folders | undefined;
  const having = (files: Readonly<Record<string, string>>): Folders =>
    (made = folders({
      "playbooks/a.js": emptyPlaybook,
      "rules/good.yml": "id: good\nwhen: {kinds: [mining]}\nrun: [a]\n",
      ...files,
    }));
  afterEach(() => made?.remove());

  it("are used or told as problems, and take nothing else with them", async () => {
    const found = having({
      ...named("rules", "yml", mutated(binding, 1_000)),
      ...named("playbooks", "ts", mutated(playbook, 150)),
    });
    const { playbooks, bindings, problems, ...catalog } = await found.load();
    assert.ok(playbooks.has("a") && bindings.some(({ id }) => id === "good"));
    const told = new Set(problems.map(({ file }) => file.split("/").slice(-2).join("/")));
    assert.ok(told.size > 100, `${told.size} files are refused`);
    for (const { id } of playbooks.values()) assert.equal(told.has(`playbooks/${id}.ts`), false);
    assert.equal(catalog.version.length, 64);
  });

  it("cannot keep the event loop by aliases of aliases, depth or a regular expression", async () => {
    const laughs = Array.from("bcdefgh").map(
      (name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[at]}`).join(",")}]`,
    );
    const catalog = await having({
      "rules/laughs.yml": ["a: &a [lol]", ...laughs].join("\n"),
      "rules/deep.yml": `id: deep\nwhen: {detection: ${"[".repeat(50_000)}`,
      "rules/pattern.yml": "id: p\nwhen: {detection: {s: {f|re: '^(a+)+$'}, condition: s}}\nrun: [a]\n",
      "rules/conditions.yml": `id: c\nwhen: {detection: {s: {f: 1}, condition: '${"not (".repeat(1_000)}'}}\nrun: [a]\n`,
    }).load();
    assert.deepEqual(
      catalog.problems.map(({ file }) => file.split("/").at(-1)),
      ["conditions.yml", "deep.yml", "laughs.yml"],
    );
    const startedAt = performance.now();
    assert.deepEqual(catalog.choose(event({ kind: "x", data: { f: `${"a".repeat(60_000)}!` } })), []);
    assert.ok(performance.now() - startedAt < 2_000);
  });

  it("cannot reach what objects inherit", async () => {
    const catalog = await having({
      "rules/x.yml": `id: x\nwhen: {kinds: [mining]}\nrun: [a]\n__proto__: {enabled: false}\n`,
      "rules/y.yml": `id: y\nwhen: {detection: {s: {__proto__: 1, constructor: x, toString: y}, condition: s}}\nrun: [a]\n`,
      "rules/z.yml": `id: constructor\nwhen: {kinds: [constructor]}\nrun: [constructor]\ndedup: {by: [__proto__], window: 1m}\n`,
    }).load();
    assert.deepEqual(
      catalog.bindings.map(({ id }) => id),
      ["constructor", "good", "y"],
    );
    assert.deepEqual(catalog.choose(event({ kind: "constructor" })), []);
    assert.equal(catalog.choose(event()).length, 1);
    assert.equal(({} as Readonly<Record<string, unknown>>)["enabled"], undefined);
  });

  it("cost a playbook that is nested too deeply its place, and no other", async () => {
    const { playbooks, problems } = await having({
      "playbooks/0deep.js": `export const onStart = ${"[".repeat(2_000_000)}`,
    }).load();
    assert.deepEqual([...playbooks.keys()], ["a"]);
    assert.match(problems[0]?.message ?? "", /^cannot be made one module/);
  });
});
