import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { findVerdict } from "../../../../src/bin/node/respond/garrison-command/find-verdict.ts";
import { parseVerdictWords } from "../../../../src/bin/node/respond/garrison-command/verdict-words.ts";
import type { SecurityEvent } from "../../../../src/engines/events/index.ts";
import { CommandFailure, type CommandOutput } from "../../../../src/engines/playbook/node-commands/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { TestCentre, TestRelay, black, offer, sha256Of, white } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";

const md5Of = (text: string): string => createHash("md5").update(text).digest("hex");
const sha1Of = (text: string): string => createHash("sha1").update(text).digest("hex");

const task = { idempotencyKey: "r1-2", cause: { chain: ["fw/1 review"] } };

describe("garrison verdict", () => {
  let kernel: TestKernel;
  let centre: TestCentre;
  let relay: TestRelay;
  let raised: SecurityEvent[];

  beforeEach(async () => {
    kernel = new TestKernel("seeded");
    raised = [];
    const acceptEvents = (events: readonly SecurityEvent[]): Promise<void> => {
      raised.push(...events);
      return Promise.resolve();
    };
    const store = openMemoryStore(createMemoryDatabase({ clock: kernel.clock }));
    centre = await TestCentre.open(store, kernel.clock, { acceptEvents });
    centre.start(kernel.system);
    relay = new TestRelay(centre.desk, [offer("digest"), offer("yara")]);
    await relay.announce();
  });
  afterEach(async () => {
    await kernel.complete(kernel.system.stop());
    centre.folder.remove();
  });

  const ask = async (words: readonly string[], signal = new AbortController().signal): Promise<CommandOutput> =>
    findVerdict({ verdicts: () => centre.verdicts, clock: kernel.clock }, parseVerdictWords(words), {
      ...task,
      signal,
    });

  const fails = async (work: () => Promise<unknown>, code: string, message: RegExp): Promise<void> => {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof CommandFailure, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  };

  it("says what is known of a file, by each of its digests", async () => {
    await centre.submit("bad");
    await relay.work(() => black);
    await kernel.advance(500);
    const facts = { verdict: "black", state: "decided", degraded: false, reputation: 100, sha256: sha256Of("bad") };
    for (const digest of [sha256Of("bad"), sha1Of("bad").toUpperCase(), md5Of("bad")]) {
      assert.deepEqual(await ask([digest]), { text: "black", truncated: false, facts });
    }
  });

  it("a file without a verdict is unknown, never clean, and waiting for none does not change that", async () => {
    for (const wait of [[], ["--wait"]]) {
      const { text, facts } = await ask([md5Of("never seen"), ...wait]);
      assert.deepEqual([text, facts], ["unknown", { verdict: "unknown", state: "unknown", degraded: true }]);
    }
    await centre.submit("pending");
    const { facts } = await ask([sha256Of("pending")]);
    assert.deepEqual([facts["verdict"], facts["state"]], ["unknown", "pending"]);
  });

  it("has a verdict made where the old one does not hold any more, if it is to wait", async () => {
    await centre.submit("file");
    await relay.work(() => white);
    await kernel.advance(500);
    relay.kinds = [offer("digest"), offer("yara", { signatureVersion: "2" })];
    await relay.announce();
    assert.equal((await ask([sha256Of("file")])).text, "unknown");
    const asked = ask([sha256Of("file"), "--wait"]);
    await kernel.advance(500);
    await relay.work(() => black);
    await kernel.advance(3_000);
    assert.deepEqual([(await asked).text, (await asked).facts["state"]], ["black", "decided"]);
  });

  it("hands on what led to the run, for what the verdict leads to", async () => {
    await centre.submit("file");
    await relay.work(() => white);
    await kernel.advance(500);
    relay.kinds = [offer("digest"), offer("yara", { signatureVersion: "2" })];
    await relay.announce();
    const asked = ask([sha256Of("file"), "--wait"]);
    await kernel.advance(500);
    await relay.work(() => black);
    await kernel.advance(3_000);
    await asked;
    assert.deepEqual(
      raised.map(({ kind, cause }) => [kind, cause]),
      [["verdict-black", task.cause]],
    );
  });

  it("does not wait longer than its step", async () => {
    await centre.submit("pending");
    const abort = new AbortController();
    abort.abort();
    await fails(() => ask([sha256Of("pending"), "--wait"], abort.signal), "threw", /made without it/);
  });

  it("is refused where no node keeps verdicts", async () => {
    const request = parseVerdictWords([sha256Of("x")]);
    const setup = { verdicts: () => undefined, clock: kernel.clock };
    await fails(
      () => findVerdict(setup, request, { ...task, signal: new AbortController().signal }),
      "refused",
      /role centre/,
    );
  });

  it("says which words it does not take", async () => {
    await fails(() => ask([]), "threw", /names 0 digests/);
    await fails(() => ask([sha256Of("a"), sha256Of("b")]), "threw", /names 2 digests/);
    await fails(() => ask([sha256Of("a"), "--fast"]), "threw", /--fast/);
    for (const no of ["file.exe", "z".repeat(64), "a".repeat(63), ""])
      await fails(() => ask([no]), "threw", /no digest/);
  });
});
