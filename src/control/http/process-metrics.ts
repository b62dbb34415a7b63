import { monitorEventLoopDelay, type IntervalHistogram } from "node:perf_hooks";
import { Counter, Gauge, type Registry } from "prom-client";

const sampledEveryMs = 50;

/** Memory, processor time and event loop of the process, by the names that Prometheus' clients use. Its owner closes it. */
export class ProcessMetrics {
  readonly #loop: IntervalHistogram = monitorEventLoopDelay({ resolution: sampledEveryMs });
  readonly #resident: Gauge;
  readonly #heap: Gauge;
  readonly #processor: Counter;
  readonly #lag: Gauge<"quantile">;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#resident = new Gauge({
      name: "process_resident_memory_bytes",
      help: "Memory of the process, threads of the store and the engines included",
      registers,
    });
    this.#heap = new Gauge({
      name: "nodejs_heap_size_used_bytes",
      help: "Heap of the main thread that is in use",
      registers,
    });
    this.#processor = new Counter({
      name: "process_cpu_seconds_total",
      help: "Processor time of the process, all threads together",
      registers,
    });
    this.#lag = new Gauge({
      name: "garrison_event_loop_lag_seconds",
      help: "How late the event loop came to its timers since the last look; quantile 1: the latest",
      labelNames: ["quantile"],
      registers,
    });
    this.#loop.enable();
  }

  readonly update = (): void => {
    const { rss, heapUsed } = process.memoryUsage();
    this.#resident.set(rss);
    this.#heap.set(heapUsed);
    const { user, system } = process.cpuUsage();
    this.#processor.reset();
    this.#processor.inc((user + system) / 1e6);
    // The first samples take a moment: until then nothing is known of lag.
    const nanoseconds = this.#loop.count === 0 ? undefined : { p99: this.#loop.percentile(99), most: this.#loop.max };
    this.#lag.set({ quantile: "0.99" }, lagOf(nanoseconds?.p99));
    this.#lag.set({ quantile: "1" }, lagOf(nanoseconds?.most));
    this.#loop.reset();
  };

  close(): void {
    this.#loop.disable();
  }
}

/** A sample says when the loop came back, a full interval included. */
const lagOf = (nanoseconds: number | undefined): number =>
  nanoseconds === undefined ? 0 : Math.max(0, nanoseconds / 1e9 - sampledEveryMs / 1_000);
