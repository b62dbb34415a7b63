import { playbookBounds } from "../../playbook.ts";
import { shortened } from "../../protocol/error-text.ts";

export type Variables = Readonly<Record<string, string | null>>;

/** Of a value, when all values together are too much. */
const firstChars = 8_192;

const fits = (variables: Variables): boolean =>
  Buffer.byteLength(JSON.stringify(variables)) <= playbookBounds.valueBytes;

const shortenAll = (variables: Variables, chars: number): Variables =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, value === null ? null : shortened(value, chars)]),
  );

/**
 * The values of a playbook's variables at its end as the output of its run. Of values that together are beyond
 * `playbookBounds.valueBytes` the long ones are cut, each to the same length: what was done has been done.
 */
export const outputVariables = (variables: Variables): { readonly output: Variables; readonly isCut: boolean } => {
  if (fits(variables)) return { output: variables, isCut: false };
  for (let chars = firstChars; chars >= 1; chars /= 2) {
    const output = shortenAll(variables, chars);
    if (fits(output)) return { output, isCut: true };
  }
  return { output: {}, isCut: true };
};
