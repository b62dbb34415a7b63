import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { runCommand } from "../../support/command-line.ts";
import { type PlainSite, startPlainSite } from "../../support/plain-site.ts";
import { essenceOf, summaryOf } from "../../support/scan-lines.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { tempDir } from "../../support/temp-dir.ts";

/** The most requests that arrived within any second. */
const mostInASecond = ({ seen }: PlainSite): number => {
  const times = seen.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));
};

describe("garrison scan run: what the sites get to see", function () {
  this.timeout(60_000);
  const folder = tempDir("requests");
  const sites: PlainSite[] = [];

  before(built);
  afterEach(async () => {
    for (const site of sites.splice(0)) await site.close();
  });
  after(() => folder.remove());

  const startSite = async (...answer: Parameters<typeof startPlainSite>): Promise<PlainSite> => {
    const site = await startPlainSite(...answer);
    sites.push(site);
    return site;
  };
  const scan = (targets: readonly string[], templates: string, ...flags: string[]): ReturnType<typeof runCommand> =>
    runCommand([
      ...["scan", "run", "--json", "--templates", templates],
      ...targets.flatMap((target) => ["--target", target]),
      ...flags,
    ]);

  it("--rate-limit holds in every second, over all probes, and nothing is left out", async () => {
    const site = await startSite();
    const templates = writePlainTemplates(join(folder.path, "rate"), { templates: 10, requests: 8 });
    const { code, stdout, stderr } = await scan([site.url], templates, "--rate-limit", "50");
    assert.equal(code, 0, stderr);
    assert.equal(essenceOf(stdout).length, 80);
    // A request may travel a few milliseconds longer than the next one.
    assert.ok(mostInASecond(site) <= 52, `${mostInASecond(site)} within a second`);
    assert.ok(
      mostInASecond(site) >= 25,
      `only ${mostInASecond(site)} within a second: it is held up by something else`,
    );
  });

  it("--rate-limit holds when a site that was stuck answers again", async () => {
    let stuck: (() => void)[] | undefined = [];
    const site = await startSite((_request, response) => {
      if (stuck === undefined) response.end("ok");
      else stuck.push(() => response.end("ok"));
      if (stuck?.length === 1) {
        setTimeout(() => {
          const waiting = stuck ?? [];
          stuck = undefined;
          for (const answer of waiting) answer();
        }, 1_500);
      }
    });
    const templates = writePlainTemplates(join(folder.path, "stuck"), { templates: 70, requests: 1 });
    const { code, stderr } = await scan([site.url], templates, "--rate-limit", "40");
    assert.equal(code, 0, stderr);
    assert.equal(site.seen.length, 70);
    assert.ok(mostInASecond(site) <= 42, `${mostInASecond(site)} within a second`);
  });

  it("does not follow a redirect out of the scope, and says so", async () => {
    const elsewhere = await startSite();
    const site = await startSite(
      (_request, response) => void response.writeHead(302, { location: `${elsewhere.url}/stolen` }).end(),
    );
    const template = join(folder.path, "redirect.yaml");
    writeFileSync(
      template,
      `id: redirect
info: {name: redirect, author: test, severity: low}
http:
  - path: ["{{BaseURL}}/away"]
    redirects: true
    matchers:
      - {type: status, status: [200]}
`,
    );
    const { stdout, stderr } = await scan([site.url], template);
    assert.equal(stdout, "");
    assert.equal(site.seen.length, 1);
    assert.equal(elsewhere.seen.length, 0);
    const port = new URL(elsewhere.url).port;
    const [gap = "", ...more] = summaryOf(stderr).gaps;
    assert.deepEqual(more, []);
    assert.match(gap, /refused-by-scope/);
    assert.match(gap, new RegExp(`127\\.0\\.0\\.1 on port ${port} is not in scope`));
    const allowed = await scan([site.url], template, "--scope", "127.0.0.1");
    assert.equal(elsewhere.seen.length, 1, allowed.stderr);
    assert.equal(essenceOf(allowed.stdout).length, 1);
  });
});
