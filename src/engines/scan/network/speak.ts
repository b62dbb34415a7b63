import type { Socket } from "node:net";
import { FailureError } from "../http/failure.ts";
import type { Endpoint } from "../net/reach.ts";
import type { RequestValues } from "../net/request-values.ts";
import { SocketReader } from "../net/socket-reader.ts";
import { renderOne } from "../net/texts.ts";
import { within } from "../net/within.ts";
import type { BlockRun } from "../run/block-run.ts";
import { Variables } from "../value/scope.ts";
import { bufferOf } from "../value/value.ts";
import type { NetworkPlan } from "./plan.ts";
import { hexBytes, type NetworkInput } from "./inputs.ts";

/** What was said on a connection, as byte strings. */
export interface Spoken {
  /** What was sent, in the words of the template. */
  readonly request: string;
  /** The last read. */
  readonly data: string;
  /** All reads. */
  readonly raw: string;
  readonly named: ReadonlyMap<string, string>;
  readonly ip: string | undefined;
  readonly seconds: number;
  /** Why nothing came at all; undefined when something did. */
  readonly silence: FailureError | undefined;
  /** More came than is kept. */
  readonly truncated: boolean;
}

/**
 * Opens a connection and goes through the inputs of a block. Every read ends within its limits; only what comes after
 * the last input may stay away.
 *
 * @throws FailureError, SkippedHostError
 */
export const speak = async (
  plan: NetworkPlan,
  to: { readonly endpoint: Endpoint; readonly tls: boolean },
  { scope }: RequestValues,
  run: BlockRun,
): Promise<Spoken> => {
  const { clock } = run.services;
  const { sockets, signal } = run;
  const socket = await sockets.connect(to.endpoint, signal, to.tls ? {} : undefined);
  const startMs = clock.monotonicMs();
  const talk = new Talk(plan, socket, new Variables(scope), run);
  const bounds = { clock, signal, withinMs: sockets.limits.totalMs, what: "the conversation" };
  try {
    const said = await within(bounds, () => talk.run());
    return { ...said, ip: socket.remoteAddress, seconds: (clock.monotonicMs() - startMs) / 1000 };
  } finally {
    socket.destroy();
  }
};

class Talk {
  readonly #plan: NetworkPlan;
  readonly #socket: Socket;
  readonly #scope: Variables;
  readonly #run: BlockRun;
  readonly #reader: SocketReader;
  readonly #named = new Map<string, string>();
  #request = "";
  #raw = "";

  constructor(plan: NetworkPlan, socket: Socket, scope: Variables, run: BlockRun) {
    this.#plan = plan;
    this.#socket = socket;
    this.#scope = scope;
    this.#run = run;
    this.#reader = new SocketReader(socket, run.services.clock, run.signal);
  }

  async run(): Promise<Omit<Spoken, "ip" | "seconds">> {
    for (const input of this.#plan.inputs) await this.#say(input);
    const { data, silence, truncated } = await this.#hear();
    return { request: this.#request, data, raw: this.#raw, named: this.#named, silence, truncated };
  }

  async #say({ data, isHex, read, name }: NetworkInput): Promise<void> {
    const text = await renderOne(data, this.#scope, this.#run.dsl);
    this.#request += text;
    const bytes = isHex ? hexBytes(text) : text;
    if (bytes === undefined)
      throw new FailureError("protocol", "not sent: an input is not pairs of hexadecimal digits");
    await this.#write(bufferOf(bytes));
    if (read === 0) return;
    const { readMs } = this.#run.sockets.limits;
    const answer = (await this.#reader.read(Math.min(read, this.#room()), readMs)).toString("latin1");
    this.#raw += answer;
    if (name === undefined) return;
    this.#named.set(name, answer);
    this.#scope.set(name, answer);
  }

  /** What comes at the end; staying silent is the other side's right when it has spoken before. */
  async #hear(): Promise<Pick<Spoken, "data" | "silence" | "truncated">> {
    const { readMs } = this.#run.sockets.limits;
    const { readSize } = this.#plan;
    try {
      const { bytes, truncated } =
        readSize === undefined
          ? await this.#reader.readAll(this.#room(), readMs)
          : { bytes: await this.#reader.read(Math.min(readSize, this.#room()), readMs), truncated: false };
      const data = bytes.toString("latin1");
      this.#raw += data;
      return { data, silence: undefined, truncated };
    } catch (thrown) {
      if (!(thrown instanceof FailureError) || thrown.kind === "aborted") throw thrown;
      return { data: "", silence: this.#raw === "" ? thrown : undefined, truncated: false };
    }
  }

  #room(): number {
    return Math.max(this.#run.sockets.limits.maxBytes - this.#raw.length, 0);
  }

  /** Until the bytes have left us: a side that reads nothing does not hold the run. */
  #write(bytes: Buffer): Promise<void> {
    const { clock } = this.#run.services;
    const { signal, sockets } = this.#run;
    const written = (): Promise<void> =>
      new Promise((resolve, reject) => {
        this.#socket.write(bytes, (error) => {
          if (error === null || error === undefined) resolve();
          else reject(error);
        });
      });
    return within({ clock, signal, withinMs: sockets.limits.readMs, what: "sending an input" }, written);
  }
}
