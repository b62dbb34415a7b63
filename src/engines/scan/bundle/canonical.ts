import { ScanError } from "../errors.ts";
import { type BundleFile, bundleLimits, pathProblem } from "./bundle.ts";

/**
 * The form of a bundle that its hash is taken of: a line that names the form, then for each file, in the order of the
 * bytes of their paths: length of the path (2 bytes, big-endian), length of the content (4 bytes), path in UTF-8,
 * content. Nothing else, such as times, owners or modes, is in it, so that the same files give the same bytes.
 */
const signature = Buffer.from("garrison-bundle 1\n", "latin1");
const headBytes = 6;

export const invalidBundle = (message: string, path?: string): ScanError =>
  new ScanError("invalid-bundle", message, { ids: path === undefined ? {} : { path: path.slice(0, 200) } });

const tooLarge = (): ScanError => invalidBundle(`a bundle has at most ${bundleLimits.unpackedBytes} bytes unpacked`);

/**
 * @returns pieces to be joined; contents are shared, not copied
 * @throws ScanError `invalid-bundle` for a path that cannot stand in a bundle or stands there twice, and over the limits
 */
export const encodeBundle = (files: readonly BundleFile[]): readonly Uint8Array[] => {
  if (files.length === 0) throw invalidBundle("a bundle needs at least one file");
  if (files.length > bundleLimits.files) throw invalidBundle(`a bundle has at most ${bundleLimits.files} files`);
  const entries = files.map(({ path, content }) => {
    checkPath(path);
    return { path, name: Buffer.from(path, "utf8"), content };
  });
  entries.sort((a, b) => a.name.compare(b.name));
  const pieces: Uint8Array[] = [signature];
  let length = signature.length;
  let before: string | undefined;
  for (const { path, name, content } of entries) {
    if (path === before) throw invalidBundle(`file "${path}" stands in the bundle twice`, path);
    before = path;
    length += headBytes + name.length + content.length;
    if (length > bundleLimits.unpackedBytes) throw tooLarge();
    const head = Buffer.alloc(headBytes);
    head.writeUInt16BE(name.length, 0);
    head.writeUInt32BE(content.length, 2);
    pieces.push(head, name, content);
  }
  return pieces;
};

/**
 * @returns the files in the order of their paths; contents share the memory of `bytes`
 * @throws ScanError `invalid-bundle` for anything that `encodeBundle` does not write
 */
export const decodeBundle = (bytes: Buffer): readonly BundleFile[] => {
  if (!bytes.subarray(0, signature.length).equals(signature)) throw invalidBundle("this is no bundle of this version");
  const files: BundleFile[] = [];
  let before: Buffer = Buffer.alloc(0);
  let at = signature.length;
  while (at < bytes.length) {
    if (files.length === bundleLimits.files) throw invalidBundle(`a bundle has at most ${bundleLimits.files} files`);
    if (bytes.length - at < headBytes) throw invalidBundle("the bundle ends in the middle of a file");
    const nameEnd = at + headBytes + bytes.readUInt16BE(at);
    const end = nameEnd + bytes.readUInt32BE(at + 2);
    if (end > bytes.length) throw invalidBundle("the bundle ends in the middle of a file");
    const name = bytes.subarray(at + headBytes, nameEnd);
    if (name.compare(before) <= 0) throw invalidBundle("the files of the bundle are not in the order of their paths");
    const path = readPath(name);
    files.push({ path, content: bytes.subarray(nameEnd, end) });
    before = name;
    at = end;
  }
  if (files.length === 0) throw invalidBundle("a bundle needs at least one file");
  return files;
};

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const readPath = (name: Buffer): string => {
  let path: string;
  try {
    path = utf8.decode(name);
  } catch {
    throw invalidBundle("the path of a file is not UTF-8");
  }
  checkPath(path);
  return path;
};

const checkPath = (path: string): void => {
  const problem = pathProblem(path);
  if (problem !== undefined)
    throw invalidBundle(`file "${path.slice(0, 200)}" of the bundle: its path ${problem}`, path);
};
