import { posix } from "node:path";
import type { Section } from "../template/section.ts";
import { isKnownType, typeOf } from "./mime.ts";

/** What is seldom of interest, as in nuclei. */
const deniedExtensions =
  ".3g2 .3gp .arj .avi .axd .bmp .css .csv .deb .dll .doc .drv .eot .exe .flv .gif .gifv .h264 .ico .iso .jar .jpeg " +
  ".jpg .lock .m4a .m4v .map .mkv .mov .mp3 .mp4 .mpeg .mpg .msi .ogg .ogm .ogv .otf .pdf .pkg .png .ppt .psd .rm " +
  ".rpm .svg .swf .sys .tif .tiff .ttf .vob .wav .webm .wmv .woff .woff2 .xcf .xls .xlsx";

const archiveExtensions = ".7z .apk .gz .rar .tar.gz .tar .zip";
const maxEntries = 1_000;

/** A file in question. */
export interface Candidate {
  /** Absolute; within an archive from its root, with a slash before it. */
  readonly path: string;
  /** The folder that is searched, or `/` for an archive. */
  readonly root: string;
  /** Its beginning; undefined within an archive. */
  readonly head: Buffer | undefined;
}

/** Which files a block reads. */
export class FileChoice {
  readonly #all: boolean;
  readonly #extensions: ReadonlySet<string>;
  readonly #types: ReadonlySet<string>;
  readonly #denied: ReadonlySet<string>;
  readonly #deniedTypes: ReadonlySet<string>;
  /** Whether the beginning of files counts. */
  readonly byType: boolean;

  constructor(section: Section) {
    const extensions = readEntries(section, "extensions");
    const denied = readEntries(section, "denylist");
    this.byType = section.boolean("mime-type");
    this.#all = extensions.includes("all");
    const named = extensions.filter((name) => name !== "all" && !(this.byType && isKnownType(name)));
    this.#extensions = new Set(named.map((name) => (name.startsWith(".") ? name : `.${name}`)));
    this.#types = new Set(this.byType ? extensions.filter(isKnownType) : []);
    this.#deniedTypes = new Set(this.byType ? denied.filter(isKnownType) : []);
    this.#denied = new Set([
      ...deniedExtensions.split(" "),
      ...(section.boolean("archive") ? [] : archiveExtensions.split(" ")),
      ...denied.flatMap((entry) => [entry, cleaned(entry)]),
    ]);
  }

  /** Whether a file is read. An extension that is asked for holds against everything that denies it, as in nuclei. */
  takes({ path, root, head }: Candidate): boolean {
    if (this.#extensions.has(posix.extname(path))) return true;
    const type = this.byType && head !== undefined ? typeOf(head) : undefined;
    if (type !== undefined && this.#types.has(type)) return true;
    if (!this.#all && (this.#extensions.size > 0 || this.#types.size > 0)) return false;
    return !this.#denies(path, root) && !(type !== undefined && this.#deniedTypes.has(type));
  }

  #denies(path: string, root: string): boolean {
    const relative = path.startsWith(root) ? path.slice(root.length) : path;
    const name = posix.basename(path);
    const [folder, whole] = [relative.slice(0, -name.length), path.slice(0, -name.length)];
    const forms = [posix.extname(path), path, name, relative, folder, whole, ...foldersOf(folder), ...foldersOf(whole)];
    return forms.some((form) => form !== "" && this.#denied.has(form));
  }
}

const readEntries = (section: Section, key: string): readonly string[] => {
  const entries = section.strings(key);
  if (entries.length > maxEntries) section.complain("invalid", key, `has more than ${maxEntries} entries`);
  return entries.slice(0, maxEntries).map(({ value }) => value);
};

/** A path without what may stand in it twice or at its end. */
const cleaned = (path: string): string => {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal;
};

/** The folders that a folder is in, and itself, with and without the slash before them. */
const foldersOf = (folder: string): readonly string[] => {
  const names = folder.split("/").filter((part) => part !== "");
  const joined = names.map((_name, at) => names.slice(0, at + 1).join("/"));
  return [...joined, ...joined.map((path) => `/${path}`)];
};
