export type { RemoteCounts } from "./counters.ts";
export type { ExportOptions } from "./exports.ts";
export {
  asking,
  message,
  remoteProtocol,
  type RemoteFields,
  type RemoteForm,
  type RemoteForms,
  type RemoteMessage,
  type RemoteProtocol,
} from "./protocol.ts";
export { Remote, type RemoteSetup } from "./remote.ts";
export { remoteRefusals, type RemoteRefusal } from "./refusals.ts";
