export { correlationIdLength, idLength, isCorrelationId } from "./ids.ts";
export { type Interaction, interactionValues } from "./interaction.ts";
export { createSessionKeys, type SessionKeys } from "./keys.ts";
export { parseOobServer, type OobServer } from "./server.ts";
export { createOob, type OobSession, type OobSetup } from "./session.ts";
export type { OobWatcher } from "./watched-urls.ts";
