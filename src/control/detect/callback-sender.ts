import { lookup, type LookupAddress, type LookupAllOptions } from "node:dns";
import { request as requestInTheClear, type RequestOptions } from "node:http";
import { request as requestWithTls } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Callback, SendCallback } from "../../actors/detect/index.ts";
import { createScopeGuard, type Refusal, type ScopeGuard } from "../../engines/scan/scope/guard.ts";
import { parseScopeRule } from "../../engines/scan/scope/rule.ts";
import { ControlError } from "../errors.ts";
import { verdictMessage } from "./verdict-message.ts";

const key = "detect.callback.egress";

/** Looks a name up, as `lookup` of node:dns. */
export type ResolveName = (
  name: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** An address of a requester, taken apart. */
interface Place {
  readonly url: URL;
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * Sends verdicts to those who asked for them, as a POST of JSON: `{"id", "verdict"}` with the verdict as `DetectionService` tells it. The
 * header `idempotency-key` is equal for each try. Redirects are not followed; every status from 200 to 299 means that it was taken.
 *
 * Only to what the entries list, by the address that is connected to. A name that is listed leads to public addresses; one of the inside,
 * link-local ones and those of cloud metadata services have to be listed themselves, as for scans.
 */
export class CallbackSender {
  readonly #guard: ScopeGuard;
  readonly #hasNetworks: boolean;
  readonly #resolve: ResolveName;

  /** @param egress entries of `detect.callback.egress`. @throws ScanError `invalid-scope` for one that cannot be read */
  constructor(egress: readonly string[], resolve: ResolveName = lookup) {
    this.#guard = createScopeGuard(egress);
    this.#hasNetworks = egress.some((entry) => parseScopeRule(entry).kind === "network");
    this.#resolve = resolve;
  }

  /**
   * Whether verdicts may be sent there, as far as that can be told without looking its name up.
   * @throws ControlError `out-of-scope`
   */
  check(callbackUrl: string): void {
    this.#checkPlace(placeOf(callbackUrl));
  }

  /** Rejects with the reason when it was not taken. */
  readonly send: SendCallback = async ({ url, id, verdict }: Callback, signal) => {
    const place = placeOf(url);
    this.#checkPlace(place);
    const body = Buffer.from(JSON.stringify({ id, verdict: verdictMessage(verdict) }));
    const status = await post(place, id, body, this.#lookupFor(place), signal);
    if (status < 200 || status > 299) throw new Error(`${place.url.host} answered the callback with ${status}`);
  };

  #checkPlace(place: Place): void {
    const { host, port } = place;
    const refusal = this.#guard.refuseHost(host, port);
    // A name that is not listed may lead to an address that is.
    if (refusal === undefined || (isIP(host) === 0 && this.#hasNetworks)) return;
    throw outOfScope(place, refusal);
  }

  #refuseAddress({ host, port }: Place, address: string): Refusal {
    const asAddress = this.#guard.refuseHost(address, port);
    if (asAddress === undefined) return undefined;
    const isListed = this.#guard.refuseHost(host, port) === undefined;
    return isListed ? this.#guard.refuseAddress(host, address, port) : asAddress;
  }

  /** The connection takes what comes of it: nothing is looked up again. */
  #lookupFor(place: Place): LookupFunction {
    return (name, options, callback) => {
      this.#resolve(name, { ...options, all: true }, (error, addresses) => {
        if (error !== null) return callback(error, []);
        const allowed = addresses.filter(({ address }) => this.#refuseAddress(place, address) === undefined);
        const [first] = allowed;
        if (first === undefined) {
          const [refused] = addresses;
          const why = refused === undefined ? "it has no address" : this.#refuseAddress(place, refused.address);
          return callback(outOfScope(place, why), []);
        }
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

const outOfScope = ({ host, port }: Place, refusal: Refusal): ControlError => {
  const place = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const why = refusal === undefined ? "" : ` (${refusal})`;
  return new ControlError("out-of-scope", `verdicts are not sent to ${place}${why}: what may be sent to is in ${key}`, {
    ids: { host, port },
  });
};
