export type { EventSource } from "./event-source.ts";
export { startEventsDoor, type EventsDoor, type EventsDoorSetup } from "./events-door.ts";
