import { systemClock } from "../../../../src/base/clock.ts";
import type { CentrePort } from "../../../../src/actors/detect/index.ts";
import { NodeConnections, type CentreNode } from "../../../../src/client/index.ts";
import { CallbackSender, DetectStatistics, remoteCentre } from "../../../../src/control/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import type { RelayFacts } from "../../../../src/control/index.ts";
import { TestCentre, type CentreOptions } from "../../../support/detect-centre.ts";
import { ControlNode, token } from "../control-node.ts";

export interface DetectNodeOptions extends Omit<CentreOptions, "sendCallback"> {
  readonly egress?: readonly string[];
}

/** A control plane with the real detection centre behind it, over a memory store, and its actors. */
export class DetectNode {
  static async start(options: DetectNodeOptions = {}): Promise<DetectNode> {
    const database = createMemoryDatabase({ clock: systemClock });
    const store = openMemoryStore(database);
    const callbacks = new CallbackSender(options.egress ?? []);
    const at: { address?: string } = {};
    const addressOf = (): string | undefined => at.address;
    const centre = await TestCentre.open(store, systemClock, { ...options, addressOf, sendCallback: callbacks.send });
    const { verdicts, samples, desk } = centre;
    const facts: { current: RelayFacts | undefined } = { current: undefined };
    const statistics = new DetectStatistics(() => Promise.resolve(facts.current));
    const detect = { verdicts, samples, centre: desk, callbacks, statistics };
    const node = await ControlNode.start({ database, setup: { detect, statistics: [statistics] } });
    at.address = node.plane.grpcAddress;
    centre.start(node.system);
    return new DetectNode(node, centre, statistics, facts, () => store.close());
  }

  readonly node: ControlNode;
  readonly centre: TestCentre;
  readonly statistics: DetectStatistics;
  /** What the relay of the host tells of itself. */
  readonly facts: { current: RelayFacts | undefined };
  readonly #connections: NodeConnections;
  readonly #closeStore: () => Promise<void>;

  private constructor(
    node: ControlNode,
    centre: TestCentre,
    statistics: DetectStatistics,
    facts: { current: RelayFacts | undefined },
    closeStore: () => Promise<void>,
  ) {
    this.node = node;
    this.centre = centre;
    this.statistics = statistics;
    this.facts = facts;
    this.#connections = new NodeConnections({ token: () => token, clock: systemClock, callTimeoutMs: 5_000 });
    this.#closeStore = closeStore;
  }

  get address(): string {
    return this.node.plane.grpcAddress;
  }

  /** The centre as a relay calls it. @param nodes those that are asked, in their order; this one alone, if it is left out */
  port(nodes: readonly CentreNode[] = [{ id: "node-1", address: this.address }]): CentrePort {
    return remoteCentre({ nodes: () => Promise.resolve(nodes), connections: this.#connections, clock: systemClock });
  }

  async stop(): Promise<void> {
    this.#connections.close();
    await this.node.stop();
    await this.#closeStore();
    this.centre.folder.remove();
  }
}

/** The bytes of an object, as a relay gets them. */
export const downloaded = async (
  port: CentrePort,
  sha256: string,
  addresses: readonly string[],
  size = 0,
): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of port.download({ sha256, size, addresses }, new AbortController().signal))
    chunks.push(chunk);
  return Buffer.concat(chunks);
};
