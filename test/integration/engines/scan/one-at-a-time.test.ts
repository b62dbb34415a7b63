import assert from "node:assert/strict";
import { closeSites, errorKinds, engineFor, startSite, templateOf } from "./site.ts";
import { systemClock } from "../../../../src/base/clock.ts";
import type { ScanOutcome } from "../../../../src/engines/scan/index.ts";

describe("a run that sends one request at a time", () => {
  afterEach(closeSites);

  let most: number;
  const run = async (blocks: readonly string[], oneAtATime: boolean): Promise<ScanOutcome> => {
    let now = 0;
    most = 0;
    const site = await startSite((_request, response) => {
      now += 1;
      most = Math.max(most, now);
      systemClock.after(5, () => {
        now -= 1;
        response.end("ok");
      });
    });
    const engine = engineFor(site.url);
    const templates = blocks.map((block, at) => templateOf(block, `t${at}`));
    try {
      return await engine.run({ target: site.url, templates, signal: new AbortController().signal, oneAtATime });
    } finally {
      await engine.close();
    }
  };

  const payloads = `path: ["{{BaseURL}}/{{a}}"]\nthreads: 10\npayloads: {a: [a, b, c, d, e, f]}\nmatchers: [{type: word, words: [ok]}]`;
  const race = `raw: ["GET / HTTP/1.1\\nHost: {{Hostname}}\\n\\n"]\nrace: true\nrace_count: 4\nmatchers: [{type: word, words: [ok]}]`;

  it("keeps to it over all templates, and over payloads that a template sends in parallel", async () => {
    const { findings } = await run([payloads, `path: ["{{BaseURL}}/x"]`, `path: ["{{BaseURL}}/y"]`], true);
    assert.deepEqual([findings.length, most], [6, 1]);
    await run([payloads], false);
    assert.equal(most > 1, true);
  });

  it("refuses what means to send several at once, and says so", async () => {
    const outcome = await run([race], true);
    assert.deepEqual([outcome.findings.length, errorKinds(outcome), most], [0, ["disabled"], 0]);
    assert.equal(outcome.requests.failed, 1);
    const free = await run([race], false);
    assert.deepEqual([free.findings.length, errorKinds(free)], [4, []]);
  });
});
