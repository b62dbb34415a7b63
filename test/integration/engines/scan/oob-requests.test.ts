import assert from "node:assert/strict";
import { systemClock } from "../../../../src/base/clock.ts";
import { createScanEngine, type ScanOutcome } from "../../../../src/engines/scan/index.ts";
import { httpSite } from "../../../unit/engines/scan/key-cases/http-site.ts";
import { Servers } from "../../../unit/engines/scan/key-cases/sites.ts";
import { compiled, withBlock } from "../../../unit/engines/scan/sample.ts";
import { fetchFrom, Oob } from "../../control/collaborator.ts";

/** Visits the URL that it is given, as a site does that forges requests. */
const forging = httpSite(async ({ path }) => {
  const url = new URLSearchParams(path.split("?")[1] ?? "").get("u");
  if (url !== null) await fetchFrom(url);
  return path.startsWith("/large") ? large : "fetched";
});
const large = "x".repeat(4_000_000);

describe("http requests with out-of-band urls", () => {
  const servers = new Servers();
  let oob: Oob;
  beforeEach(async () => {
    oob = await Oob.start();
  });
  afterEach(() => oob.stop());
  after(() => servers.close());

  const scan = async (block: string, head = "", waitMs = 300): Promise<ScanOutcome> => {
    const { target } = await forging.open(servers);
    const engine = createScanEngine({
      clock: systemClock,
      scope: ["127.0.0.0/8"],
      oob: oob.session({ pollMs: 20, waitMs }),
    });
    try {
      const templates = [compiled(`${withBlock(block)}${head}`)];
      return await engine.run({ target, templates, signal: new AbortController().signal });
    } finally {
      await engine.close();
    }
  };

  const contacted = "matchers: [{type: word, part: interactsh_protocol, words: [http]}]";

  it("have a url each, and a contact with it is the finding of its request", async () => {
    const block = [
      'path: ["{{BaseURL}}/quiet?v={{interactsh-url}}", "{{BaseURL}}/loud?u=http://{{interactsh-url}}"]',
      "stop-at-first-match: true",
      contacted,
    ].join("\n");
    const { findings, errors } = await scan(block);
    assert.deepEqual(errors, []);
    assert.deepEqual(
      findings.map((finding) => new URL(finding["matched-at"]).pathname),
      ["/loud"],
    );
    assert.match(findings[0]?.request ?? "", /u=http:\/\/127\.0\.0\.1:\d+\/[0-9a-z]{33} HTTP/);
  });

  it("take the url by way of a variable, too", async () => {
    const block = `path: ["{{BaseURL}}/?u={{there}}"]\n${contacted}`;
    const { findings, errors } = await scan(block, "variables: {there: 'http://{{interactsh-url}}/x'}\n");
    assert.deepEqual(errors, []);
    assert.equal(findings.length, 1);
  });

  it("are not waited for without end where their responses are large, and that is told", async () => {
    const block = [
      'path: ["{{BaseURL}}/large/{{at}}?v={{interactsh-url}}"]',
      `payloads: {at: ${JSON.stringify(Array.from({ length: 20 }, (_none, at) => at))}}`,
      contacted,
    ].join("\n");
    const { errors, requests } = await scan(block, "", 1_500);
    // 64 MiB of them are kept at a time.
    assert.equal(errors.length, 4);
    assert.match(errors[0]?.message ?? "", /not waited for/);
    assert.deepEqual([requests.sent, requests.failed], [16, 4]);
  });

  it("are not sent when there is no url to be had", async () => {
    await oob.stop();
    const { findings, errors, requests } = await scan(
      `path: ["{{BaseURL}}/?u=http://{{interactsh-url}}"]\n${contacted}`,
    );
    assert.deepEqual(findings, []);
    assert.equal(requests.failed, 1);
    assert.deepEqual(
      errors.map(({ kind }) => kind),
      ["oob-unavailable"],
    );
  });
});
