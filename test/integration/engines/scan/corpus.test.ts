import assert from "node:assert/strict";
import { type Finding, loadTemplates, parseTemplate, type Template } from "../../../../src/engines/scan/index.ts";
import { LoopbackEngine, type SiteRun } from "../../../support/scan-sites/loopback-engine.ts";
import { Servers, type Site } from "../../../unit/engines/scan/key-cases/sites.ts";
import { corpus } from "./corpus/all-cases.ts";
import type { CorpusCase } from "./corpus/corpus-case.ts";

const inWords = (finding: Finding): string => {
  const name = finding["matcher-name"] ?? finding["extractor-name"] ?? finding["template-id"];
  const extracted = finding["extracted-results"];
  return extracted === undefined ? name : `${name}=${extracted.join(",")}`;
};

const compiled = ({ template, files = {} }: CorpusCase): Template => {
  const parsed = parseTemplate(template, "k.yaml", undefined, {
    files: {
      read: (path) => {
        const content = files[path];
        return content === undefined ? "there is no such file" : Buffer.from(content);
      },
      templates: () => Object.keys(files).filter((path) => path.endsWith(".yaml")),
    },
  });
  assert.ok(parsed.status === "supported", JSON.stringify(parsed.reasons, undefined, 1));
  return parsed.template;
};

describe("templates as people write them", function () {
  this.timeout(20_000);
  const servers = new Servers();
  let engine: LoopbackEngine;
  before(async () => {
    engine = await LoopbackEngine.start(servers);
  });
  after(async () => {
    await engine.close();
    await servers.close();
  });

  const run = (one: CorpusCase, site: Site): Promise<SiteRun> =>
    engine.run([compiled(one)], site, {
      request: { headers: [], excludeHosts: [], variables: one.variables ?? {} },
    });

  const seen = ({ findings, errors }: SiteRun): unknown => ({
    found: findings.map(inWords).toSorted(),
    errors: errors.map(({ kind }) => kind),
  });

  it("are, with those that come with the program, a hundred and more", async () => {
    const starters = await loadTemplates(["templates"]);
    const names = Object.values(corpus).flatMap((cases) => cases.map(({ name }) => name));
    assert.equal(new Set(names).size, names.length, "a name stands for one template");
    assert.ok(names.length + starters.length >= 100, `${names.length} and ${starters.length}`);
  });

  for (const [group, cases] of Object.entries(corpus)) {
    describe(group, () => {
      for (const one of cases) {
        it(one.name, async () => {
          const { positive, found = ["k"], nearMiss, nearMissErrors = [] } = one;
          assert.deepEqual(seen(await run(one, positive)), { found, errors: [] }, "where it is");
          assert.deepEqual(seen(await run(one, nearMiss)), { found: [], errors: nearMissErrors }, "near miss");
        });
      }
    });
  }
});
