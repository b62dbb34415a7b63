import assert from "node:assert/strict";
import { systemClock } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { submitScans, type SubmitSetup, type Submitted } from "../../../src/bin/calls/submit-scans.ts";
import type { ListedTarget } from "../../../src/bin/calls/target-list.ts";
import { ClientError, type ScansClient } from "../../../src/client/index.ts";
import { until } from "../../support/until.ts";

type Submission = Parameters<ScansClient["submit"]>[0];

/** A node that fails as the test says, before or after it has stored a scan. */
class FaultyNode {
  readonly stored = new Map<string, Submission>();
  readonly said: string[] = [];
  uploads = 0;
  calls = 0;
  most = 0;
  #underWay = 0;
  readonly #fault: (call: number, submission: Submission) => { readonly lost: ClientError } | ClientError | undefined;

  constructor(
    fault: (call: number, submission: Submission) => { readonly lost: ClientError } | ClientError | undefined,
  ) {
    this.#fault = fault;
  }

  readonly setup = (signal: AbortSignal): SubmitSetup => ({
    client: { scans: { uploadBundle: this.#upload, submit: this.#submit } as unknown as ScansClient },
    bundle: { hash: "0".repeat(64), bytes: Uint8Array.of(1) },
    options: { headers: [], variables: {}, excludeHosts: [] },
    priority: undefined,
    clock: systemClock,
    random: seededRandom(1),
    signal,
    say: (line) => this.said.push(line),
  });

  readonly #upload = (): Promise<{ readonly known: boolean }> => {
    this.uploads += 1;
    return Promise.resolve({ known: this.uploads > 1 });
  };

  readonly #submit = async (submission: Submission): Promise<{ readonly id: string; readonly known: boolean }> => {
    this.calls += 1;
    const fault = this.#fault(this.calls, submission);
    this.most = Math.max(this.most, (this.#underWay += 1));
    await Promise.resolve();
    this.#underWay -= 1;
    if (fault instanceof ClientError) throw fault;
    const id = submission.id ?? "";
    const known = this.stored.has(id);
    this.stored.set(id, submission);
    if (fault !== undefined) throw fault.lost;
    return { id, known };
  };
}

const never = new AbortController().signal;
const unavailable = new ClientError("unavailable", "gone", { retryable: true });

const listed = (count: number): readonly ListedTarget[] =>
  Array.from({ length: count }, (_, at) => ({ target: `http://h${at}.test/`, line: at + 1 }));

async function* streamed(targets: readonly ListedTarget[]): AsyncGenerator<ListedTarget> {
  for (const target of targets) yield await Promise.resolve(target);
}

const submitAll = async (node: FaultyNode, count: number, signal = never): Promise<readonly Submitted[]> => {
  const results: Submitted[] = [];
  for await (const result of submitScans(() => streamed(listed(count)), node.setup(signal))) results.push(result);
  return results;
};

describe("submitting many scans", () => {
  it("stores each once when answers get lost, in the order of the targets, with few calls at once", async () => {
    const node = new FaultyNode((call) => (call % 3 === 0 ? { lost: unavailable } : undefined));
    const results = await submitAll(node, 60);
    assert.deepEqual(
      results.map(({ line, outcome }) => [line, outcome]),
      listed(60).map(({ line }) => [line, "stored"]),
    );
    assert.deepEqual(
      results.map(({ id }) => node.stored.get(id)?.spec.target),
      listed(60).map(({ target }) => target),
    );
    assert.equal(node.stored.size, 60);
    assert.ok(node.most <= 32, `${node.most} calls at once`);
    assert.deepEqual(node.said, ["gone; trying again"]);
  });

  it("waits as long as a full node asks", async () => {
    let refusedMs = 0;
    let againMs = 0;
    const node = new FaultyNode((call) => {
      if (call > 1) againMs ||= performance.now();
      if (call > 1) return undefined;
      refusedMs = performance.now();
      return new ClientError("resource-exhausted", "full", { retryable: true, retryAfterMs: 300 });
    });
    const [result] = await submitAll(node, 1);
    assert.equal(result?.outcome, "stored");
    assert.ok(againMs - refusedMs >= 300, `it came back after ${againMs - refusedMs} ms`);
  });

  it("uploads the templates again when the node has forgotten them", async () => {
    const unknown = new ClientError("failed-precondition", "unknown", { reason: "bundle-unknown" });
    const node = new FaultyNode((call) => (call === 5 ? unknown : undefined));
    const results = await submitAll(node, 10);
    assert.ok(results.every(({ outcome }) => outcome === "stored"));
    assert.equal(node.uploads, 2);
  });

  it("stops at the first refusal, and accounts for what was under way", async () => {
    const outside = new ClientError("invalid", "out of scope", { reason: "out-of-scope" });
    const node = new FaultyNode((_call, { spec }) => (spec.target === "http://h10.test/" ? outside : undefined));
    const results = await submitAll(node, 10_000);
    assert.equal(results[10]?.outcome, "refused");
    assert.ok(results.length < 100, `${results.length} targets were taken`);
    const acknowledged = results.flatMap(({ id, outcome }) => (outcome === "stored" ? [id] : []));
    assert.deepEqual(new Set(acknowledged), new Set(node.stored.keys()));
  });

  it("when it is aborted while answers get lost, says of each whether it may have been stored", async () => {
    const stop = new AbortController();
    const node = new FaultyNode((call) =>
      call <= 20 ? undefined : call % 2 === 0 ? { lost: unavailable } : unavailable,
    );
    const done = submitAll(node, 10_000, stop.signal);
    await until(
      () => node.calls > 40,
      () => node.calls,
    );
    stop.abort();
    const results = await done;
    for (const { id, outcome } of results) {
      if (outcome === "stored") assert.ok(node.stored.has(id));
      if (node.stored.has(id)) assert.notEqual(outcome, "refused");
    }
    assert.ok(results.some(({ outcome }) => outcome === "unknown"));
  });

  it("does not call refused what was stored and only could not be written down", async () => {
    const stop = new AbortController();
    const missing = new ClientError("resource-exhausted", "full", { retryable: true, reason: "audit-failed" });
    const node = new FaultyNode((call) => (call <= 5 ? undefined : { lost: missing }));
    const done = submitAll(node, 100, stop.signal);
    await until(
      () => node.calls > 20,
      () => node.calls,
    );
    stop.abort();
    const results = await done;
    for (const { id, outcome } of results) if (node.stored.has(id)) assert.notEqual(outcome, "refused");
    assert.ok(results.some(({ outcome }) => outcome === "unknown"));
  });

  it("does not wait for a node that was never there", async () => {
    const node = new FaultyNode(() => undefined);
    const setup = node.setup(never);
    const gone = { ...setup.client.scans, uploadBundle: () => Promise.reject(unavailable) };
    const results = submitScans(() => streamed(listed(1)), { ...setup, client: { scans: gone } });
    await assert.rejects(results.next(), { code: "unavailable" });
  });
});
