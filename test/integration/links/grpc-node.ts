import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { Links, type LinkEvents, type MemberView, type TableView, type Transport } from "../../../src/cluster/index.ts";
import { CapturedLog } from "../../support/captured-log.ts";

/** A table in which these nodes are up, each in its first incarnation. */
export const tableOf = (nodes: Readonly<Record<string, string>>, version = 1): TableView => ({
  version,
  members: Object.entries(nodes).map(([id, address]): MemberView => ({
    id,
    incarnation: `${id}-1`,
    address,
    httpAddress: "",
    roles: [],
    pid: 1,
    version: "1",
    state: "up",
    startedAtMs: 0,
  })),
});

/** The links of a node in its first incarnation, under the clock of the machine. */
export const linksOf = (node: string, transport: Transport, view: TableView, events: Partial<LinkEvents>): Links => {
  const links = new Links({
    self: { node, incarnation: `${node}-1` },
    cluster: "test",
    settings: {},
    transport,
    events: {
      onEnvelope: () => undefined,
      onUndelivered: () => undefined,
      onEnded: () => undefined,
      ...events,
    },
    refresh: () => Promise.resolve(view),
    leaseMs: 3_000,
    clock: systemClock,
    random: systemRandom,
    log: new CapturedLog().logger,
  });
  links.tableChanged(view);
  return links;
};
