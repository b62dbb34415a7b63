import type { Json } from "../../../base/json.ts";
import type { Finding } from "../run/finding.ts";

const schemeAndAuthority = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?/i;
const notInUri = /%(?![0-9a-f]{2})|[^a-z0-9\-._~!$&'()*+,;=:@/?#%]/gi;
/** What does not stand for itself in a path: delimiters of a URI, and the `%` of what is encoded already. */
const notInPath = /[^a-z0-9\-._~!$&'()*+,;=@/]/gi;

const encoded = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");

/** What may not stand in a URI (RFC 3986), which SARIF's readers check, percent-encoded; what is encoded stays. */
export const uriOf = (url: string): string => {
  const authority = schemeAndAuthority.exec(url)?.[0] ?? "";
  return authority + url.slice(authority.length).replaceAll(notInUri, encoded);
};

/**
 * A place as the path of a file: code-scanning services take relative references of files only, and refuse http URLs.
 * `http://shop.test:8080/a?b` is `shop.test%3A8080/a%3Fb`; nothing of it can lead out of the folder.
 */
const filePath = (place: string): string => {
  const path = place
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
    .replaceAll(notInPath, encoded)
    .split("/")
    .filter((segment) => segment !== "")
    .map((segment) => (/^\.{1,2}$/.test(segment) ? segment.replaceAll(".", "%2E") : segment))
    .join("/");
  return path === "" ? "target" : path;
};

/** Where a finding is: for files as a path, for people as it was matched. */
export const locationOf = (finding: Finding): Json => {
  const place = finding["matched-at"];
  return {
    physicalLocation: {
      artifactLocation: { uri: filePath(place), description: { text: place } },
      region: { startLine: finding["matched-line"]?.[0] ?? 1 },
    },
    logicalLocations: [{ fullyQualifiedName: place, kind: "resource" }],
  };
};
