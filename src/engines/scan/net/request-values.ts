import type { BlockRun } from "../run/block-run.ts";
import { type Scope, Variables } from "../value/scope.ts";
import { bytesOf, type Value } from "../value/value.ts";

/** What a request is made from. */
export interface RequestValues {
  readonly scope: Scope;
  /** The out-of-band URL that stands in the values, if any. */
  readonly oobUrl: string | undefined;
}

export type PayloadValues = Readonly<Record<string, Value>>;

/**
 * The values for one request, with an out-of-band URL of its own where the template asks for one.
 *
 * @param own the target's, as the protocol names them
 * @param host where the request goes
 * @throws ScanError `oob-unavailable`
 */
export const requestValues = async (
  run: BlockRun,
  own: PayloadValues,
  payloads: PayloadValues,
  host: string,
): Promise<RequestValues> => {
  const values = new Variables(undefined, own);
  const oob = run.template.usesOob ? run.services.oob : undefined;
  const oobUrl = await oob?.url(host);
  if (oob !== undefined && oobUrl !== undefined) {
    values.setAll({
      "interactsh-url": bytesOf(oobUrl),
      "interactsh-id": bytesOf(oob.idOf(oobUrl)),
      "interactsh-server": bytesOf(oob.serverName ?? ""),
    });
  }
  return { scope: await run.values(values, payloads), oobUrl };
};

/** The out-of-band URLs that a request carries; one that it does not carry is given back. */
export const carriedOobUrls = (
  run: BlockRun,
  { oobUrl }: RequestValues,
  request: readonly string[],
): readonly string[] => {
  if (oobUrl === undefined) return [];
  if (request.some((text) => text.includes(oobUrl))) return [oobUrl];
  run.services.oob?.forget(oobUrl);
  return [];
};
