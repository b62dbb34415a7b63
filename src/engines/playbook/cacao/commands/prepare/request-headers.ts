import type { HttpApiCommand } from "../../model/command.ts";
import { fill } from "../../variables/fill.ts";
import type { Scope } from "../../variables/scope.ts";
import { withheldValue } from "../command-input.ts";
import { CommandFailure } from "../failure.ts";

export type HeaderValues = Readonly<Record<string, readonly string[]>>;

const nameShape = /^[a-z0-9!#$%&'*+.^_`|~-]{1,200}$/;
/** Of the connection, not of the request; and what changes how a body is told from what follows. */
const refused: readonly string[] = [
  "connection",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
/** It is counted. */
const counted = "content-length";
/** Names of headers that show who sends a request, such as `X-Api-Key`. */
const secretName = /(^|[-_])(authorization|auth|cookie|token|secret|password|api-?key|apikey|session)([-_]|$)/;

/**
 * The headers of a request, names in lower case: all of them for people, with those withheld that show who sends it, and the values of
 * these. `content-length` is left out: it is counted.
 *
 * @throws CommandFailure for a header that is of the connection, or is none
 */
export const requestHeaders = (
  headers: HttpApiCommand["headers"],
  scope: Scope,
): { readonly shown: HeaderValues; readonly withheld: HeaderValues } => {
  const all = new Map<string, readonly string[]>();
  for (const { name: written, values } of headers) {
    const name = written.toLowerCase();
    if (name === counted) continue;
    if (refused.includes(name))
      throw new CommandFailure("threw", `the header ${name} is of the connection: leave it out`);
    if (!nameShape.test(name)) throw new CommandFailure("threw", `${JSON.stringify(name.slice(0, 100))} is no header`);
    all.set(name, [...(all.get(name) ?? []), ...values.map((value) => fill(value, scope, "header").trim())]);
  }
  const isSecret = (name: string): boolean => secretName.test(name);
  return {
    shown: Object.fromEntries([...all].map(([name, values]) => [name, isSecret(name) ? [withheldValue] : values])),
    withheld: Object.fromEntries([...all].filter(([name]) => isSecret(name))),
  };
};
