import type { Finding } from "../run/finding.ts";

const mostChars = 4_096;
const mostCharsTogether = 16_777_216;

/** Requests and responses as a report shows them. */
export interface ShownEvidence {
  readonly title: string;
  readonly text: string;
  /** Not all of it is here. */
  readonly cut: boolean;
}

/** Sees to it that the evidence in a report of any number of findings stays within what a person's programs can open. */
export class EvidenceRoom {
  #left = mostCharsTogether;

  /** At most 4,096 characters each; none once all together have 16 MiB. */
  of(finding: Finding): readonly ShownEvidence[] {
    const parts = [
      { title: "request", text: finding.request },
      { title: "response", text: finding.response },
      { title: "curl command", text: finding["curl-command"] },
    ];
    return parts.flatMap(({ title, text }) => {
      if (text === undefined || text === "") return [];
      const shown = text.slice(0, Math.min(mostChars, this.#left));
      this.#left -= shown.length;
      return [{ title, text: shown, cut: shown.length < text.length }];
    });
  }
}
