import { FailureError } from "../http/failure.ts";
import type { ScanTarget } from "../target/target.ts";

/**
 * Reads the address of a websocket after its values were put in. An http address means the same place; one without a
 * path has the target's.
 *
 * @param text UTF-8 as text
 * @throws FailureError `protocol` when it is none
 */
export const parseAddress = (text: string, { url: target }: ScanTarget): URL => {
  const address = text.trim().replace(/^http(s?):\/\//i, "ws$1://");
  const url = /^wss?:\/\//i.test(address) && URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || url.username !== "" || url.password !== "") {
    throw new FailureError("protocol", `not sent: "${text.slice(0, 200)}" is no ws or wss URL without user name`);
  }
  url.hash = "";
  if (url.pathname === "/" && target !== undefined) url.pathname = target.path.split("?", 1)[0] ?? "/";
  return url;
};
