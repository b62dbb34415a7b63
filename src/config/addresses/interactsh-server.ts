/** Where out-of-band interactions are recorded. */
export type InteractshServer =
  /** Nowhere: templates that wait for them are reported as not run. */
  | { readonly type: "off" }
  /** A small server of the node's own, started when it is needed. */
  | { readonly type: "builtin" }
  | { readonly type: "address"; readonly address: string };

const choices = "use builtin, off, HOST, HOST:PORT (both https) or a URL such as https://oast.example";
const shape = /^(?:https?:\/\/)?(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?\/?$/i;

/** Reads `interactsh.server`. A string says what is wrong. */
export const parseInteractshServer = (text: string): InteractshServer | string => {
  if (text === "off" || text === "builtin") return { type: text };
  return shape.test(text) ? { type: "address", address: text } : `no server: ${choices}`;
};
