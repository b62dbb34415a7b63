import { CookieJar } from "tough-cookie";
import type { WireUrl } from "./target.ts";

/** More than a site needs; what it sets beyond is ignored. */
const mostCookies = 200;
const maxCookieChars = 8_192;

/** The cookies of one template run, by the rules of RFC 6265 and the list of public suffixes. */
export class Cookies {
  #jar: CookieJar | undefined;
  #taken = 0;

  /** Value of the header Cookie for a request to this URL; empty for none. */
  headerFor(url: WireUrl): string {
    return this.#jar?.getCookieStringSync(place(url)) ?? "";
  }

  /** Keeps what a response of this URL sets (values of its headers Set-Cookie); what it may not set is left out. */
  keep(url: WireUrl, setCookies: readonly string[]): void {
    for (const text of setCookies) {
      if (this.#taken === mostCookies) return;
      if (text.length > maxCookieChars) continue;
      this.#taken += 1;
      // Made late: most runs have no cookies.
      this.#jar ??= new CookieJar(undefined, { allowSecureOnLocal: false });
      this.#jar.setCookieSync(text, place(url), { ignoreError: true });
    }
  }
}

const place = ({ origin, path }: WireUrl): string => origin + (path.split("?", 1)[0] ?? "/");
