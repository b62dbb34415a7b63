import { parseEndpoint, WireError, type Endpoint } from "../../wire/index.ts";
import { ControlError } from "../errors.ts";
import { loopback } from "./loopback.ts";

/**
 * Where a server is to listen: anywhere with TLS, else on this machine's loopback.
 *
 * @param key the setting that says it
 * @throws ControlError `not-loopback`, `listen-failed` for what is no address
 */
export const listenEndpoint = (key: string, address: string, tls: boolean): Endpoint => {
  if (!tls) return loopback(key, address, "; for other machines set tls.ca, tls.cert and tls.key");
  try {
    return parseEndpoint(address);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new ControlError("listen-failed", `${key}: ${error.message}`, { ids: { address }, cause: error });
  }
};
