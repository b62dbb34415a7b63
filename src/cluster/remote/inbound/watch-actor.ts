import { unreachable } from "../../../base/unreachable.ts";
import { same, type Address, type Props } from "../../../kernel/index.ts";
import type { RemoteWatcher, WatchTable } from "./watch-table.ts";

/** Waits for the ends of actors of this node that other nodes watch. */
export type WatchMessage =
  | {
      readonly type: "watch";
      readonly watcher: RemoteWatcher;
      readonly number: number;
      readonly address: Address<never>;
    }
  | { readonly type: "unwatch"; readonly watcher: RemoteWatcher; readonly number: number }
  /** The node of the watcher has ended. */
  | { readonly type: "forget"; readonly watcher: RemoteWatcher }
  /** A watched actor has stopped. */
  | { readonly type: "gone"; readonly address: Address<never> };

/** Above what a link brings in one turn. */
const capacity = 2 ** 20;

/** `/remote`. A restart takes the watches over from the table. */
export const watchProps = (table: WatchTable): Props<undefined, WatchMessage> => ({
  dispatcher: "system",
  mailbox: { capacity },
  behavior: {
    initial: (context) => {
      for (const address of table.targets()) context.watch(address, { type: "gone", address });
      return undefined;
    },
    receive: (_, message, context) => {
      switch (message.type) {
        case "watch": {
          const { watcher, number, address } = message;
          if (table.add(watcher, number, address)) context.watch(address, { type: "gone", address });
          else watcher.terminated(number);
          return same;
        }
        case "unwatch": {
          const unwatched = table.remove(message.watcher, message.number);
          if (unwatched !== undefined) context.unwatch(unwatched);
          return same;
        }
        case "forget":
          for (const unwatched of table.removeAll(message.watcher)) context.unwatch(unwatched);
          return same;
        case "gone":
          table.gone(message.address);
          return same;
        default:
          return unreachable(message);
      }
    },
  },
});
