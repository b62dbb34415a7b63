import Table from "cli-table3";

/** How the ratio of ours to the peer is judged; for times and sizes the smaller one is better. */
export type Aim = { readonly atLeast: number } | { readonly atMost: number };

/** One row: what was measured, in rounds in which ours and the peer took turns. */
export interface Comparison {
  readonly what: string;
  /** What is written behind the figures, e.g. `M msg/s`. */
  readonly unit: string;
  readonly ours: readonly number[];
  readonly peer: { readonly name: string; readonly samples: readonly number[] };
  /** Absent: it is only told. */
  readonly aim?: Aim;
}

export const median = (samples: readonly number[]): number => {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

const short = (value: number): string =>
  value.toLocaleString("en", { maximumSignificantDigits: 3, useGrouping: false });

const judged = (ratio: number, aim: Aim): readonly [aim: string, met: string] =>
  "atLeast" in aim
    ? [`≥ ${aim.atLeast}`, ratio >= aim.atLeast ? "yes" : "NO"]
    : [`≤ ${aim.atMost}`, ratio <= aim.atMost ? "yes" : "NO"];

/** Collects rows and prints them as one table. */
export class Report {
  readonly #rows: string[][] = [];

  add({ what, unit, ours, peer, aim }: Comparison): void {
    const ratios = ours.map((value, round) => value / (peer.samples[round] ?? Number.NaN));
    const ratio = median(ratios);
    this.#rows.push([
      what,
      `${short(median(ours))} ${unit}`,
      `${short(median(peer.samples))} (${peer.name})`,
      `${short(ratio)} [${short(Math.min(...ratios))}–${short(Math.max(...ratios))}]`,
      ...(aim === undefined ? ["", ""] : judged(ratio, aim)),
    ]);
  }

  /** A row that could not be measured here. */
  skip(what: string, why: string): void {
    this.#rows.push([what, "", "", why, "", ""]);
  }

  get filled(): boolean {
    return this.#rows.length > 0;
  }

  print(): void {
    const table = new Table({
      head: ["what", "ours (median)", "peer (median)", "ratio median [min–max]", "aim", "met"],
      style: { head: [], border: [] },
    });
    table.push(...this.#rows);
    console.log(table.toString());
  }
}
