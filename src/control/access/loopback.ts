import { parseLoopback, WireError, type Endpoint } from "../../wire/index.ts";
import { ControlError } from "../errors.ts";

/**
 * Where a server is to listen, which has to be on this machine's loopback.
 *
 * @param key the setting that says it
 * @throws ControlError `not-loopback`
 */
export const loopback = (key: string, address: string): Endpoint => {
  try {
    return parseLoopback(address);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new ControlError(
      "not-loopback",
      `${key}: ${error.message}; other machines need mutual TLS, which is not there yet`,
      {
        ids: { address },
        cause: error,
      },
    );
  }
};
