import {
  centreService,
  controlService,
  detectionService,
  eventService,
  guardService,
  relayService,
  runService,
  scanService,
  type Role,
} from "../../wire/index.ts";

/** What a caller has to be for a call: `open` to everybody, of a role, or a `node` of this cluster. */
export type CallNeed = "open" | Role | "node";

const methods = [
  ...Object.values(scanService),
  ...Object.values(eventService),
  ...Object.values(runService),
  ...Object.values(controlService),
  ...Object.values(detectionService),
  ...Object.values(relayService),
  ...Object.values(centreService),
  ...Object.values(guardService),
];
const needsByPath = new Map<string, CallNeed>(methods.map(({ path, role }) => [path, role]));
const changing = new Set(methods.filter(({ changes }) => changes).map(({ path }) => path));

/** Services as a whole, but for what comes first. Health is asked by programs that hold no credential; they may not hold a stream. */
const services: readonly (readonly [string, CallNeed])[] = [
  ["/grpc.health.v1.Health/Check", "open"],
  ["/grpc.health.v1.Health/", "viewer"],
  ["/grpc.reflection.v1.ServerReflection/", "viewer"],
  ["/grpc.reflection.v1alpha.ServerReflection/", "viewer"],
  ["/garrison.v1.NodeService/", "node"],
];

/** What a call needs, by its path. A path that nobody has judged is for admins only. */
export const needOf = (path: string): CallNeed =>
  needsByPath.get(path) ?? services.find(([prefix]) => path.startsWith(prefix))?.[1] ?? "admin";

/** Whether the call of this path changes something. */
export const isChanging = (path: string): boolean => changing.has(path);
