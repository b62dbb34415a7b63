import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../src/base/clock.ts";
import { type PracticeSite, startPracticeSite } from "../../../src/bin/practice-site/practice-site.ts";
import { inRepository } from "../../support/built.ts";
import {
  createScanEngine,
  type Finding,
  loadTemplates,
  type ScanEngine,
  type ScanOutcome,
  scopeOfTargets,
  type Template,
} from "../../../src/engines/scan/index.ts";

interface ExpectedFinding {
  readonly base: string;
  readonly "template-id": string;
  readonly "matcher-name"?: string;
  /** Path and query of `matched-at`. */
  readonly path: string;
}

interface Expectation {
  readonly bases: readonly string[];
  readonly findings: readonly ExpectedFinding[];
}

const supported = async (path: string): Promise<readonly Template[]> =>
  (await loadTemplates([path])).flatMap(({ template }) => template ?? []);

const careless = `id: careless-env
info: {name: status and one word, author: garrison, severity: high}
http:
  - path: ["{{BaseURL}}/.env"]
    matchers-condition: and
    matchers:
      - {type: status, status: [200]}
      - {type: word, words: ["DB_PASSWORD="]}
`;

describe("a scan of the practice website", function () {
  this.timeout(30_000);
  let expected: Expectation;
  let site: PracticeSite;
  let engine: ScanEngine;

  before(async () => {
    const fixture = inRepository("test/fixtures/practice-site/expected-findings.json");
    expected = JSON.parse(await readFile(fixture, "utf8")) as Expectation;
  });
  beforeEach(async () => {
    site = await startPracticeSite();
    engine = createScanEngine({ clock: systemClock, scope: await scopeOfTargets([site.url]) });
  });
  afterEach(async () => {
    await engine.close();
    await site.close();
  });

  const scan = (base: string, templates: readonly Template[]): Promise<ScanOutcome> =>
    engine.run({ target: site.url + base, templates, signal: new AbortController().signal });

  const essence = (base: string, finding: Finding): ExpectedFinding => ({
    base,
    "template-id": finding["template-id"],
    ...(finding["matcher-name"] === undefined ? {} : { "matcher-name": finding["matcher-name"] }),
    path: finding["matched-at"].slice(site.url.length),
  });

  const sorted = (findings: readonly ExpectedFinding[]): readonly string[] =>
    findings.map((finding) => JSON.stringify(finding)).sort();

  it("gives every expected finding once, and no other", async () => {
    const templates = await supported("templates");
    const found: ExpectedFinding[] = [];
    for (const base of expected.bases) {
      const { findings } = await scan(base, templates);
      found.push(...findings.map((finding) => essence(base, finding)));
    }
    assert.deepEqual(sorted(found), sorted(expected.findings));
  });

  it("shows a weakness for every template", async () => {
    const ids = (await supported("templates")).map(({ id }) => id);
    assert.deepEqual([...new Set(expected.findings.map((finding) => finding["template-id"]))].sort(), ids.sort());
  });

  it("sends what it says it sent: the access log has as many requests", async () => {
    const templates = await supported("templates");
    const { requests, errors } = await scan("/shop/", templates);
    assert.deepEqual(errors, []);
    assert.equal(requests.failed, 0);
    assert.equal(requests.planned, requests.sent + requests.skipped);
    assert.equal(site.requests().length, requests.sent + requests.redirects);
  });

  it("gives false findings with a careless template: the decoys are a real test", async () => {
    const folder = await mkdtemp(join(tmpdir(), "careless-"));
    try {
      await writeFile(join(folder, "careless-env.yaml"), careless);
      const templates = await supported(folder);
      const fooled: string[] = [];
      for (const base of expected.bases) {
        const { findings } = await scan(base, templates);
        fooled.push(...findings.map((finding) => essence(base, finding).path));
      }
      assert.deepEqual(fooled, ["/shop/.env", "/blog/.env", "/docs/.env"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
