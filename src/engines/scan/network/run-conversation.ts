import { parseEndpoint } from "../net/endpoint.ts";
import { Fields } from "../net/fields.ts";
import type { Endpoint } from "../net/reach.ts";
import { carriedOobUrls, type PayloadValues, requestValues, type RequestValues } from "../net/request-values.ts";
import { endpointText } from "../net/sockets.ts";
import { attempt } from "../net/tell-failure.ts";
import { renderAll, renderOne } from "../net/texts.ts";
import type { BlockRun } from "../run/block-run.ts";
import type { Exchange } from "../run/exchange.ts";
import { printed } from "../value/printed.ts";
import { Variables } from "../value/scope.ts";
import { bytesOf, textOf, type Value } from "../value/value.ts";
import type { NetworkHost, NetworkPlan } from "./plan.ts";
import { speak, type Spoken } from "./speak.ts";

export interface Conversation {
  readonly host: NetworkHost;
  /** The target's values. */
  readonly own: PayloadValues;
  readonly payload: PayloadValues;
}

interface Prepared {
  readonly url: string;
  /** The host as the template has it, values put in. */
  readonly place: string;
  readonly endpoint: Endpoint;
  readonly values: RequestValues;
}

const aliases = { "": "data", body: "data", all: "data", response: "data" };

/**
 * Opens one connection, says what the block says, and has the answer judged.
 *
 * @returns whether it matched
 * @throws only what the caller's hook throws
 */
export const runConversation = async (
  plan: NetworkPlan,
  conversation: Conversation,
  run: BlockRun,
): Promise<boolean> => {
  const { tally, sockets } = run;
  const { host } = conversation;
  const prepared = await attempt(tally, `${schemeOf(host)}://${host.text.source}`, () =>
    prepare(plan, conversation, run),
  );
  if (prepared === undefined) return false;
  const { url, endpoint, values } = prepared;
  await run.admit({ url, host: endpointText(endpoint) });
  const spoken = await attempt(tally, url, () => speak(plan, { endpoint, tls: host.tls }, values, run));
  if (spoken === undefined) {
    carriedOobUrls(run, values, []);
    return false;
  }
  if (spoken.silence === undefined) tally.sent();
  else tally.failed(url, spoken.silence.kind, spoken.silence.message);
  if (spoken.truncated) {
    tally.error(url, "protocol", `more came than ${sockets.limits.maxBytes} bytes; the rest was not read`);
  }
  const { matched } = await run.judge(exchangeOf(prepared, conversation, spoken, run));
  return matched;
};

const schemeOf = ({ tls }: NetworkHost): string => (tls ? "tls" : "tcp");

const prepare = async (
  { inputs }: NetworkPlan,
  { host, own, payload }: Conversation,
  run: BlockRun,
): Promise<Prepared> => {
  const values = await requestValues(run, own, payload, run.target.host ?? "");
  const place = textOf(await renderOne(host.text, values.scope, run.dsl));
  const endpoint = parseEndpoint(place);
  run.sockets.check(endpoint);
  // No connection is opened for something that cannot be said; what is read on the way will be there.
  const read = Object.fromEntries(inputs.flatMap(({ name }) => (name === undefined ? [] : [[name, ""]])));
  await renderAll(
    inputs.map(({ data }) => data),
    new Variables(values.scope, read),
    run.dsl,
  );
  return { url: `${schemeOf(host)}://${place}`, place, endpoint, values };
};

const exchangeOf = (
  { place, endpoint, values }: Prepared,
  { host, payload }: Conversation,
  spoken: Spoken,
  run: BlockRun,
): Exchange => {
  const { request, data, raw, named, ip, seconds } = spoken;
  const fields = new Map<string, Value>([
    ["host", bytesOf(run.target.text)],
    ["matched", bytesOf(place)],
    ["type", "tcp"],
    ["request", request],
    ["data", data],
    ["raw", raw],
    ["duration", seconds],
    ...(ip === undefined ? [] : ([["ip", ip]] as const)),
    ...named,
  ]);
  return {
    data: new Fields(fields, aliases),
    scope: values.scope,
    place: {
      type: "tcp",
      host: endpointText(endpoint),
      port: String(endpoint.port),
      scheme: schemeOf(host),
      matchedAt: place,
      ...(ip === undefined ? {} : { ip }),
    },
    request: (maxBytes) => request.slice(0, maxBytes),
    response: (maxBytes) => raw.slice(0, maxBytes),
    payloads: payload,
    identity: ["network", schemeOf(host), endpointText(endpoint), ...Object.values(payload).map(printed)],
    oobUrls: carriedOobUrls(run, values, [request]),
  };
};
