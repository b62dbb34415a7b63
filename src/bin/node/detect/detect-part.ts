import { detectProps, detectSpace, type DetectSetup, type RelayDesk } from "../../../actors/detect/index.ts";
import type { TableView } from "../../../cluster/index.ts";
import { DetectStatistics, type DetectServices, type RelayFacts } from "../../../control/index.ts";
import type { ActorSystem, Address } from "../../../kernel/index.ts";
import type { Store } from "../../../store/index.ts";
import { openCentrePart, type CentrePartOptions } from "./centre-part.ts";
import { MemberPlaces } from "./member-places.ts";
import { openRelayPart, type RelayPartOptions } from "./relay-part.ts";

type Shared = Omit<CentrePartOptions & RelayPartOptions, "space" | "places" | "statistics" | "onDesk">;

export interface DetectPartOptions extends Shared {
  readonly store: Store;
}

/** What a node has for verdicts. */
export interface DetectPart {
  /** `undefined`: its roles leave the centre to other nodes. */
  readonly services: DetectServices | undefined;
  readonly statistics: DetectStatistics;
  /** The nodes of the cluster are now these. */
  tableChanged(view: TableView): void;
  /** Spawns `/detect` of a node that has joined; undefined: its roles leave this to other nodes. */
  spawn(system: ActorSystem): Address<never> | undefined;
}

/** Facts of the relay, as long as this node is the one of its host. */
const factsOf = async (desk: RelayDesk | undefined): Promise<RelayFacts | undefined> => {
  try {
    return await desk?.view();
  } catch {
    // It is not the relay any more.
    return undefined;
  }
};

/** Opens what verdicts need before the node joins: its samples, and what it takes to be the relay of its host. No detector is started. */
export const openDetectPart = async ({ store, ...options }: DetectPartOptions): Promise<DetectPart> => {
  const { config, identity, closing } = options;
  const { roles } = config.node;
  const space = store.space(detectSpace);
  const places = new MemberPlaces(identity.id);
  let desk: RelayDesk | undefined;
  const statistics = new DetectStatistics(() => factsOf(desk));
  const common = { ...options, space, places, statistics };
  const centre = roles.includes("centre") ? await openCentrePart(common) : undefined;
  const onDesk = (opened: RelayDesk): void => void (desk = opened);
  const relay = roles.includes("relay") ? await openRelayPart({ ...common, onDesk }) : undefined;
  const setup: DetectSetup = {
    ...(centre === undefined ? {} : { centre: centre.setup }),
    ...(relay === undefined ? {} : { relay }),
  };
  return {
    services: centre?.services,
    statistics,
    tableChanged: (view) => places.tableChanged(view),
    spawn: (system) => {
      if (centre === undefined && relay === undefined) return undefined;
      const detect = system.spawn(detectProps(setup), "detect");
      closing.add("/detect", () => system.stopActor(detect));
      return detect;
    },
  };
};
