/**
 * What a script finds in its world beside the language, written in that language: nuclei's `template`, `set`, `log`,
 * `iterate`, `Dedupe`, and a function for each protocol of the template. `host` is taken away before the script runs.
 */
export const prelude = `"use strict";
(() => {
  const host = globalThis.host;
  delete globalThis.host;
  const { parse, stringify } = JSON;
  const ask = (call) => {
    const answer = parse(host(stringify(call)));
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  };
  const plain = (value) => {
    const text = stringify(value);
    return text === undefined ? null : parse(text);
  };
  for (const protocol of globalThis.protocols) {
    globalThis[protocol] = (...ids) => ask({ type: "run", protocol, ids: ids.map(String) });
  }
  delete globalThis.protocols;
  globalThis.set = (name, value) => {
    ask({ type: "set", name: String(name), value: plain(value) });
    return null;
  };
  globalThis.log = (value) => {
    ask({ type: "log", text: typeof value === "string" ? value : stringify(value) ?? String(value) });
    return value;
  };
  globalThis.console = { log: globalThis.log };
  globalThis.iterate = (...values) => values.flatMap((value) => value === null || value === undefined ? [] : value);
  globalThis.Dedupe = class Dedupe {
    #seen = new Map();
    Add(...values) {
      for (const value of values.flat()) this.#seen.set(stringify(value), value);
    }
    Values() {
      return [...this.#seen.values()];
    }
  };
  const own = Object.create(null);
  const read = (name) => (name in own ? own[name] : ask({ type: "get", name }));
  globalThis.template = new Proxy(own, {
    get: (_own, name) => (typeof name === "string" ? read(name) : undefined),
    has: (_own, name) => typeof name === "string" && read(name) !== undefined,
    ownKeys: () => [...new Set([...Object.keys(own), ...ask({ type: "names" })])],
    getOwnPropertyDescriptor: (_own, name) => {
      const value = typeof name === "string" ? read(name) : undefined;
      return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true };
    },
  });
})();
`;
