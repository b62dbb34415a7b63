import {
  Feed,
  GuardDesk,
  guardKindOwned,
  guardProps,
  guardSpace,
  Rules,
  type GuardDeskSetup,
  type GuardMessage,
  type ProxyView,
} from "../../../actors/guard/index.ts";
import type { AcceptEvents } from "../../../actors/event-outbox/event-forwarder.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { NodeIdentity, OwnedKind } from "../../../cluster/index.ts";
import type { Config } from "../../../config/index.ts";
import { GuardProxyStatistics, GuardStatistics, type ControlPlaneSetup } from "../../../control/index.ts";
import type { ActorSystem, Address } from "../../../kernel/index.ts";
import type { Store } from "../../../store/index.ts";
import type { Closing } from "../end/closing.ts";
import { guardSettings } from "./guard-settings.ts";
import { proxySettings } from "./proxy-settings.ts";

export interface GuardPartOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly identity: Pick<NodeIdentity, "id" | "incarnation">;
  readonly shards: GuardDeskSetup["shards"];
  /** Where the events go that interceptions raise. */
  readonly acceptEvents: AcceptEvents;
  readonly closing: Closing;
}

/** What a node has for interception, whatever its roles: with the role `guard` it owns shards as well. */
export interface GuardPart {
  readonly desk: GuardDesk;
  readonly statistics: NonNullable<ControlPlaneSetup["statistics"]>;
  /** Spawns `/guard` of a node that has joined. */
  spawn(system: ActorSystem): Address<never>;
}

/** The shards of the service, as far as this node's role lets it own them. @throws UsageError for what is never to be blocked and is no subject */
export const ownedGuard = (config: Config, store: Store, random: Random): OwnedKind =>
  guardKindOwned({ space: store.space(guardSpace), random, settings: guardSettings(config) });

const viewMs = 1_000;

const proxyView = async (guard: Address<GuardMessage> | undefined): Promise<ProxyView | undefined> => {
  try {
    return await guard?.ask<ProxyView>((replyTo) => ({ type: "proxy", replyTo }), viewMs);
  } catch {
    // It begins anew, or ends.
    return undefined;
  }
};

/** Opens what interception needs before the node joins. */
export const openGuardPart = async (options: GuardPartOptions): Promise<GuardPart> => {
  const { config, clock, random, store, identity, shards, acceptEvents, closing } = options;
  const space = store.space(guardSpace);
  const settings = guardSettings(config);
  const rules = new Rules(space, random);
  const feed = new Feed({ settings, clock });
  const desk = new GuardDesk({ shards, settings, rules, feed, clock });
  const proxy = config.guard.proxy ? { port: desk, settings: await proxySettings(config) } : undefined;
  let guard: Address<GuardMessage> | undefined;
  return {
    desk,
    statistics: [
      new GuardStatistics(async () => ({
        node: identity.id,
        shards: await desk.shards(identity.id),
        feed: feed.view(),
      })),
      new GuardProxyStatistics(() => proxyView(guard)),
    ],
    spawn: (system) => {
      const owner = `${identity.id}.${identity.incarnation}`;
      const props = guardProps({
        feed: { feed, rules, space, follower: owner },
        events: { space, owner, accept: acceptEvents },
        ...(proxy === undefined ? {} : { proxy }),
      });
      const spawned = system.spawn(props, "guard");
      closing.add("/guard", () => system.stopActor(spawned));
      guard = spawned;
      return spawned;
    },
  };
};
