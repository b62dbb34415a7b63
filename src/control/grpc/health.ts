import type { Server } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";

/** Of the whole node, and of each service. */
const names = ["", ...["Scan", "Event", "Run", "Detection", "Control"].map((name) => `garrison.v1.${name}Service`)];

/** `grpc.health.v1` of a node: NOT_SERVING until it is told otherwise. */
export class Health {
  readonly #implementation = new HealthImplementation(Object.fromEntries(names.map((name) => [name, "NOT_SERVING"])));

  constructor(server: Server) {
    this.#implementation.addToServer(server);
  }

  set(serving: boolean): void {
    for (const name of names) this.#implementation.setStatus(name, serving ? "SERVING" : "NOT_SERVING");
  }
}
