import { printable } from "../../../../base/printable.ts";
import { CacaoSyntaxError } from "../errors.ts";
import type { VariableReference } from "../model/text.ts";
import { readName, readReference } from "./read-reference.ts";

/**
 * Parses the one reference that a text has to be, as in `switch`: `__name__:value`, `__name__:value.key[0].'key with space'`, or `__name__`
 * alone. `[*]` is refused: it stands in conditions only.
 *
 * @throws CacaoSyntaxError
 */
export const parseReference = (text: string): VariableReference => {
  const found = readReference(text, 0, false);
  if (found?.end === text.length) return found.reference;
  if (found === undefined && text !== "" && readName(text, 0) === text) return { variable: text, path: [], text };
  const expected = "a variable such as __name__:value has to stand here";
  if (found === undefined) throw new CacaoSyntaxError(`${expected}, not "${printable(text)}"`, 0);
  throw new CacaoSyntaxError(`${expected} and nothing else: "${printable(text.slice(found.end))}"`, found.end);
};
