import { basename, extname } from "node:path";
import { playbookIdShape } from "../../playbook.ts";

/** What a file at the top of a folder of playbooks is. */
export type PlaybookName =
  | { readonly kind: "module" | "cacao"; readonly id: string }
  /** It has the ending of a playbook and a name that none may have. */
  | { readonly kind: "misnamed"; readonly reason: string };

const moduleEndings = new Set([".ts", ".mts", ".js", ".mjs"]);
const declaration = /\.d\.m?ts$/;
/** What npm and TypeScript keep beside sources. */
const toolFile = /^(?:package|package-lock|npm-shrinkwrap|[jt]sconfig(?:\..*)?)\.json$/;

/** Undefined: no playbook. Files below the top and those whose names begin with `_` only serve others. */
export const playbookName = (path: string): PlaybookName | undefined => {
  if (path.includes("/") || path.startsWith("_") || declaration.test(path) || toolFile.test(path)) return undefined;
  const ending = extname(path);
  const kind = moduleEndings.has(ending) ? "module" : ending === ".json" ? "cacao" : undefined;
  if (kind === undefined) return undefined;
  const id = basename(path, ending);
  if (playbookIdShape.test(id)) return { kind, id };
  return {
    kind: "misnamed",
    reason: `has a name that is no playbook's id: lower-case letters, digits, ".", "_" and "-", at most 63 (${String(playbookIdShape)})`,
  };
};
