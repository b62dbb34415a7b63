import { parseLoopback, WireError, type Endpoint } from "../../wire/index.ts";
import { ControlError } from "../errors.ts";

/**
 * Where a server is to listen, which has to be on this machine's loopback.
 *
 * @param key the setting that says it
 * @param remedy what else would do, for the message
 * @throws ControlError `not-loopback`
 */
export const loopback = (key: string, address: string, remedy = ""): Endpoint => {
  try {
    return parseLoopback(address);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new ControlError("not-loopback", `${key}: ${error.message}${remedy}`, { ids: { address }, cause: error });
  }
};
