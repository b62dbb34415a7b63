import { isIP } from "node:net";
import type { AgentTarget } from "../../model/agent-target.ts";
import type { Template } from "../../model/text.ts";
import { fill } from "../../variables/fill.ts";
import type { Scope } from "../../variables/scope.ts";
import { CommandFailure } from "../failure.ts";
import { addressOf, hostAddressOf, placeFailure, portOf } from "./host-address.ts";

/** The port of HTTP over TLS, and its usual other one. */
const tlsPorts: readonly (number | undefined)[] = [443, 8_443];
const dotSegment = /(^|[/\\])(\.|%2e){1,2}(?=[/\\?]|$)/i;

/**
 * The URL of a request. A `url` address of the place wins, with its path before the request's target; else it is made of `dname`, `ipv4`
 * or `ipv6` and the port, with https for port 443 and 8443 and http for all others, 80 without one (the standard's default).
 *
 * @param target gets a leading slash if a variable at its beginning brings none
 * @throws CommandFailure when the place has no usable address, or the target leads elsewhere than it says
 */
export const requestUrl = (place: AgentTarget, target: Template, scope: Scope): string => {
  const base = baseOf(place, scope);
  const filled = fill(target, scope, "request-target");
  // Without one it would go on with the name of the host, or with its port.
  const path = filled.startsWith("/") ? filled : `/${filled}`;
  if (dotSegment.test(path.replace(/\?.*$/s, "")) || path.includes("#")) {
    throw new CommandFailure(
      "threw",
      `the request target ${JSON.stringify(path.slice(0, 200))} has a step . or .., or a #`,
    );
  }
  return new URL(`${base.origin}${base.pathname.replace(/\/$/, "")}${path}`).href;
};

const baseOf = (place: AgentTarget, scope: Scope): URL => {
  const address = addressOf(place, "url");
  if (address === undefined) {
    const { host, port } = hostAddressOf(place, scope);
    const scheme = tlsPorts.includes(port) ? "https" : "http";
    return urlOf(place, `${scheme}://${isIP(host) === 6 ? `[${host}]` : host}${port === undefined ? "" : `:${port}`}`);
  }
  // A whole URL may come from outside; what is only a part of one is kept from becoming more than that.
  const isWhole = address.length === 1 && typeof address[0] === "object";
  const url = urlOf(place, fill(address, scope, isWhole ? "plain" : "request-target"));
  const port = url.port === "" ? portOf(place, scope) : undefined;
  if (port !== undefined) url.port = String(port);
  return url;
};

const urlOf = (place: AgentTarget, text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const shown = JSON.stringify(text.slice(0, 200));
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw placeFailure(place, `has the address ${shown}, which is no URL of http or https`);
  }
  if (url.username !== "" || url.password !== "") {
    throw placeFailure(place, "has a user or a password in its url: use authentication_info");
  }
  if (url.search !== "" || url.hash !== "") throw placeFailure(place, `has a query or a fragment in its url ${shown}`);
  return url;
};
