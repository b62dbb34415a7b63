import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { type Ended, groupLives, type Running, runCommand, startCommand } from "../../support/command-line.ts";
import { type PlainSite, startPlainSite } from "../../support/plain-site.ts";
import { essenceOf, summaryOf } from "../../support/scan-lines.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { anotherCtrlC } from "../../support/another-ctrl-c.ts";
import { until } from "../../support/until.ts";

const answerMs = 40;
const planned = { templates: 20, requests: 5 };
const allRequests = planned.templates * planned.requests;
/** Two probes, each with a subtask of ten requests: what may be sent again after an end in the middle. */
const underWay = 2 * 10;
const joined = "going on with the unfinished scan";

describe("garrison scan run: ended in the middle", function () {
  this.timeout(60_000);
  const folder = tempDir("interrupt");
  let site: PlainSite;
  let tmp: string;
  let templates: string;
  let stores = 0;
  /** The site answers nothing before it. */
  let answering: Promise<void>;
  const started: Running[] = [];

  before(async () => {
    await built();
    templates = writePlainTemplates(join(folder.path, "templates"), planned);
  });
  beforeEach(async () => {
    answering = Promise.resolve();
    site = await startPlainSite((_request, response) => {
      void answering.then(() => setTimeout(() => response.end("ok"), answerMs));
    });
    tmp = join(folder.path, `tmp${stores++}`);
    writePlainTemplates(tmp, { templates: 0, requests: 0 });
  });
  afterEach(async () => {
    for (const { child } of started.splice(0)) child.kill("SIGKILL");
    await site.close();
  });
  after(() => folder.remove());

  const args = (...more: readonly string[]): readonly string[] => [
    ...["scan", "run", "--target", site.url, "--templates", templates, "--concurrency", "2", "--json"],
    ...more,
  ];
  const start = (...more: readonly string[]): Running => {
    const running = startCommand(args(...more), { tmp });
    started.push(running);
    return running;
  };
  const seenAtLeast = (requests: number, running: Running): Promise<void> =>
    until(
      () => site.seen.length >= requests,
      () => ({ seen: site.seen.length, stderr: running.stderr() }),
      10_000,
    );
  /** Everything was asked and found once. */
  const assertWhole = ({ code, stdout, stderr }: Ended): void => {
    assert.equal(code, 0, stderr);
    const findings = essenceOf(stdout);
    assert.equal(findings.length, allRequests);
    assert.equal(new Set(findings).size, allRequests);
    const { complete, requests } = summaryOf(stderr);
    assert.equal(complete, true);
    assert.deepEqual(requests, { planned: allRequests, sent: allRequests, failed: 0, skipped: 0, unneeded: 0 });
    assert.equal(new Set(site.seen.map(({ path }) => path)).size, allRequests);
  };

  it("ends soon after Ctrl-C, leaves nothing behind, and the same command goes on", async () => {
    const store = join(folder.path, `store${stores}`);
    const running = start("--store", store);
    await seenAtLeast(40, running);
    const atMs = performance.now();
    running.child.kill("SIGINT");
    const { code, stderr } = await running.ended;
    assert.equal(code, 130, stderr);
    assert.ok(performance.now() - atMs < 4_000, "it took long to end");
    assert.equal(groupLives(running), false);
    assert.deepEqual(readdirSync(tmp), []);
    assert.match(stderr, /interrupted: stopping in order/);
    assert.equal(summaryOf(stderr).interrupted, true);
    const before = site.seen.length;
    assert.ok(before < allRequests);

    const again = await runCommand(args("--store", store), { tmp });
    assert.match(again.stderr, /going on with the unfinished scan/);
    assertWhole(again);
    assert.ok(site.seen.length <= allRequests + underWay, `${site.seen.length} requests: it started over`);
  });

  it("goes on after SIGKILL, when the claims of the dead process have run out, and says now and then where it is", async () => {
    const store = join(folder.path, `store${stores}`);
    const running = start("--store", store);
    await seenAtLeast(40, running);
    running.child.kill("SIGKILL");
    await running.ended;
    const again = await runCommand(args("--store", store), { tmp });
    assert.match(again.stderr, /^scan \d+\/10 parts of the scan, 0 restarts$/m);
    assertWhole(again);
    assert.ok(site.seen.length <= allRequests + underWay, `${site.seen.length} requests: it started over`);
  });

  it("without --store, Ctrl-C leaves no temporary folder; a second one ends it at once, and leaves none either", async () => {
    const once = start();
    await seenAtLeast(10, once);
    once.child.kill("SIGINT");
    assert.equal((await once.ended).code, 130);
    assert.deepEqual(readdirSync(tmp), []);

    const twice = start();
    await seenAtLeast(site.seen.length + 10, twice);
    twice.child.kill("SIGINT");
    await until(
      () => twice.stderr().includes("press Ctrl-C again"),
      () => twice.stderr(),
    );
    // Frozen, so that it has not ended by itself when the second one comes.
    twice.child.kill("SIGSTOP");
    await anotherCtrlC();
    const atMs = performance.now();
    twice.child.kill("SIGINT");
    twice.child.kill("SIGCONT");
    assert.equal((await twice.ended).code, 130);
    assert.ok(performance.now() - atMs < 1_000, "the second one did not end it at once");
    assert.deepEqual(readdirSync(tmp), []);
  });

  it("two processes with one store do one scan together: no part twice, the same findings", async () => {
    const store = join(folder.path, `store${stores}`);
    let answer = (): void => undefined;
    answering = new Promise((resolve) => (answer = resolve));
    const both = [start("--store", store), start("--store", store)];
    // On a busy machine one of them could be done with the scan before the other looks for it.
    await until(
      () => both.some((running) => running.stderr().includes(joined)),
      () => both.map((running) => running.stderr()),
      30_000,
    );
    answer();
    const ends = await Promise.all(both.map(({ ended }) => ended));
    for (const ended of ends) assertWhole(ended);
    assert.equal(ends.filter(({ stderr }) => stderr.includes(joined)).length, 1);
    assert.equal(site.seen.length, allRequests, "a part was done twice");
  });
});
