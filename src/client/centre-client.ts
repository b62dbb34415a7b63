import type { Clock } from "../base/clock.ts";
import {
  centreService,
  type AnnounceRequest,
  type ExecutionClaim,
  type ExecutionSummary,
  type FetchedExecution,
  type FetchTasksRequest,
  type Method,
  type SampleSource,
} from "../wire/index.ts";
import { ClientError } from "./errors.ts";
import type { NodeConnections } from "./node-connections.ts";
import { isOutOfReach } from "./out-of-reach.ts";
import { summaryBatches } from "./summary-batches.ts";

/** A node that may be asked. */
export interface CentreNode {
  readonly id: string;
  /** HOST:PORT. */
  readonly address: string;
}

export interface CentreClientOptions {
  readonly connections: NodeConnections;
  /** Nodes of the detection centre that are up now; the one that is to be asked first is the first. */
  readonly nodes: () => Promise<readonly CentreNode[]>;
  readonly clock: Clock;
}

type Relay = AnnounceRequest["relay"];

const callMs = 10_000;
const downloadMs = 3_600_000;
/** A node that was out of reach is asked last for so long. */
const avoidMs = 10_000;

/**
 * The detection centre, as the relay of a host calls it: one of its nodes answers. Each method rejects with a `ClientError`; `unavailable`
 * with the reason `no-centre`: no node of it is up.
 */
export class CentreClient {
  readonly #options: CentreClientOptions;
  /** When nodes were out of reach, by their ids. */
  readonly #left = new Map<string, number>();

  constructor(options: CentreClientOptions) {
    this.#options = options;
  }

  async announce(
    relay: Relay,
    kinds: AnnounceRequest["kinds"],
  ): Promise<readonly { readonly kind: string; readonly waiting: number }[]> {
    return (await this.#call(centreService.announce, { relay, kinds })).kinds;
  }

  /** Not tried again when no answer came in time: the centre lets go of what nobody hears of, or it runs out by itself. */
  async fetchTasks(
    relay: Relay,
    wanted: FetchTasksRequest["wanted"],
    taskIds: readonly string[] = [],
  ): Promise<readonly FetchedExecution[]> {
    return (await this.#call(centreService.fetchTasks, { relay, wanted, taskIds })).tasks;
  }

  /** @returns those that are lost */
  async extend(relay: Relay, claims: readonly ExecutionClaim[], withinMs: number): Promise<readonly ExecutionClaim[]> {
    return (await this.#call(centreService.extendTasks, { relay, claims }, Math.min(withinMs, callMs))).lost;
  }

  /** @returns the claims that were lost before */
  async report(relay: Relay, summaries: readonly ExecutionSummary[]): Promise<readonly ExecutionClaim[]> {
    const lost: ExecutionClaim[] = [];
    for (const batch of summaryBatches(summaries)) {
      lost.push(...(await this.#call(centreService.reportSummaries, { relay, summaries: batch })).lost);
    }
    return lost;
  }

  /** The bytes of a sample from the first of its nodes that has them. When one fails in between, the download fails. */
  async *download(object: SampleSource, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    // Only a node that answers can say that it has not got it.
    let failure = new ClientError("unavailable", `no node that has the sample ${object.sha256} is up`, {
      retryable: true,
    });
    for (const address of object.addresses) {
      let begun = false;
      try {
        const parts = this.#options.connections
          .to(address)
          .stream(centreService.fetchSample, { sha256: object.sha256 }, { timeoutMs: downloadMs, signal });
        for await (const { data } of parts) {
          begun = true;
          yield data;
        }
        return;
      } catch (error) {
        if (begun || signal.aborted || !(error instanceof ClientError)) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  async #call<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    timeoutMs = callMs,
  ): Promise<Response> {
    const nodes = await this.#inOrder();
    let failure = new ClientError("unavailable", "no node with the role centre is up", {
      reason: "no-centre",
      retryable: true,
    });
    for (const { id, address } of nodes) {
      try {
        const response = await this.#options.connections.to(address, id).call(method, request, { timeoutMs });
        this.#left.delete(id);
        return response;
      } catch (error) {
        if (!(error instanceof ClientError) || !isOutOfReach(error)) throw error;
        this.#left.set(id, this.#options.clock.monotonicMs());
        failure = error;
        if (error.code === "deadline") break;
      }
    }
    throw failure;
  }

  async #inOrder(): Promise<readonly CentreNode[]> {
    const nodes = await this.#options.nodes();
    const since = this.#options.clock.monotonicMs() - avoidMs;
    for (const [id, atMs] of this.#left) if (atMs < since) this.#left.delete(id);
    const isLeft = ({ id }: CentreNode): boolean => this.#left.has(id);
    return [...nodes.filter((node) => !isLeft(node)), ...nodes.filter(isLeft)];
  }
}
