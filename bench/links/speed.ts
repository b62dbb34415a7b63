import { cpuSeconds } from "../processes.ts";
import type { Report } from "../report.ts";
import { inTurn } from "../rounds.ts";
import { ErlangPair } from "./erlang-pair.ts";
import { GarrisonPair } from "./garrison-pair.ts";
import type { Pair } from "./pair.ts";

interface Load {
  readonly name: string;
  readonly what: string;
  readonly count: number;
  /** Asks at a time; absent: one way. */
  readonly outstanding?: number;
  /** Of Erlang's rate. */
  readonly atLeast?: number;
}

const loads: readonly Load[] = [
  { name: "links-one-way", what: "one way", count: 300_000, atLeast: 0.8 },
  { name: "links-ask-1", what: "asks, 1 outstanding", count: 5_000, outstanding: 1 },
  { name: "links-ask-100", what: "asks, 100 outstanding", count: 50_000, outstanding: 100, atLeast: 0.8 },
  { name: "links-ask-1000", what: "asks, 1,000 outstanding", count: 50_000, outstanding: 1_000, atLeast: 1 },
];

/** Messages that go before those that are measured, on both sides: a compiler forgets what it knew of code that rests. */
const warmUp = 50_000;

/** One kind of messages over one pair, and what it costs. */
class Measured {
  /** Microseconds of processor time a message, both processes together, one for each round. */
  readonly cpu: number[] = [];
  readonly #pair: Pair;
  readonly #count: number;
  readonly #send: (count: number) => Promise<number>;

  /** @param send gives the microseconds that it took */
  constructor(pair: Pair, count: number, send: (count: number) => Promise<number>) {
    this.#pair = pair;
    this.#count = count;
    this.#send = send;
  }

  /** @returns thousands a second */
  readonly run = async (): Promise<number> => {
    await this.#send(Math.min(this.#count, warmUp));
    const before = this.#seconds();
    const micros = await this.#send(this.#count);
    this.cpu.push(((this.#seconds() - before) * 1e6) / this.#count);
    return (this.#count * 1e3) / micros;
  };

  #seconds(): number {
    return this.#pair.pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  }
}

const of = (pair: Pair, { count, outstanding }: Load): Measured =>
  new Measured(pair, count, (many) => (outstanding === undefined ? pair.tells(many) : pair.asks(many, outstanding)));

const compare = async (report: Report, load: Load, plain: Pair, tls: Pair, erlang: ErlangPair): Promise<void> => {
  const { what, count, outstanding, atLeast } = load;
  const ours = of(plain, load);
  const secured = of(tls, load);
  const theirs = of(erlang, load);
  const calls = new Measured(erlang, count / 5, (many) => erlang.calls(many, outstanding ?? 1));
  const both = { ours: ours.run, theirs: theirs.run, secured: secured.run };
  const samples: Record<keyof typeof both, number[]> & { readonly calls?: number[] } =
    outstanding === undefined ? await inTurn(both) : await inTurn({ ...both, calls: calls.run });
  const row = { unit: "k/s", ours: samples.ours };
  const aim = atLeast === undefined ? {} : { aim: { atLeast } };
  report.add({ ...row, what, peer: { name: "Erlang", samples: samples.theirs }, ...aim });
  if (samples.calls !== undefined) {
    report.add({ ...row, what, peer: { name: "gen_server:call", samples: samples.calls }, ...aim });
  }
  report.add({
    what: `${what}, mutual TLS`,
    unit: "k/s",
    ours: samples.secured,
    peer: { name: "without TLS", samples: samples.ours },
  });
  report.add({
    what: `${what}: processor time, both sides`,
    unit: "µs",
    ours: ours.cpu.slice(1),
    peer: { name: "Erlang", samples: theirs.cpu.slice(1) },
  });
};

const run = async (report: Report, load: Load): Promise<void> => {
  const erlang = await ErlangPair.start();
  if (erlang === undefined) return report.skip(load.what, "erl not installed");
  const pairs: Pair[] = [erlang];
  try {
    const plain = await GarrisonPair.start({});
    pairs.push(plain);
    const tls = await GarrisonPair.start({ tls: true });
    pairs.push(tls);
    await compare(report, load, plain, tls, erlang);
  } finally {
    for (const pair of pairs) await pair.end();
  }
};

/** Messages of 200 bytes between two processes on loopback. */
export const benches = loads.map((load) => ({ name: load.name, run: (report: Report) => run(report, load) }));
