import type { ReportsView } from "./reports/reports-protocol.ts";
import type { TableView } from "./table/table-protocol.ts";

/** What the proxy of a host does now. */
export type ProxyView =
  /** The front ends of the host have another proxy, or none for the reason given. */
  | { readonly state: "standing-by"; readonly reason: string }
  | { readonly state: "active"; readonly reports: ReportsView; readonly table: TableView };
