import type { Section } from "../../template/section.ts";
import { bytesOf } from "../../value/value.ts";
import type { DigestLogin, HttpRequest, RedirectPolicy } from "../http-request.ts";

/** What the requests of a block have in common. */
export type RequestSettings = Pick<HttpRequest, "redirects" | "maxRedirects" | "maxBytes" | "digest">;

const defaultRedirects = 10;

export const readSettings = (section: Section): RequestSettings => {
  const digest = readDigest(section);
  return {
    redirects: readRedirects(section),
    maxRedirects: section.integer("max-redirects") || defaultRedirects,
    maxBytes: section.integer("max-size") || undefined,
    ...(digest === undefined ? {} : { digest }),
  };
};

const readRedirects = (section: Section): RedirectPolicy => {
  const all = section.boolean("redirects");
  const sameHost = section.boolean("host-redirects");
  const sameProtocol = section.boolean("protocol-redirects");
  if (sameProtocol && !all && !sameHost) {
    section.complain("invalid", "protocol-redirects", "needs redirects or host-redirects");
  }
  // nuclei lets host-redirects win when both are set.
  if (sameHost) return sameProtocol ? "same-origin" : "same-host";
  if (!all) return "none";
  return sameProtocol ? "same-protocol" : "all";
};

const readDigest = (section: Section): DigestLogin | undefined => {
  const username = section.string("digest-username") ?? "";
  const password = section.string("digest-password") ?? "";
  if (username !== "") return { username: bytesOf(username), password: bytesOf(password) };
  if (password !== "") section.complain("invalid", "digest-password", "needs digest-username");
  return undefined;
};
