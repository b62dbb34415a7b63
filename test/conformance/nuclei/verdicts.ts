import type { TemplateFile } from "../../../src/engines/scan/index.ts";

/** Templates that nuclei itself cannot run, and why. */
export const brokenByTheirAuthors: ReadonlyMap<string, string> = new Map([
  ["community/exposed-pii.yaml", "a look-around in a pattern, which RE2 does not have"],
]);

/** The templates that are refused, with the keys that are the reason. */
export const refused: ReadonlyMap<string, readonly string[]> = new Map([
  ["community/headless-clickjacking.yaml", ["headless"]],
  ["community/headless-template-injection.yaml", ["headless"]],
  // It asks for a payload that exploits deserialization.
  ["engine-cases/protocols/http/dsl-functions.yaml", ["http[0].raw[0]"]],
  ["engine-cases/workflow/code-template-1.yaml", ["code"]],
  ["engine-cases/workflow/code-template-2.yaml", ["code"]],
  [
    "engine-cases/workflow/code-value-share-workflow.yaml",
    ["workflows[0].template", "workflows[0].subtemplates[0].template"],
  ],
  // The templates that these three name are not among the public ones here.
  ["engine-cases/workflow/condition-matched.yaml", ["workflows[0].template", "workflows[0].subtemplates[0].template"]],
  [
    "engine-cases/workflow/multimatch-value-share-workflow.yaml",
    [
      "workflows[0].template",
      "workflows[0].subtemplates[0].template",
      "workflows[0].subtemplates[0].subtemplates[0].template",
      "workflows[1].template",
      "workflows[1].matchers[0].subtemplates[0].template",
      "workflows[1].matchers[0].subtemplates[0].subtemplates[0].template",
    ],
  ],
  [
    "engine-cases/workflow/multiprotocol-value-share-workflow.yaml",
    ["workflows[0].template", "workflows[0].subtemplates[0].template"],
  ],
]);

/** What is wrong with how a template was judged; empty when nothing is. */
export const missOf = (path: string, file: TemplateFile): string => {
  const expected = refused.get(path);
  switch (file.status) {
    case "supported":
      if (expected !== undefined) return `supported, though ${expected.join(", ")} is not run`;
      return file.template.requestCount > 0 || file.protocols.includes("file") ? "" : "supported, but it sends nothing";
    case "refused": {
      if (!file.reasons.every(({ key, line, message }) => key !== "" && line > 0 && message !== "")) {
        return "refused without a key, a line and a reason";
      }
      const keys = file.reasons.map(({ key }) => key);
      return keys.join(", ") === expected?.join(", ") ? "" : `refused because of ${keys.join(", ")}`;
    }
    case "invalid":
      return brokenByTheirAuthors.has(path) ? "" : "invalid, though nuclei runs it";
  }
};

/** Part of the community's http templates that has to be supported. */
const supportedShare = 0.98;

/** What part of the http templates among these is supported; those that their authors broke do not count. */
export class HttpShare {
  #all = 0;
  #supported = 0;

  add(path: string, { protocols, status }: TemplateFile): void {
    if (!path.startsWith("community/") || !protocols.includes("http") || brokenByTheirAuthors.has(path)) return;
    this.#all += 1;
    if (status === "supported") this.#supported += 1;
  }

  get summary(): { readonly supported: number; readonly of: number; readonly share: number; readonly miss?: string } {
    const share = this.#supported / this.#all;
    const counts = { supported: this.#supported, of: this.#all, share };
    return share >= supportedShare ? counts : { ...counts, miss: `less than ${supportedShare}` };
  }
}
