import { asError } from "../../../base/errors.ts";
import { openPrivateFolder } from "../../../base/private-folder.ts";
import { unreachable } from "../../../base/unreachable.ts";
import { same, type Address, type Context, type Props, type ReplyTo, type Same } from "../../../kernel/index.ts";
import { openOwnFolder, takeProcessLock, type ProcessLock } from "../../../shared-memory/index.ts";
import type { ProxyView } from "./proxy-view.ts";
import type { ReportsMessage, ReportsView } from "./reports/reports-protocol.ts";
import { reportsProps } from "./reports/reports.ts";
import type { ProxySettings } from "./settings.ts";
import type { ProxySetup } from "./setup.ts";
import type { TableMessage, TableView } from "./table/table-protocol.ts";
import { tableProps } from "./table/table.ts";

export type ProxyMessage =
  /** Look whether this one can be the proxy of its host. */
  { readonly type: "look" } | { readonly type: "view"; readonly replyTo: ReplyTo<ProxyView> };

/** What it has while it is the proxy of its host. */
interface Active {
  readonly locks: readonly ProcessLock[];
  readonly reports: Address<ReportsMessage>;
  readonly table: Address<TableMessage>;
}

interface ProxyState {
  active: Active | undefined;
  /** Why it stands by, so that it is logged once. */
  standsBy: string;
}

const tryAgainMs = 2_000;

/** Why this one is not the proxy of its host. */
interface Refused {
  readonly reason: string;
  /** Another one is; else somebody has to mend something. */
  readonly isTaken: boolean;
}

const takeLocks = ({ folder, spoolFolder }: ProxySettings, tag: string): readonly ProcessLock[] | Refused => {
  const locks: ProcessLock[] = [];
  const refused = (reason: string, isTaken: boolean): Refused => {
    for (const lock of locks) lock.release();
    return { reason, isTaken };
  };
  try {
    openOwnFolder(folder);
    const problem = openPrivateFolder(spoolFolder);
    if (problem !== undefined) return refused(`the spool is not safe: ${problem}`, false);
    for (const each of [folder, spoolFolder]) {
      const lock = takeProcessLock(each, tag);
      if (typeof lock === "number") {
        return refused(`process ${lock} is the proxy of ${each}: end it, or use folders of its own for this one`, true);
      }
      locks.push(lock);
    }
    return locks;
  } catch (thrown) {
    return refused(asError(thrown).message, false);
  }
};

const become = (setup: ProxySetup, state: ProxyState, context: Context<ProxyMessage>): void => {
  const locks = takeLocks(setup.settings, context.random.id());
  if ("reason" in locks) {
    const { reason, isTaken } = locks;
    if (state.standsBy !== reason)
      context.log[isTaken ? "info" : "error"]({ reason }, "this is not the proxy of its host");
    state.standsBy = reason;
    context.timers.once("look", tryAgainMs, { type: "look" });
    return;
  }
  const reports = context.spawn(reportsProps(setup), "reports");
  const table = context.spawn(tableProps({ ...setup, reports }), "table");
  state.active = { locks, reports, table };
  context.log.info({ folder: setup.settings.folder }, "this is the proxy of its host");
};

/** Asks those who know, within the time that whoever asks has. */
const view = ({ active, standsBy }: ProxyState, replyTo: ReplyTo<ProxyView>): void => {
  if (active === undefined) {
    replyTo.tell({ state: "standing-by", reason: standsBy });
    return;
  }
  const leftMs = replyTo.remainingMs();
  Promise.all([
    active.reports.ask<ReportsView>((to) => ({ type: "view", replyTo: to }), leftMs, replyTo.signal),
    active.table.ask<TableView>((to) => ({ type: "view", replyTo: to }), leftMs, replyTo.signal),
  ]).then(
    ([reports, table]) => void replyTo.tell({ state: "active", reports, table }),
    (error: unknown) => void replyTo.fail(asError(error)),
  );
};

const receive = (setup: ProxySetup, state: ProxyState, message: ProxyMessage, context: Context<ProxyMessage>): Same => {
  switch (message.type) {
    case "look":
      if (state.active === undefined) become(setup, state, context);
      return same;
    case "view":
      view(state, message.replyTo);
      return same;
    default:
      return unreachable(message);
  }
};

/**
 * `/guard/proxy`: between the front ends of a host and the service of interception, while this process has the locks of their folders; one
 * that has not stands by. `/guard/proxy/reports` brings accesses to the service, `/guard/proxy/table` brings decisions from there. When one
 * of the two fails, both begin again, from their files.
 */
export const proxyProps = (setup: ProxySetup): Props<ProxyState, ProxyMessage> => ({
  supervision: { strategy: "one-for-all", maxRestarts: 20, withinMs: 60_000 },
  stopTimeoutMs: 10_000,
  behavior: {
    initial: (context) => {
      context.self.tell({ type: "look" });
      return { active: undefined, standsBy: "it begins" };
    },
    receive: (state, message, context) => receive(setup, state, message, context),
    stopped: ({ active }) => {
      for (const lock of active?.locks ?? []) lock.release();
    },
  },
});
