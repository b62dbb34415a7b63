export type { ProxyView } from "./proxy-view.ts";
export { proxyProps, type ProxyMessage } from "./proxy.ts";
export type { ReportsView } from "./reports/reports-protocol.ts";
export type { ProxySettings, ReportCondition } from "./settings.ts";
export type { ProxySetup } from "./setup.ts";
export type { TableView } from "./table/table-protocol.ts";
