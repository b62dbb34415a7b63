import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { loadTemplates, type TemplateFile } from "../../src/engines/scan/index.ts";

/**
 * `npm run conformance -- DATA_DIR`: what becomes of every public template in `DATA_DIR/nuclei`. One JSON line a template, one for all of
 * them at the end; exit code 1 on a miss.
 */

/** Templates that nuclei itself cannot run, and why. */
const brokenByTheirAuthors: ReadonlyMap<string, string> = new Map([
  ["exposed-pii", "a look-around in a pattern, which RE2 does not have"],
]);

/** Fewer supported templates than this is a step back. */
const supportedAtLeast = 48;

/** What is wrong with how a template was judged; empty when nothing is. */
const missOf = (file: TemplateFile): string => {
  switch (file.status) {
    case "supported":
      return file.template.requestCount > 0 ? "" : "supported, but it sends nothing";
    case "refused":
      return file.reasons.some(({ key, line, message }) => key !== "" && line > 0 && message !== "")
        ? ""
        : "refused without a key, a line and a reason";
    case "invalid":
      return brokenByTheirAuthors.has(file.id ?? "") ? "" : "invalid, though nuclei runs it";
  }
};

const [folder] = process.argv.slice(2);
const templates = folder === undefined ? undefined : join(folder, "nuclei");
if (templates === undefined || !existsSync(templates)) {
  console.error("usage: npm run conformance -- DATA_DIR   (a folder with nuclei/ in it)");
  process.exit(2);
}

const counts = { cases: 0, supported: 0, refused: 0, invalid: 0, misses: 0 };
for (const file of await loadTemplates([templates])) {
  const miss = missOf(file);
  counts.cases += 1;
  counts[file.status] += 1;
  if (miss !== "") counts.misses += 1;
  const { status, reasons } = file;
  const shown = reasons.map(({ key, line, message }) => ({ key, line, message }));
  console.log(
    JSON.stringify({ case: relative(templates, file.file), status, reasons: shown, ...(miss === "" ? {} : { miss }) }),
  );
}
if (counts.supported < supportedAtLeast) {
  counts.misses += 1;
  console.log(
    JSON.stringify({ case: "supported", miss: `${counts.supported} are supported, there were ${supportedAtLeast}` }),
  );
}
console.log(JSON.stringify({ summary: counts }));
process.exitCode = counts.misses === 0 ? 0 : 1;
