import { lookup as resolve } from "node:dns";
import { request as requestInTheClear, type RequestOptions } from "node:http";
import { request as requestWithTls } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Callback, SendCallback } from "../../actors/detect/index.ts";
import { EgressRules } from "../../engines/playbook/child/egress/egress-rules.ts";
import { ControlError } from "../errors.ts";
import { verdictMessage } from "./verdict-message.ts";

const key = "detect.callback.egress";

/** An address of a requester, taken apart. */
interface Place {
  readonly url: URL;
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * Sends verdicts to those who asked for them, as a POST of JSON: `{"id", "verdict"}` with the verdict as `DetectionService` tells it. The
 * header `idempotency-key` is equal for each try. Only to what the rules list, by the address that is connected to: a name that leads
 * elsewhere is refused. Redirects are not followed; every status from 200 to 299 means that it was taken.
 */
export class CallbackSender {
  readonly #rules: EgressRules;

  /** @param egress entries of `detect.callback.egress`. @throws PlaybookError `egress` for one that cannot be read */
  constructor(egress: readonly string[]) {
    this.#rules = new EgressRules(egress, key);
  }

  /**
   * Whether verdicts may be sent there, as far as that can be told without looking its name up.
   * @throws ControlError `out-of-scope`
   */
  check(callbackUrl: string): void {
    const place = placeOf(callbackUrl);
    if (this.#mayBeAllowed(place)) return;
    throw outOfScope(place);
  }

  /** Rejects with the reason when it was not taken. */
  readonly send: SendCallback = async ({ url, id, verdict }: Callback, signal) => {
    const place = placeOf(url);
    if (!this.#mayBeAllowed(place)) throw outOfScope(place);
    const body = Buffer.from(JSON.stringify({ id, verdict: verdictMessage(verdict) }));
    const status = await post(place, id, body, this.#lookupFor(place), signal);
    if (status < 200 || status > 299) throw new Error(`${place.url.host} answered the callback with ${status}`);
  };

  #mayBeAllowed({ host, port }: Place): boolean {
    if (isIP(host) !== 0) return this.#rules.allowsAddress(host, port);
    return this.#rules.allowsName(host, port) || this.#rules.hasNetworks;
  }

  /** What is checked is what is connected to. */
  #lookupFor(place: Place): LookupFunction {
    const { host, port } = place;
    const isNamed = this.#rules.allowsName(host, port);
    return (name, options, callback) => {
      resolve(name, { ...options, all: true }, (error, addresses) => {
        if (error !== null) return callback(error, []);
        const allowed = addresses.filter(({ address }) => isNamed || this.#rules.allowsAddress(address, port));
        const [first] = allowed;
        if (first === undefined) return callback(outOfScope(place), []);
        if (options.all === true) return callback(null, allowed);
        callback(null, first.address, first.family);
      });
    };
  }
}

const placeOf = (text: string): Place => {
  const url = new URL(text);
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return { url, host: url.hostname.replace(/^\[|\]$/g, ""), port };
};

const post = (
  { url }: Place,
  id: string,
  body: Buffer,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<number> => {
  const options: RequestOptions = {
    method: "POST",
    // A connection of its own, to an address that was checked for it.
    agent: false,
    lookup,
    signal,
    headers: {
      "content-type": "application/json",
      "content-length": body.length,
      "idempotency-key": id,
      "user-agent": "garrison",
    },
  };
  const open = url.protocol === "https:" ? requestWithTls : requestInTheClear;
  return new Promise((resolveStatus, reject) => {
    const request = open(url, options, (response) => {
      resolveStatus(response.statusCode ?? 0);
      // Nothing of what it says is read.
      response.destroy();
    });
    request.on("error", reject);
    request.end(body);
  });
};

const outOfScope = ({ host, port }: Place): ControlError => {
  const place = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  return new ControlError("out-of-scope", `verdicts are not sent to ${place}: to allow it add "${place}" to ${key}`, {
    ids: { host, port },
  });
};
