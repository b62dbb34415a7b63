import type { OobSession } from "../../oob/session.ts";
import type { TargetValues } from "../../target/target-values.ts";
import type { Scope } from "../../value/scope.ts";
import { bytesOf, type Value } from "../../value/value.ts";

const urlName = /^interactsh-url(?:_\d+)*$/;

/**
 * The out-of-band URLs of one request. Which names a request needs is only known once it has been made: it is made,
 * what was asked for is fetched, and it is made again.
 */
export class OobUrls {
  readonly #session: OobSession;
  readonly #urls = new Map<string, string>();
  readonly #missing = new Set<string>();

  constructor(session: OobSession) {
    this.#session = session;
  }

  /** Names were asked for that have no URL yet. */
  get isLacking(): boolean {
    return this.#missing.size > 0;
  }

  get urls(): readonly string[] {
    return [...this.#urls.values()];
  }

  /** The values with the URLs of this request. */
  over(values: TargetValues): Scope {
    return {
      get: (name) => {
        if (!urlName.test(name)) return values.get(name);
        const url = this.#urls.get(name);
        if (url === undefined) this.#missing.add(name);
        return url === undefined ? undefined : bytesOf(url);
      },
    };
  }

  /** @throws ScanError `oob-unavailable` */
  async fetch(targetHost: string | undefined): Promise<void> {
    for (const name of this.#missing) this.#urls.set(name, await this.#session.url(targetHost));
    this.#missing.clear();
  }

  /** What operators see of them. */
  values(): ReadonlyMap<string, Value> {
    const values = new Map<string, Value>();
    for (const [name, url] of this.#urls) {
      values.set(name, bytesOf(url));
      values.set(name.replace("url", "id"), bytesOf(this.#session.idOf(url)));
    }
    if (values.size > 0) values.set("interactsh-server", bytesOf(this.#session.serverName ?? ""));
    return values;
  }

  /** The request was not sent. */
  forget(): void {
    for (const url of this.#urls.values()) this.#session.forget(url);
  }
}
