import type { CountedAccess } from "../../../../engines/intercept/index.ts";
import type { ReplyTo } from "../../../../kernel/index.ts";
import type { AccessRow } from "../../../../shared-memory/index.ts";
import type { PartOutcome, ProxyIdentity, ReportPart } from "../../guard-port.ts";
import type { LiveRule } from "./rule-book.ts";
import { OpenEntry, sizeOfRow, type CountedRow, type JournalEntry } from "../records/journal-entry.ts";
import { entryKey } from "../records/keys.ts";
import type { Crossing } from "../interceptions/place-crossings.ts";
import { noCounts } from "./shard-counts.ts";
import type { ShardState } from "../shard-state.ts";

/** A report, or what is left of it, that waits to be counted. */
export interface WaitingReport {
  readonly from: ProxyIdentity;
  readonly parts: readonly ReportPart[];
  /** Of the first parts. */
  readonly outcomes: PartOutcome[];
  readonly replyTo: ReplyTo<{ readonly type: "reported"; readonly outcomes: readonly PartOutcome[] }>;
}

/** Bounds of one commit: of its changes, bytes, and the time that it takes. */
const mostRows = 16_384;
const mostCrossings = 200;
const mostProxies = 200;
const mostBytes = 4 * 1024 * 1024;
/** Of one entry of the journal; the store takes 256 KiB. */
const entryBytes = 240 * 1024;

/** Counts what waits into the memory of the shard, up to the bounds of one commit. */
export class ReportBatch {
  readonly #state: ShardState;
  readonly #nowMs: number;
  readonly #entries: OpenEntry[] = [];
  readonly #crossed = new Map<string, Crossing>();
  #rows = 0;
  #bytes = 0;
  readonly proxies = new Set<string>();
  readonly counts = noCounts();

  constructor(state: ShardState, nowMs: number) {
    this.#state = state;
    this.#nowMs = nowMs;
  }

  get crossings(): readonly Crossing[] {
    return [...this.#crossed.values()];
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries.map((entry) => entry.entry());
  }

  /** @returns whether all of the report was looked at; else this batch is full */
  add({ from, parts, outcomes }: WaitingReport): boolean {
    for (const part of parts.slice(outcomes.length)) {
      const { shard, sequence, rows } = part;
      const counting = this.#state.seen.judge(from, sequence);
      if (counting.type === "new") {
        if (!this.proxies.has(from.proxy) && this.proxies.size >= mostProxies) return false;
        const done = this.#addRows(rows, counting.from);
        this.proxies.add(from.proxy);
        this.#state.seen.counted(from, sequence, done < rows.length ? done : "all", this.#nowMs);
        if (done < rows.length) return false;
      } else if (counting.type === "repeated") this.counts.repeatedParts += 1;
      outcomes.push({ shard, sequence, problem: counting.type === "refused" ? counting.problem : undefined });
    }
    return true;
  }

  /** @returns the place of the first row that was not looked at */
  #addRows(rows: readonly AccessRow[], from: number): number {
    for (let at = from; at < rows.length; at += 1) {
      const row = rows[at];
      if (row === undefined || this.#isFull) return at;
      this.#addRow(row);
    }
    return rows.length;
  }

  get #isFull(): boolean {
    return this.#rows >= mostRows || this.#bytes >= mostBytes || this.#crossed.size >= mostCrossings;
  }

  #addRow(row: AccessRow): void {
    this.#rows += 1;
    // Whoever leaves the field empty is no subject: all of them would be intercepted together, and nobody could unblock them.
    const live = row.subject === "" ? undefined : this.#state.rules.get(row.rule);
    this.counts.passed += row.passed;
    this.counts.intercepted += row.intercepted;
    if (live === undefined) this.counts.uncounted += row.passed;
    else if (row.passed > 0 && this.#isCounted(live, row.subject)) this.#count(live, row);
  }

  #isCounted(live: LiveRule, subject: string): boolean {
    const { table, pending, rules } = this.#state;
    const key = { rule: live.rule.number, field: live.rule.subject, subject };
    const entry = table.get(key);
    if (entry !== undefined && entry.untilMs > this.#nowMs) return false;
    if (pending.has(key) || rules.spares(live, subject)) return false;
    return this.#crossed.size === 0 || !this.#crossed.has(entryKey(key));
  }

  #count(live: LiveRule, { subject, value, atMs, passed }: AccessRow): void {
    const access = {
      subject,
      atMs,
      count: passed,
      value: live.rule.distinct === undefined ? undefined : (value ?? ""),
    };
    const bucket = this.#state.buckets.of(subject);
    const outcome = bucket.add(live, access, this.#nowMs);
    if (outcome === "late") this.counts.late += passed;
    else if (outcome === "full") this.counts.uncounted += passed;
    else {
      this.#journal(live, access, outcome);
      bucket.dirtySince ??= this.#state.journal.last + this.#entries.length;
    }
    if (outcome !== "crossed") return;
    this.counts.crossings += 1;
    this.#crossed.set(entryKey({ rule: live.rule.number, field: live.rule.subject, subject }), {
      live,
      subject,
    });
  }

  #journal({ rule, counting }: LiveRule, access: CountedAccess, outcome: CountedRow["outcome"]): void {
    const size = sizeOfRow(access);
    let open = this.#entries.at(-1);
    if (open === undefined || open.size + size > entryBytes) {
      open = new OpenEntry(this.#nowMs);
      this.#entries.push(open);
    }
    open.add(rule.number, counting, access, outcome);
    this.#bytes += size;
  }
}
