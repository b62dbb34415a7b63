import { Fields } from "../net/fields.ts";
import type { Endpoint } from "../net/reach.ts";
import { carriedOobUrls, type PayloadValues, requestValues, type RequestValues } from "../net/request-values.ts";
import { endpointText } from "../net/sockets.ts";
import { attempt } from "../net/tell-failure.ts";
import { renderAll, renderOne } from "../net/texts.ts";
import type { BlockRun } from "../run/block-run.ts";
import type { Exchange } from "../run/exchange.ts";
import { printed } from "../value/printed.ts";
import { bytesOf, textOf, type Value } from "../value/value.ts";
import { parseAddress } from "./address.ts";
import { type Dialogue, talk } from "./dialogue.ts";
import type { WebsocketPlan } from "./plan.ts";

interface Prepared {
  readonly address: URL;
  readonly endpoint: Endpoint;
  readonly headers: Readonly<Record<string, string>>;
  readonly values: RequestValues;
}

const aliases = { "": "response", body: "response", all: "response", data: "response" };

/**
 * Opens one websocket, says what the block says, and has the answers judged.
 *
 * @returns whether it matched
 * @throws only what the caller's hook throws
 */
export const runDialogue = async (
  plan: WebsocketPlan,
  { own, payload }: { readonly own: PayloadValues; readonly payload: PayloadValues },
  run: BlockRun,
): Promise<boolean> => {
  const { tally } = run;
  const prepared = await attempt(tally, plan.address.source, () => prepare(plan, own, payload, run));
  if (prepared === undefined) return false;
  const { address, endpoint, values } = prepared;
  await run.admit({ url: address.href, host: endpointText(endpoint) });
  const dialogue = await attempt(tally, address.href, () => talk(plan, prepared, values, run));
  if (dialogue === undefined) {
    carriedOobUrls(run, values, []);
    return false;
  }
  tally.sent();
  const { matched } = await run.judge(exchangeOf(prepared, dialogue, payload, run));
  return matched;
};

const prepare = async (
  plan: WebsocketPlan,
  own: PayloadValues,
  payload: PayloadValues,
  run: BlockRun,
): Promise<Prepared> => {
  const values = await requestValues(run, own, payload, run.target.host ?? "");
  const address = parseAddress(textOf(await renderOne(plan.address, values.scope, run.dsl)), run.target);
  const texts = await renderAll(
    plan.headers.map(({ value }) => value),
    values.scope,
    run.dsl,
  );
  const headers = Object.fromEntries(plan.headers.map(({ name }, at) => [name, texts[at] ?? ""]));
  const defaultPort = address.protocol === "wss:" ? 443 : 80;
  const port = address.port === "" ? defaultPort : Number(address.port);
  const endpoint = { hostname: address.hostname.replace(/^\[|\]$/g, ""), port };
  run.sockets.check(endpoint);
  return { address, endpoint, headers, values };
};

const exchangeOf = (
  { address, endpoint, headers, values }: Prepared,
  { request, response, named, seconds, ip }: Dialogue,
  payload: PayloadValues,
  run: BlockRun,
): Exchange => {
  const fields = new Map<string, Value>([
    ["type", "websocket"],
    ["success", "true"],
    ["request", request],
    ["response", response],
    ["host", bytesOf(run.target.text)],
    ["matched", bytesOf(address.href)],
    ["duration", seconds.at(-1) ?? 0],
    ...seconds.map((each, at): [string, Value] => [`duration_${at + 1}`, each]),
    ...(ip === undefined ? [] : ([["ip", ip]] as const)),
    ...named,
  ]);
  return {
    data: new Fields(fields, aliases),
    scope: values.scope,
    place: {
      type: "websocket",
      host: endpointText(endpoint),
      port: String(endpoint.port),
      scheme: address.protocol.slice(0, -1),
      url: address.href,
      path: address.pathname,
      matchedAt: address.href,
      ...(ip === undefined ? {} : { ip }),
    },
    request: (maxBytes) => request.slice(0, maxBytes),
    response: (maxBytes) => response.slice(0, maxBytes),
    payloads: payload,
    identity: ["websocket", endpointText(endpoint), address.pathname, ...Object.values(payload).map(printed)],
    oobUrls: carriedOobUrls(run, values, [address.href, request, ...Object.values(headers)]),
  };
};
