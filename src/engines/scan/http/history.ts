import type { ResponseData } from "../run/exchange.ts";
import type { Section } from "../template/section.ts";
import { mappingsOf } from "./mappings.ts";

/** Numbers of requests that operators may look back at; each keeps a response in memory. */
const mostNumbers = 100;
const numbered = /_(\d{1,6})(?!\d)/g;
const numberedName = /^(.+)_(\d{1,6})$/;

/**
 * The numbers of the requests whose responses the operators of a block look at, as `body_2` looks at that of the
 * second. nuclei goes by parts and expressions; with `req-condition` all that operators say is searched.
 */
export const readNumbers = (section: Section): ReadonlySet<number> => {
  const everywhere = section.boolean("req-condition");
  const numbers = new Set<number>();
  for (const key of ["matchers", "extractors"]) {
    for (const operator of mappingsOf(section, key)) {
      const text = JSON.stringify(everywhere ? operator : [operator["part"] ?? "", operator["dsl"] ?? ""]);
      for (const [, number] of text.matchAll(numbered)) numbers.add(Number(number));
    }
  }
  if (numbers.size <= mostNumbers) return numbers;
  section.complain("invalid", "matchers", `look back at ${numbers.size} requests; at most ${mostNumbers} are kept`);
  return new Set();
};

/** The responses that a block had so far, by the number of their request in its list, from 1. */
export class ResponseHistory {
  readonly #wanted: ReadonlySet<number>;
  readonly #outer: ResponseHistory | undefined;
  readonly #kept = new Map<number, ResponseData>();

  /** @param outer responses that came before this history began */
  constructor(wanted: ReadonlySet<number>, outer?: ResponseHistory) {
    this.#wanted = wanted;
    this.#outer = outer;
  }

  keep(number: number, data: ResponseData): void {
    if (this.#wanted.has(number)) this.#kept.set(number, data);
  }

  /** The response and the name that `body_2` means; undefined when it means none. */
  find(name: string): { readonly data: ResponseData; readonly name: string } | undefined {
    if (this.#wanted.size === 0) return undefined;
    const [, own = "", number] = numberedName.exec(name) ?? [];
    const data = number === undefined ? undefined : this.#of(Number(number));
    return data === undefined ? undefined : { data, name: own };
  }

  #of(number: number): ResponseData | undefined {
    return this.#kept.get(number) ?? (this.#outer === undefined ? undefined : this.#outer.#of(number));
  }
}
