import assert from "node:assert/strict";
import { parseTemplate } from "../../../../src/engines/scan/template/parse.ts";
import {
  everyTemplate,
  selectTemplates,
  type TemplateSelection,
} from "../../../../src/engines/scan/template/select.ts";

const template = (id: string, severity: string, tags: string, more = ""): string =>
  `id: ${id}\ninfo: {name: N, author: a, severity: ${severity}, tags: "${tags}"}\nhttp:\n  - path: ["{{BaseURL}}"]\n${more}`;

const files = [
  template("CVE-2021-44228", "critical", "cve,cve2021,RCE"),
  template("CVE-2020-1", "high", "cve,cve2020"),
  template("git-config", "medium", "exposure,config"),
  template("tech-detect", "info", "tech"),
  template("raw-one", "high", "cve", "    raw: []\n    invented: 1\n"),
  "id: [",
].map((text, at) => parseTemplate(text, `${at}.yaml`));

const chosen = (selection: Partial<TemplateSelection>): string =>
  selectTemplates(files, { ...everyTemplate, ...selection })
    .map(({ id, file }) => id ?? file)
    .join(" ");

describe("the choice of templates", () => {
  it("is everything when nothing is asked for", () => {
    assert.equal(chosen({}), "CVE-2021-44228 CVE-2020-1 git-config tech-detect raw-one 5.yaml");
    assert.equal(chosen({ tags: ["", " , "] }), "CVE-2021-44228 CVE-2020-1 git-config tech-detect raw-one 5.yaml");
  });

  it("takes one of several tags, as lists or with commas, whatever the capitals", () => {
    assert.equal(chosen({ tags: ["rce", "tech"] }), "CVE-2021-44228 tech-detect");
    assert.equal(chosen({ tags: ["Cve2020, CONFIG"] }), "CVE-2020-1 git-config");
    assert.equal(chosen({ tags: ["cv"] }), "");
  });

  it("asks for all kinds of choice at once", () => {
    assert.equal(chosen({ tags: ["cve"], severities: ["HIGH"] }), "CVE-2020-1 raw-one");
    assert.equal(chosen({ tags: ["cve"], severities: ["high,critical"], ids: ["cve-2021-*"] }), "CVE-2021-44228");
  });

  it("lets an exclusion win", () => {
    assert.equal(chosen({ tags: ["cve"], excludeTags: ["rce"] }), "CVE-2020-1 raw-one");
    assert.equal(chosen({ excludeSeverities: ["high,info"] }), "CVE-2021-44228 git-config 5.yaml");
    assert.equal(chosen({ ids: ["*"], excludeIds: ["CVE-*", "*-config"] }), "tech-detect raw-one 5.yaml");
  });

  it("keeps what cannot be run but was chosen, so that it can be named", () => {
    assert.equal(chosen({ ids: ["raw-one"] }), "raw-one");
    assert.equal(files[4]?.status, "refused");
  });

  it("asks for authors and protocols, of which a template may have several", () => {
    const more = [
      "id: a\ninfo: {name: N, author: 'Ann, bob', severity: low}\ndns: []\ncode: []\n",
      template("b", "low", "x"),
    ];
    const all = more.map((text) => parseTemplate(text, "x.yaml"));
    const ids = (selection: Partial<TemplateSelection>): string =>
      selectTemplates(all, { ...everyTemplate, ...selection })
        .map(({ id }) => id)
        .join(" ");
    assert.equal(ids({ authors: ["ANN"] }), "a");
    assert.equal(ids({ authors: ["an"] }), "");
    assert.equal(ids({ types: ["http,dns"] }), "a b");
    assert.equal(ids({ types: ["code"] }), "a");
    assert.equal(ids({ excludeTypes: ["dns"] }), "b");
  });

  it("takes * in ids for any characters and everything else as it is", () => {
    assert.equal(chosen({ ids: ["*2*4*8"] }), "CVE-2021-44228");
    assert.equal(chosen({ ids: ["cve-2020-1*"] }), "CVE-2020-1");
    assert.equal(chosen({ ids: ["git-conf?g", "git.config", "git-con*config", "git"] }), "");
    const slow = `${"*a".repeat(200)}*b`;
    assert.equal(
      selectTemplates([{ ...(files[0] ?? assert.fail()), id: "a".repeat(5_000) }], { ...everyTemplate, ids: [slow] })
        .length,
      0,
    );
  });
});
