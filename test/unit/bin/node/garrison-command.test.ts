import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BundleStore, noOptions, taskQueue } from "../../../../src/actors/scan/index.ts";
import { garrisonCommand } from "../../../../src/bin/node/respond/garrison-command/garrison-command.ts";
import { QueueGate } from "../../../../src/control/index.ts";
import { CommandFailure, type CommandOutput } from "../../../../src/engines/playbook/node-commands/index.ts";
import { createScopeGuard, unpackBundle } from "../../../../src/engines/scan/index.ts";
import { StoreError } from "../../../../src/store/index.ts";
import { inRepository } from "../../../support/built.ts";
import { TestKernel } from "../../../support/kernel.ts";
import { ScanNode, type ScanNodeOptions } from "../../../support/scan-node.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { until } from "../../../support/until.ts";

const finding = (severity: string): { readonly info: { readonly severity: string } } => ({ info: { severity } });

const template = (id: string, severity: string): string =>
  `id: ${id}
info:
  name: ${id}
  author: test
  severity: ${severity}
  tags: own
http:
  - path: ["{{BaseURL}}/${id}"]
    matchers: [{ type: word, words: [x] }]
`;

interface StartOptions {
  readonly signal?: AbortSignal;
  readonly key?: string;
  readonly mostWaiting?: number;
}

describe("commands of garrison", () => {
  let kernel: TestKernel;
  let node: ScanNode;
  let folder: ReturnType<typeof tempDir>;

  const open = (options: ScanNodeOptions = {}): void => {
    kernel = new TestKernel("nact");
    node = new ScanNode(kernel, options);
  };

  beforeEach(() => {
    folder = tempDir("templates");
    open();
  });

  afterEach(async () => {
    await kernel.system.stop();
    folder.remove();
  });

  const start = (
    words: readonly string[],
    { signal = new AbortController().signal, key = "r1-2", mostWaiting = 9 }: StartOptions = {},
  ): Promise<CommandOutput> =>
    garrisonCommand({
      scans: node.scans,
      bundles: new BundleStore(node.space, kernel.clock),
      gate: new QueueGate(node.space.queue, taskQueue, mostWaiting, kernel.clock),
      scope: createScopeGuard(["127.0.0.0/8", "app.test"]),
      enable: { selfContained: false, file: false },
      templates: { shipped: inRepository("templates"), folders: [folder.path] },
      verdicts: () => undefined,
      blocks: () => undefined,
      clock: kernel.clock,
      atOnce: 1,
      timeoutMs: 1_000,
    }).run({ words }, { idempotencyKey: key, cause: { chain: [] }, signal });

  const fails = async (work: Promise<unknown>, code: string, message: RegExp): Promise<void> => {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof CommandFailure, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    });
  };

  const scanIds = async (): Promise<readonly string[]> => (await node.scans.list()).rows.map(({ id }) => id);

  /** Paths of the templates that a scan was stored with. */
  const templatesOf = async (id: string): Promise<readonly string[]> => {
    const hash = (await node.scans.get(id))?.spec.bundle ?? "";
    const packed = await new BundleStore(node.space, kernel.clock).get(hash);
    const files = await unpackBundle(packed ?? new Uint8Array(), hash);
    return files.map(({ path }) => path);
  };

  it("stores a scan and answers with its id", async () => {
    assert.deepEqual(await start(["scan", "http://127.0.0.1:8080", "--templates", "http/exposures"]), {
      text: "r1-2-1",
      truncated: false,
      facts: { scan_id: "r1-2-1", scans: [{ scan_id: "r1-2-1", target: "http://127.0.0.1:8080" }] },
    });
    const view = await node.scans.get("r1-2-1");
    assert.equal(view?.spec.target, "http://127.0.0.1:8080");
    assert.deepEqual(view.spec.options, noOptions);
  });

  it("stores a scan of each target, and the same again stores none, whatever became of the templates", async () => {
    const words = ["scan", "http://127.0.0.1:1", "http://app.test", "--templates", "mine"];
    mkdirSync(join(folder.path, "mine"));
    writeFileSync(join(folder.path, "mine", "a.yaml"), template("one", "low"));
    const first = await start(words);
    assert.equal(first.text, "r1-2-1\nr1-2-2");
    assert.equal(first.facts["scan_id"], undefined);
    writeFileSync(join(folder.path, "mine", "a.yaml"), template("other", "low"));
    assert.deepEqual(await start(words), first);
    assert.deepEqual(await scanIds(), ["r1-2-1", "r1-2-2"]);
  });

  it("refuses what the scope does not name, before it stores any", async () => {
    await fails(start(["scan", "http://127.0.0.1", "http://other.test"]), "refused", /scan\.scope/);
    await fails(start(["scan", "/etc"]), "refused", /folders/);
    assert.deepEqual(await scanIds(), []);
  });

  it("takes templates by their tags and severity, all that ship when none is named", async () => {
    writeFileSync(join(folder.path, "low.yaml"), template("low-one", "low"));
    writeFileSync(join(folder.path, "high.yaml"), template("high-one", "high"));
    await start([
      "scan",
      "http://app.test",
      "--templates",
      "low.yaml",
      "--templates",
      "high.yaml",
      "--severity",
      "HIGH",
    ]);
    assert.deepEqual(await templatesOf("r1-2-1"), ["2/high.yaml"]);
    await start(["scan", "http://app.test", "--tags", "git,nonsense"], { key: "r1-3" });
    const shipped = await templatesOf("r1-3-1");
    assert.ok(shipped.includes("http/exposures/git-config-exposure.yaml"), shipped.join());
    assert.ok(!shipped.includes("http/technologies/outdated-jquery.yaml"));
    writeFileSync(join(folder.path, "later.yaml"), `${template("later", "low")}code: []\n`);
    const some = await start(
      ["scan", "http://app.test", "--tags", "own", "--templates", "low.yaml", "--templates", "later.yaml"],
      { key: "r1-5" },
    );
    assert.equal(some.facts["templates_not_run"], 1);
    await fails(start(["scan", "http://app.test", "--tags", "nonsense"], { key: "r1-4" }), "threw", /none of/);
  });

  it("reads templates below its folders only", async () => {
    symlinkSync("/etc", join(folder.path, "link"));
    await fails(start(["scan", "http://app.test", "--templates", "link"]), "refused", /out of its folder/);
    for (const name of ["../templates", "/etc", "http/../../src", ".hidden", ""]) {
      await fails(start(["scan", "http://app.test", "--templates", name]), "threw", /use a name below a folder/);
    }
    await fails(start(["scan", "http://app.test", "--templates", "absent"]), "threw", /respond\.templates/);
  });

  it("says which words it does not take", async () => {
    await fails(start(["verdict", "file"]), "threw", /no digest/);
    await fails(start(["verdict", "0".repeat(64)]), "refused", /role centre/);
    await fails(start(["block", "10.0.0.1"]), "refused", /role guard/);
    await fails(start(["scans"]), "threw", /"scans"/);
    await fails(start([]), "threw", /words/);
    await fails(start(["scan"]), "threw", /no target/);
    await fails(start(["scan", "http://app.test", "--fast"]), "threw", /--fast/);
    await fails(start(["scan", "http://app.test", "--severity", "bad"]), "threw", /critical/);
    await fails(start(["scan", "not a target"]), "threw", /target/);
    await fails(start(["scan", ...Array<string>(33).fill("http://app.test")]), "threw", /32/);
  });

  it("stores no more than may wait", async () => {
    await fails(start(["scan", "http://app.test"], { mostWaiting: 0 }), "threw", /scans wait/);
    assert.deepEqual(await scanIds(), []);
  });

  /** Starts a scan and waits for it, and lets the actors begin it. */
  const startAndWait = async (
    signal?: AbortSignal,
    templates = ["http/exposures"],
  ): Promise<{ readonly output: Promise<CommandOutput> }> => {
    const words = ["scan", "http://app.test", ...templates.flatMap((name) => ["--templates", name]), "--wait"];
    const output = start(words, signal === undefined ? {} : { signal });
    output.catch(() => undefined);
    await until(
      async () => {
        await kernel.advance(10);
        return node.runs.length > 0;
      },
      () => kernel.system.tree(),
    );
    return { output };
  };

  /** Lets time go by until the command has ended. */
  const ended = async (output: Promise<unknown>): Promise<void> => {
    let settled = false;
    const settle = (): void => void (settled = true);
    output.then(settle, settle);
    await until(
      async () => {
        await kernel.advance(500);
        return settled;
      },
      () => kernel.system.tree(),
    );
  };

  it("waits until a scan has ended, and counts its findings", async () => {
    const { output } = await startAndWait();
    await node.finish(0, [finding("high"), finding("low"), finding("high")]);
    await ended(output);
    const { text, facts } = await output;
    assert.equal(text, "r1-2-1");
    assert.equal(facts["state"], "done");
    assert.equal(facts["complete"], true);
    assert.deepEqual(facts["findings"], { info: 0, low: 1, medium: 0, high: 2, critical: 0, unknown: 0 });
  });

  it("goes on when the store comes back: what fails meanwhile is no failure of the scan", async () => {
    writeFileSync(join(folder.path, "one.yaml"), template("one", "low"));
    writeFileSync(join(folder.path, "later.yaml"), `${template("later", "low")}code: []\n`);
    const { output } = await startAndWait(undefined, ["one.yaml", "later.yaml"]);
    const get = node.scans.get.bind(node.scans);
    let failures = 0;
    node.scans.get = (id) => {
      if (failures === 3) return get(id);
      failures += 1;
      return Promise.reject(new StoreError("unavailable", "the store restarts", { retryable: true }));
    };
    await until(
      async () => {
        await kernel.advance(500);
        return failures === 3;
      },
      () => failures,
    );
    await node.finish(0, [finding("high")]);
    await ended(output);
    const { text, facts } = await output;
    assert.deepEqual([text, facts["complete"]], ["r1-2-1", true]);
    assert.equal(facts["templates_not_run"], 1);
  });

  it("fails with what the store said when that does not pass, or there is no time left", async () => {
    for (const [retryable, code] of [
      [false, "corrupt"],
      [true, "deadline"],
    ] as const) {
      const abort = new AbortController();
      if (retryable) abort.abort();
      node.scans.get = () => Promise.reject(new StoreError(code, `the store is ${code}`, { retryable }));
      await fails(start(["scan", "http://app.test"], { signal: abort.signal }), "threw", new RegExp(code));
    }
  });

  it("does not call done what was cancelled", async () => {
    const { output } = await startAndWait();
    await node.scans.cancel("r1-2-1");
    await ended(output);
    await fails(output, "threw", /r1-2-1 .* is cancelled/);
  });

  it("does not call done what was not looked at as a whole", async () => {
    const { output } = await startAndWait();
    let failed = 0;
    await until(
      async () => {
        for (; failed < node.runs.length; failed += 1) node.run(failed).fail("the engine is broken");
        await kernel.advance(1_000);
        return (await node.scans.get("r1-2-1"))?.state === "done";
      },
      () => ({ failed, tree: kernel.system.tree() }),
    );
    await ended(output);
    await fails(output, "threw", /r1-2-1 .* is incomplete: .*the engine is broken/);
  });

  it("leaves the scan alone when it is aborted, and says so", async () => {
    const abort = new AbortController();
    const { output } = await startAndWait(abort.signal);
    abort.abort();
    await fails(output, "threw", /goes on/);
    assert.equal((await node.scans.get("r1-2-1"))?.state, "running");
  });
});
