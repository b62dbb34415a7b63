import type { Clock } from "../../base/clock.ts";
import { helloFrame, linkProtocolVersion } from "../../wire/index.ts";
import type { AgreedSettings } from "../settings.ts";
import type { MemberView } from "../table.ts";
import type { Transport } from "../transport/transport.ts";
import type { NodeRef } from "./node-ref.ts";
import { settingsDigest } from "./settings-digest.ts";

export interface KnockSetup {
  readonly self: NodeRef;
  /** Name of the cluster. */
  readonly cluster: string;
  readonly settings: AgreedSettings;
  readonly transport: Transport;
  readonly clock: Clock;
}

const answerMs = 2_000;

/**
 * Says hello to a member as a link does, for a node that cannot join because of it: the member refuses and, unlike this node, is watched by
 * whoever runs the cluster. Resolves with its answer, or after 2 s without one. Never rejects.
 */
export const knock = (
  { self, cluster, settings, transport, clock }: KnockSetup,
  { id, incarnation, address }: Pick<MemberView, "id" | "incarnation" | "address">,
): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      channel.close();
      resolve();
    };
    const timer = clock.after(answerMs, () => done());
    const channel = transport.dial({ node: id, address }, { onFrame: done, onDrain: () => undefined, onClosed: done });
    channel.send(
      helloFrame({
        protocolVersion: linkProtocolVersion,
        cluster,
        fromNode: self.node,
        fromIncarnation: self.incarnation,
        toNode: id,
        toIncarnation: incarnation,
        epoch: 1,
        settingsDigest: settingsDigest(settings),
        firstHeld: 1,
      }),
    );
  });
