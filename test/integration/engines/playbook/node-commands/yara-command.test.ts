import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";
import { systemClock } from "../../../../../src/base/clock.ts";
import type { Json } from "../../../../../src/base/json.ts";
import { startYaraFrom } from "../../../../../src/bin/process/start-yara.ts";
import {
  CommandFailure,
  yaraCommand,
  type CommandOutput,
  type NodeCommand,
  type StartYara,
} from "../../../../../src/engines/playbook/node-commands/index.ts";
import { built, inRepository } from "../../../../support/built.ts";

const longestMs = 20_000;
const start = startYaraFrom(pathToFileURL(inRepository("dist/bin/respond-yara.js")));

const open = (startYara: StartYara, maxRssMb = 512): NodeCommand =>
  yaraCommand({ start: startYara, atOnce: 1, timeoutMs: longestMs, maxRssMb, clock: systemClock });

const run = (
  rules: string,
  data: Json,
  { yara = open(start), signal = AbortSignal.timeout(longestMs) }: { yara?: NodeCommand; signal?: AbortSignal } = {},
): Promise<CommandOutput> => yara.run({ rules, data }, { idempotencyKey: "r-1", cause: { chain: [] }, signal });

const fails = async (work: Promise<unknown>, message: RegExp): Promise<void> => {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof CommandFailure, String(error));
    assert.equal(error.code, "threw");
    assert.match(error.message, message);
    return true;
  });
};

/** Takes for ever, without a pattern that the compiler could warn of. */
const endless =
  "rule endless { condition: for all i in (0..100000000000) : (for all j in (0..1000000000) : (i + j < 99999999999999)) }";

describe("commands of yara", () => {
  before(async function () {
    this.timeout(120_000);
    await built();
  });

  it("says which rules match, with their tags and meta", async () => {
    const rules = `
      rule found : malware test { meta: score = 80 family = "x" strings: $a = "evil" condition: $a }
      rule missed { strings: $a = "good" condition: $a }`;
    assert.deepEqual(await run(rules, { type: "text", value: "an evil thing" }), {
      text: '["found"]',
      truncated: false,
      facts: {
        matched: true,
        count: 1,
        rules: [{ name: "found", tags: ["malware", "test"], meta: { score: 80, family: "x" } }],
      },
    });
    const { text, facts } = await run(rules, { type: "text", value: "nothing" });
    assert.equal(text, "[]");
    assert.equal(facts["matched"], false);
  });

  it("takes bytes as hexadecimal and as base64", async () => {
    const rules = "rule bytes { strings: $a = { 00 FF 10 } condition: $a at 0 and filesize == 3 }";
    for (const data of [
      { type: "hex", value: "00ff10" },
      { type: "base64", value: "AP8Q" },
    ]) {
      assert.equal((await run(rules, data)).text, '["bytes"]');
    }
    await fails(run(rules, { type: "hex", value: "0g" }), /data\.value/);
    await fails(run(rules, { type: "file", value: "/etc/passwd" }), /data/);
  });

  it("names the line of a rule that does not compile, and lets none include a file", async () => {
    await fails(run('rule a { strings: $a = "x"\n condition: $b }', { type: "text", value: "" }), /line:2[^]*\$b/);
    await fails(run('include "/etc/passwd"\nrule a { condition: true }', { type: "text", value: "" }), /include/);
    await fails(run("// rules\n", { type: "text", value: "" }), /no rule/);
  });

  it("takes no rule that the compiler would leave out without a word", async () => {
    const rule = (open: string, close: string, depth: number): string =>
      `rule deep { condition: ${open.repeat(depth)}true${close.repeat(depth)} }`;
    assert.equal((await run(rule("(", ")", 400), { type: "text", value: "" })).text, '["deep"]');
    await fails(run(rule("(", ")", 5_000), { type: "text", value: "" }), /nested/);
    await fails(run(rule("not ", "", 5_000), { type: "text", value: "" }), /nested/);
  });

  it("bounds its answer", async () => {
    const many = Array.from(
      { length: 900 },
      (_, at) => `rule r${at} { meta: m = "${"\\x01".repeat(8)}" condition: true }`,
    ).join("\n");
    const { truncated, facts, text } = await run(many, { type: "text", value: "" });
    assert.ok(truncated);
    assert.equal(facts["count"], 900);
    assert.ok(Buffer.byteLength(JSON.stringify({ text, truncated, facts })) < 64 * 1024);
  });

  it("ends rules that take for ever when it is aborted", async () => {
    const startedMs = performance.now();
    await fails(run(endless, { type: "text", value: "" }, { signal: AbortSignal.timeout(1_000) }), /SIGKILL/);
    assert.ok(performance.now() - startedMs < 10_000);
  });

  it("ends what takes too much memory", async () => {
    await fails(run(endless, { type: "text", value: "" }, { yara: open(start, 10) }), /respond\.child\.maxRssMb/);
  });

  it("outlives native code that crashes, and an answer that is none", async () => {
    const sh =
      (script: string): StartYara =>
      () =>
        spawn("/bin/sh", ["-c", script], { detached: true, stdio: ["pipe", "ignore", "pipe", "pipe"] });
    const data = { type: "text", value: "" };
    await fails(run("rule a {}", data, { yara: open(sh("echo oh >&2; kill -SEGV $$")) }), /SIGSEGV: oh/);
    await fails(run("rule a {}", data, { yara: open(sh("echo '{}' >&3")) }), /no answer/);
    await fails(
      run("rule a {}", data, {
        yara: open(() => spawn("/nonexistent", { stdio: ["pipe", "ignore", "pipe", "pipe"] })),
      }),
      /could not be started/,
    );
  });
});
