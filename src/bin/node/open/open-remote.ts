import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import {
  GrpcTransport,
  knock,
  Links,
  readTable,
  Remote,
  type AgreedSettings,
  type GrpcTransportSetup,
  type MemberView,
  type NodeIdentity,
  type Transport,
} from "../../../cluster/index.ts";
import type { ActorSystem, Logger } from "../../../kernel/index.ts";
import type { Space } from "../../../store/index.ts";

export interface RemoteOptions extends Pick<GrpcTransportSetup, "security" | "token"> {
  readonly system: ActorSystem;
  readonly identity: Pick<NodeIdentity, "id" | "incarnation">;
  /** Name of the cluster. */
  readonly cluster: string;
  readonly settings: AgreedSettings;
  /** The space `clusterSpace`. */
  readonly space: Space;
  readonly leaseMs: number;
  /** Puts something between the links and the network, for tests of faults. */
  readonly wrapTransport?: ((transport: Transport) => Transport) | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface OpenRemote {
  readonly remote: Remote;
  /** To be registered on the server that other nodes dial. */
  readonly transport: GrpcTransport;
  /** Lets a member know that this node cannot join because of it. Never rejects. */
  readonly knock: (member: MemberView) => Promise<void>;
}

/** The links of a node over gRPC, and the actors of other nodes behind them. Nothing is dialled or let in before the first table of members. */
export const openRemote = (options: RemoteOptions): OpenRemote => {
  const { system, identity, cluster, settings, space, leaseMs, clock, random, log, security, token, wrapTransport } =
    options;
  const transport = new GrpcTransport({ clock, security, token });
  const self = { node: identity.id, incarnation: identity.incarnation };
  const remote = new Remote({
    system,
    clock,
    self,
    links: (events) =>
      new Links({
        self,
        cluster,
        settings,
        transport: wrapTransport?.(transport) ?? transport,
        events,
        refresh: () => readTable(space),
        leaseMs,
        clock,
        random,
        log,
      }),
  });
  return {
    remote,
    transport,
    knock: (member) => knock({ self, cluster, settings, transport, clock }, member),
  };
};
