import type { Violation } from "./violation.ts";

/** One row of the table of members, as far as it matters here. */
export interface TableRow {
  readonly id: string;
  readonly incarnation: string;
  readonly state: string;
}

/** The table of members as it stood at one version. */
export interface TableVersion {
  readonly version: number;
  readonly members: readonly TableRow[];
}

/** What one live node says the table is. */
export interface NodeView {
  readonly node: string;
  readonly table: TableVersion;
}

const ended = new Set(["left", "dead"]);
const nameOf = ({ id, incarnation }: TableRow): string => `${id}.${incarnation}`;

/** I15: an incarnation that the table once called dead or gone is never called live again, in whatever version comes later. */
export const checkNoReturn = (tables: readonly TableVersion[]): Violation[] => {
  const violations: Violation[] = [];
  const gone = new Map<string, number>();
  tables.forEach(({ version, members }, at) => {
    for (const row of members) {
      const since = gone.get(nameOf(row));
      if (ended.has(row.state)) {
        if (since === undefined) gone.set(nameOf(row), version);
      } else if (since !== undefined) {
        const message = `${nameOf(row)} is ${row.state} again in version ${version}; it had ended in version ${since}`;
        violations.push({ invariant: "I15", message, at, about: row.id });
      }
    }
  });
  return violations;
};

/** I15: with nothing wrong any more, every live node has the same view, and each of them is live in it. */
export const checkConverged = (
  views: readonly NodeView[],
  latest: TableVersion,
  live: readonly TableRow[],
): Violation[] => {
  const violation = (message: string): Violation => ({ invariant: "I15", message, at: latest.version });
  const listed = new Set(latest.members.filter(({ state }) => !ended.has(state)).map(nameOf));
  const running = new Set(live.map(nameOf));
  return [
    ...views
      .filter(({ table }) => table.version !== latest.version)
      .map(({ node, table }) => violation(`${node} sees version ${table.version}, the table is at ${latest.version}`)),
    ...[...running].filter((name) => !listed.has(name)).map((name) => violation(`${name} runs and is not listed`)),
    ...[...listed].filter((name) => !running.has(name)).map((name) => violation(`${name} is listed and does not run`)),
  ];
};
