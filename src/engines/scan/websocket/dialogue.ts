import WebSocket from "ws";
import { FailureError, failureOf } from "../http/failure.ts";
import type { RequestValues } from "../net/request-values.ts";
import type { Endpoint } from "../net/reach.ts";
import { renderOne } from "../net/texts.ts";
import { within } from "../net/within.ts";
import type { BlockRun } from "../run/block-run.ts";
import { bufferOf } from "../value/value.ts";
import { Inbox } from "./inbox.ts";
import type { WebsocketPlan } from "./plan.ts";

/** What was said over a websocket, as byte strings. */
export interface Dialogue {
  readonly request: string;
  readonly response: string;
  readonly named: ReadonlyMap<string, string>;
  /** Of each input with its answer; of the handshake when there is no input. */
  readonly seconds: readonly number[];
  readonly ip: string | undefined;
}

export interface DialogueSetup {
  readonly address: URL;
  readonly endpoint: Endpoint;
  /** Names in the order of the template; byte strings. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Opens a websocket and goes through the inputs: each waits for one message.
 *
 * @throws FailureError, SkippedHostError
 */
export const talk = async (
  plan: WebsocketPlan,
  setup: DialogueSetup,
  values: RequestValues,
  run: BlockRun,
): Promise<Dialogue> => {
  const { clock } = run.services;
  const { sockets, signal } = run;
  const socket = await sockets.connect(setup.endpoint, signal, setup.address.protocol === "wss:" ? {} : undefined);
  const ip = socket.remoteAddress;
  let websocket: WebSocket | undefined;
  const bounds = { clock, signal, withinMs: sockets.limits.totalMs, what: "the dialogue" };
  try {
    websocket = new WebSocket(setup.address, {
      createConnection: () => socket,
      headers: setup.headers,
      maxPayload: sockets.limits.maxBytes,
      perMessageDeflate: false,
      followRedirects: false,
      // What comes is a byte string, whatever it says it is.
      skipUTF8Validation: true,
    });
    const opened = websocket;
    return await within(bounds, async () => ({ ...(await exchange(plan, opened, values, run)), ip }));
  } catch (thrown) {
    // The library refuses what cannot stand in a request, such as a header with a line end.
    if (thrown instanceof TypeError || thrown instanceof SyntaxError)
      throw new FailureError("protocol", thrown.message);
    throw thrown;
  } finally {
    websocket?.on("error", () => undefined);
    websocket?.terminate();
    socket.destroy();
  }
};

const exchange = async (
  plan: WebsocketPlan,
  websocket: WebSocket,
  { scope }: RequestValues,
  run: BlockRun,
): Promise<Omit<Dialogue, "ip">> => {
  const { clock } = run.services;
  const { sockets, signal, dsl } = run;
  const inbox = new Inbox(websocket, clock, signal);
  const named = new Map<string, string>();
  const seconds: number[] = [];
  let [request, response] = ["", ""];
  let startMs = clock.monotonicMs();
  const lap = (): number => (clock.monotonicMs() - startMs) / 1000;
  await within({ clock, signal, withinMs: sockets.limits.connectMs, what: "the websocket handshake" }, () =>
    open(websocket),
  );
  if (plan.inputs.length === 0) seconds.push(lap());
  for (const { data, name } of plan.inputs) {
    const text = await renderOne(data, scope, dsl);
    request += text;
    startMs = clock.monotonicMs();
    websocket.send(bufferOf(text), { binary: false }, () => undefined);
    const answer = (await inbox.next(sockets.limits.readMs)).toString("latin1");
    seconds.push(lap());
    response += answer;
    if (name !== undefined) named.set(name, answer);
    if (response.length > sockets.limits.maxBytes) {
      throw new FailureError("protocol", `the messages are longer than ${sockets.limits.maxBytes} bytes together`);
    }
  }
  return { request, response, named, seconds };
};

const open = (websocket: WebSocket): Promise<void> =>
  new Promise((resolve, reject) => {
    websocket.once("open", () => resolve());
    websocket.once("unexpected-response", (_request, response) => {
      reject(new FailureError("protocol", `the handshake was answered with status ${response.statusCode ?? 0}`));
    });
    websocket.once("error", (error) => {
      const { kind, message } = failureOf(error, "");
      reject(new FailureError(kind, message));
    });
  });
