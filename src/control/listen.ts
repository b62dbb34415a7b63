import type { Server } from "node:net";
import { asError } from "../base/errors.ts";
import { endpointText, type Endpoint } from "../wire/index.ts";
import { ControlError } from "./errors.ts";

/**
 * Binds a server. Resolves with the real port.
 *
 * @throws ControlError `listen-failed`
 */
export const listen = (server: Server, at: Endpoint): Promise<Endpoint> =>
  new Promise((resolve, reject) => {
    const failed = (error: unknown): void => {
      const address = endpointText(at);
      reject(
        new ControlError("listen-failed", `cannot listen on ${address}: ${asError(error).message}`, {
          ids: { address },
          cause: error,
        }),
      );
    };
    server.once("error", failed);
    server.listen({ host: at.host, port: at.port, exclusive: true }, () => {
      server.off("error", failed);
      const bound = server.address();
      if (bound === null || typeof bound === "string") failed(new Error("the server has no port"));
      else resolve({ host: at.host, port: bound.port });
    });
  });
