import { foldAccesses, rules } from "./accesses.ts";
import type { WriterLedger } from "./writer-ledger.ts";

/** One life of a writer, over. */
export interface WriterLife {
  readonly name: string;
  readonly isKilled: boolean;
  /** What it said itself. */
  readonly ledger: WriterLedger;
  /** Accesses under a rule that arrived. */
  readonly counted: number;
}

/** Accesses under a rule that it has recorded and that did not arrive. Below zero, only the one that it was killed in arrived. */
export const missingOf = ({ ledger, counted }: WriterLife): number =>
  ledger.done * rules.length - ledger.dropped - counted;

/** Whether it was killed within `check`: after it has written down that an access begins, before it has that it is done. */
export const wasInside = ({ isKilled, ledger }: WriterLife): boolean => isKilled && ledger.begun > ledger.done;

/** What a life shows that must not be. */
export const problemsOf = (life: WriterLife): readonly string[] => {
  const { name, isKilled, ledger, counted } = life;
  const missing = missingOf(life);
  const bound = isKilled ? foldAccesses : 0;
  const problems: string[] = [];
  if (missing > bound) problems.push(`${name} misses ${missing} accesses, at most ${bound} may be lost`);
  const most = ledger.begun * rules.length - ledger.dropped;
  if (counted > most) problems.push(`${name} recorded at most ${most} accesses and ${counted} were counted`);
  return problems;
};
