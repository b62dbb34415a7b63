import { isIP } from "node:net";
import { FailureError } from "../http/failure.ts";
import type { Endpoint } from "./reach.ts";

const hostAndPort = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s@]+)):(\d{1,5})$/;

/**
 * Reads `host:port` as a request has it after its values were put in.
 *
 * @throws FailureError `protocol` when it is none
 */
export const parseEndpoint = (text: string): Endpoint => {
  const [, six, name, digits] = hostAndPort.exec(text) ?? [];
  const port = Number(digits);
  const hostname = six ?? name;
  if (hostname !== undefined && (six === undefined || isIP(six) === 6) && port >= 1 && port <= 65_535) {
    return { hostname, port };
  }
  throw new FailureError("protocol", `not sent: "${text.slice(0, 200)}" is no host:port`);
};
