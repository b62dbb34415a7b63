import { status, type handleServerStreamingCall, type handleUnaryCall, type Server } from "@grpc/grpc-js";
import { ByteReader, ByteWriter } from "../../wire/index.ts";

/** Of the whole node, and of each service. */
const names: readonly string[] = [
  "",
  ...["Scan", "Event", "Run", "Detection", "Guard", "Control"].map((name) => `garrison.v1.${name}Service`),
];

/** `HealthCheckResponse.ServingStatus`. */
const serviceStatus = { serving: 1, notServing: 2, unknown: 3 } as const;
type ServiceStatus = (typeof serviceStatus)[keyof typeof serviceStatus];

/** `HealthCheckRequest`. */
interface CheckRequest {
  readonly service: string;
}

const longestName = 1_024;
const responseBytes = 1_024;

/**
 * `grpc.health.v1` of a node: NOT_SERVING until it is told otherwise. The messages have one or two fields, and are read and written here:
 * a package that does it reads .proto files at each start of a node, with a compiler for them.
 */
export class Health {
  #now: ServiceStatus = serviceStatus.notServing;
  readonly #watchers = new Set<(now: ServiceStatus) => void>();

  constructor(server: Server) {
    const path = "/grpc.health.v1.Health";
    server.register(`${path}/Check`, this.#check, checkResponse, readRequest, "unary");
    server.register(`${path}/List`, this.#list, listResponse, readRequest, "unary");
    server.register(`${path}/Watch`, this.#watch, checkResponse, readRequest, "serverStream");
  }

  set(serving: boolean): void {
    this.#now = serving ? serviceStatus.serving : serviceStatus.notServing;
    for (const tell of this.#watchers) tell(this.#now);
  }

  readonly #check: handleUnaryCall<CheckRequest, ServiceStatus> = ({ request: { service } }, callback) => {
    if (names.includes(service)) return callback(null, this.#now);
    callback({ code: status.NOT_FOUND, details: `there is no service ${JSON.stringify(service)}` });
  };

  readonly #list: handleUnaryCall<unknown, ServiceStatus> = (_, callback) => callback(null, this.#now);

  readonly #watch: handleServerStreamingCall<CheckRequest, ServiceStatus> = (call) => {
    // The protocol has a watch of an unknown service go on: it could come later.
    if (!names.includes(call.request.service)) return void call.write(serviceStatus.unknown);
    const tell = (now: ServiceStatus): void => void call.write(now);
    this.#watchers.add(tell);
    call.on("cancelled", () => this.#watchers.delete(tell));
    tell(this.#now);
  };
}

/** Of a `HealthListRequest` too, which has no fields. @throws WireError `malformed` */
const readRequest = (bytes: Buffer): CheckRequest => {
  const reader = new ByteReader().read(bytes);
  let service = "";
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) service = reader.text(longestName);
    else reader.skip();
  }
  return { service };
};

const checkResponse = (now: ServiceStatus): Buffer => {
  const writer = new ByteWriter(responseBytes);
  writer.uint(1, now);
  return writer.take();
};

/** A `HealthListResponse`: a map from each name to its `HealthCheckResponse`. */
const listResponse = (now: ServiceStatus): Buffer => {
  const writer = new ByteWriter(responseBytes);
  for (const name of names) {
    const entry = writer.beginField(1);
    writer.text(1, name);
    writer.bytes(2, checkResponse(now));
    writer.endField(entry);
  }
  return writer.take();
};
