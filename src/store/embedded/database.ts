import { readFileSync } from "node:fs";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import type { Clock } from "../../base/clock.ts";
import { asError } from "../../base/errors.ts";
import { StoreError } from "../errors.ts";
import { storeRowKey } from "../model/keys.ts";
import type { RangeQuery, Row, Transaction } from "../model/transaction.ts";
import { checkDataFile, corrupt } from "./file-header.ts";
import { flushNames, StoreFiles } from "./files.ts";
import { prepareDirectory } from "./filesystem.ts";
import { defaultRoom, judgeRoom, type RoomBounds } from "./room.ts";
import { continueClock, readStoreRow } from "./store-row.ts";

/** Processes and threads that read at the same time. */
const mostReaders = 1_024;

/** Address space for the files. LMDB takes more when they grow beyond it: no limit. */
const mapBytes = 2 ** 36;

/** How often the store's clock is written down, along with other writes: how far it can fall back over a boot. */
const clockSavedEveryMs = 1_000;

/** What LMDB counts of a tree (mdb_stat); its types say nothing. */
interface TreeStatistics {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

/** One thread's handle on the files of a store. Blocks: on the disk, and to write on other processes. */
export class Database implements Transaction {
  readonly #lmdb: RootDatabase<string, string>;
  readonly #clock: Clock;
  readonly #directory: string;
  readonly #files: StoreFiles;
  readonly #room: RoomBounds;
  #offsetMs = 0;
  #clockSavedAtMs = 0;

  private constructor(directory: string, clock: Clock, room: RoomBounds, readOnly: boolean) {
    this.#lmdb = openFiles(directory, readOnly);
    this.#clock = clock;
    this.#directory = directory;
    this.#files = new StoreFiles(directory);
    this.#room = room;
  }

  /** Opens the files, makes them if there are none, and refuses what is not a store of this version. */
  static openToWrite(directory: string, clock: Clock, room: RoomBounds = defaultRoom): Database {
    prepareDirectory(directory);
    const file = join(directory, "data.mdb");
    checkDataFile(file);
    const database = new Database(directory, clock, room, false);
    try {
      database.#enter(directory, file);
      flushNames(directory);
    } catch (error) {
      void database.close();
      throw error;
    }
    return database;
  }

  /** Opens files that the writer of this process has opened. */
  static openToRead(directory: string, clock: Clock): Database {
    const database = new Database(directory, clock, defaultRoom, true);
    const row = database.get(storeRowKey);
    if (row === undefined) throw corrupt(directory, "it has no row of its own");
    database.#offsetMs = readStoreRow(row, directory).offsetMs;
    return database;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** The store's clock. */
  nowMs(): number {
    return this.#clock.monotonicMs() + this.#offsetMs;
  }

  get(key: string): string | undefined {
    return this.#lmdb.get(key);
  }

  put(key: string, value: string): void {
    this.#lmdb.putSync(key, value);
  }

  remove(key: string): void {
    this.#lmdb.removeSync(key);
  }

  range({ from, to, limit }: RangeQuery): readonly Row[] {
    return Array.from(this.#lmdb.getRange({ start: from, end: to, limit }), ({ key, value }) => ({ key, value }));
  }

  /**
   * Runs `work` under the writer lock of the machine, told why nothing may be added at present, if there is a reason. Returns once
   * it is on the disk; if it throws, nothing is. Throws `corrupt` if the files are no longer those of the directory, `full` if the
   * disk has little room: LMDB must not find out by itself, a write that fails can end the process.
   */
  write<Output>(work: (full: StoreError | undefined) => Output): Output {
    return this.#lmdb.transactionSync(() => {
      this.#files.requireSame();
      const room = { free: this.#files.freeBytes(), used: () => this.#usedBytes() };
      const output = work(judgeRoom(this.#directory, room, this.#room));
      if (this.#clock.monotonicMs() - this.#clockSavedAtMs >= clockSavedEveryMs) this.#saveClock();
      return output;
    });
  }

  /** Reads from now on see what is committed now. */
  refresh(): void {
    this.#lmdb.resetReadTxn();
  }

  close(): Promise<void> {
    return this.#lmdb.close();
  }

  #usedBytes(): number {
    const { pageSize, treeBranchPageCount, treeLeafPageCount, overflowPages } = this.#lmdb.getStats() as TreeStatistics;
    return pageSize * (treeBranchPageCount + treeLeafPageCount + overflowPages);
  }

  /** Finds or makes the row of the store, and sets the clock. */
  #enter(directory: string, file: string): void {
    this.write(() => {
      const text = this.get(storeRowKey);
      if (text === undefined && this.range({ from: " ", to: "~", limit: 1 }).length > 0) {
        throw corrupt(file, "it was made by another program");
      }
      const row = continueClock(text === undefined ? undefined : readStoreRow(text, directory), {
        bootId: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
        monotonicMs: this.#clock.monotonicMs(),
        wallMs: this.#clock.wallMs(),
      });
      this.#offsetMs = row.offsetMs;
      this.#clockSavedAtMs = this.#clock.monotonicMs();
      this.put(storeRowKey, JSON.stringify(row));
    });
  }

  #saveClock(): void {
    const text = this.get(storeRowKey);
    if (text === undefined) return;
    this.#clockSavedAtMs = this.#clock.monotonicMs();
    this.put(storeRowKey, JSON.stringify({ ...readStoreRow(text, ""), lastMs: this.nowMs() }));
  }
}

const openFiles = (directory: string, readOnly: boolean): RootDatabase<string, string> => {
  try {
    return open<string, string>({
      path: directory,
      encoding: "string",
      noSubdir: false,
      mapSize: mapBytes,
      maxDbs: 1,
      maxReaders: mostReaders,
      readOnly,
      // A commit returns when it is flushed, not before.
      overlappingSync: false,
    });
  } catch (error) {
    throw new StoreError("corrupt", `${directory} cannot be opened: ${asError(error).message}`, { cause: error });
  }
};
