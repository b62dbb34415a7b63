import type { TableView } from "../table.ts";
import type { Link } from "./link.ts";
import type { LinkCounts } from "./link-counters.ts";
import type { LinkView } from "./link-view.ts";

/** The links of a node: one to each other node that the table of members calls live, and what those nodes send over theirs. */
export interface Links {
  /** `undefined`: the table that this node knows does not call it live (or it is this node). Without an incarnation: the live one. */
  to(node: string, incarnation?: string): Link | undefined;
  /** To be told of each new table. Older ones than the last change nothing. */
  tableChanged(view: TableView): void;
  /** One for each live other node. */
  views(): readonly LinkView[];
  counts(): LinkCounts;
  /** Waits until what was queued is acknowledged, `graceMs` at most; then ends every connection. Idempotent. */
  close(graceMs: number): Promise<void>;
}
