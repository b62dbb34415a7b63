import assert from "node:assert/strict";
import { systemClock } from "../../../../../src/base/clock.ts";
import { createScanEngine, type Finding, parseTemplate, type Template } from "../../../../../src/engines/scan/index.ts";
import type { TemplateFiles } from "../../../../../src/engines/scan/template/files.ts";
import type { KeyCase, Observed } from "./key-case.ts";
import type { Servers } from "./sites.ts";

const inWords = (finding: Finding): string => {
  const name = finding["matcher-name"] ?? finding["extractor-name"] ?? finding["template-id"];
  const extracted = finding["extracted-results"];
  return extracted === undefined ? name : `${name}=${extracted.join(",")}`;
};

const filesOf = (files: NonNullable<KeyCase["files"]>): TemplateFiles => ({
  read: (path) => {
    const content = files[path];
    return content === undefined ? "there is no such file" : Buffer.from(content);
  },
  templates: () => Object.keys(files).filter((path) => path.endsWith(".yaml")),
});

const compiled = (text: string): Template => {
  const parsed = parseTemplate(text, "other.yaml");
  assert.ok(parsed.status === "supported", JSON.stringify(parsed.reasons));
  return parsed.template;
};

/** Runs a template against the site of a case, on an engine of its own. */
export const observe = async (text: string, keyCase: KeyCase, servers: Servers): Promise<Observed> => {
  const { site, engine: setup, run, show = inWords, others = [], files = {}, unordered = false } = keyCase;
  const parsed = parseTemplate(text, "k.yaml", undefined, { files: filesOf(files) });
  if (parsed.status !== "supported") {
    return { status: parsed.status, findings: [], sent: [], errors: parsed.reasons.map(({ key }) => key) };
  }
  const { target, sent, engine: ofSite } = await site.open(servers);
  const engine = createScanEngine({ clock: systemClock, scope: ["127.0.0.0/8"], ...ofSite, ...setup });
  try {
    const { findings, errors } = await engine.run({
      target,
      templates: [parsed.template, ...others.map(compiled)],
      signal: new AbortController().signal,
      ...run,
    });
    return {
      status: "supported",
      findings: findings.map(show).toSorted(),
      sent: unordered ? sent().toSorted() : sent(),
      errors: errors.map(({ kind }) => kind),
    };
  } finally {
    await engine.close();
  }
};
