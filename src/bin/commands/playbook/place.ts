import type { CatalogProblem } from "../../../engines/playbook/index.ts";
import type { Reason } from "./judged-file.ts";

/** Where the catalog says that it is: `12:5`, `line 12`, `line 12: when.detection`, or a key. */
const place = /^(?:line )?(\d+)(?::\d+)?(?:: (.*))?$/;

/** A problem of the catalog with its line. */
export const reasonOf = ({ at, message }: CatalogProblem): Reason => {
  const [, line, key = ""] = place.exec(at) ?? [];
  return line === undefined
    ? { step: null, key: at, line: 1, message }
    : { step: null, key, line: Number(line), message };
};
