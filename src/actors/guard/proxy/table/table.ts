import { unreachable } from "../../../../base/unreachable.ts";
import { same, type Context, type Props, type Same } from "../../../../kernel/index.ts";
import { openOwnFolder, sharedFolders } from "../../../../shared-memory/index.ts";
import { feedEnded, fed, silent, subscribe } from "./follow.ts";
import { HostTable } from "./host-table.ts";
import { readKeptTable } from "./kept-table.ts";
import type { TableSetup, TableState } from "./state.ts";
import type { TableMessage, TableView } from "./table-protocol.ts";
import { leaveGeneration, writeTable } from "./write-table.ts";

const open = async ({ settings }: TableSetup, { self, signal }: Context<TableMessage>): Promise<TableState> => {
  const folder = sharedFolders(settings.folder).table;
  openOwnFolder(folder);
  const kept = await readKeptTable(folder, signal);
  self.tell({ type: "subscribe" });
  return {
    host: new HostTable(settings.rules, kept?.entries ?? []),
    generation: undefined,
    isInForce: kept !== undefined,
    usableAtMs: undefined,
    isPaused: false,
    subscription: undefined,
    failures: 0,
    problem: undefined,
    writeProblem: undefined,
    counts: { generations: 0, subscriptions: 0, mismatches: 0 },
  };
};

const viewOf = ({ host, generation, subscription, counts, problem, writeProblem }: TableState): TableView => ({
  ...counts,
  subscription: subscription === undefined ? "apart" : host.isWhole ? "following" : "behind",
  problem: writeProblem ?? problem,
  entries: host.entries,
  rules: host.rules,
  fileBytes: generation?.bytes ?? 0,
});

const receive = async (
  setup: TableSetup,
  state: TableState,
  message: TableMessage,
  context: Context<TableMessage>,
): Promise<Same> => {
  switch (message.type) {
    case "subscribe":
      subscribe(setup, state, context);
      return same;
    case "fed":
      await fed(setup, state, message, context);
      return same;
    case "feed-ended":
      feedEnded(state, message, context);
      return same;
    case "silent":
      silent(state, message, context);
      return same;
    case "write":
      state.isPaused = false;
      await writeTable(setup, state, [], context);
      return same;
    case "view":
      message.replyTo.tell(viewOf(state));
      return same;
    default:
      return unreachable(message);
  }
};

/**
 * `/guard/proxy/table`: the table of decisions that the front ends of the host read, as the service feeds it. While the service is gone it
 * stays as it is, and its entries run out; when what comes does not fit what is here, it begins anew.
 */
export const tableProps = (setup: TableSetup): Props<TableState, TableMessage> => ({
  behavior: {
    initial: (context) => open(setup, context),
    receive: (state, message, context) => receive(setup, state, message, context),
    stopped: (state) => {
      state.subscription?.end();
      leaveGeneration(state);
    },
  },
});
