export { knock } from "./knock.ts";
export type { Link, LinkEnd, LinkEvents, Sent } from "./link.ts";
export type { LinkCounts } from "./link-counters.ts";
export type { LinkState, LinkView } from "./link-view.ts";
export { Links, type LinksSetup } from "./links.ts";
export type { NodeRef } from "./node-ref.ts";
export type { LinkRefusal } from "./refusal.ts";
