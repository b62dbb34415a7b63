interface Signature {
  readonly type: string;
  readonly at: number;
  /** The bytes there, as a byte string. */
  readonly bytes: string;
}

const signature = (type: string, bytes: string, at = 0): Signature => ({ type, at, bytes });

/** Types of files by what stands at their beginning. The first that fits holds. */
const signatures: readonly Signature[] = [
  signature("image/jpeg", "\xff\xd8\xff"),
  signature("image/png", "\x89PNG\r\n\x1a\n"),
  signature("image/gif", "GIF8"),
  signature("image/webp", "WEBP", 8),
  signature("image/bmp", "BM"),
  signature("image/tiff", "II*\0"),
  signature("image/tiff", "MM\0*"),
  signature("image/vnd.adobe.photoshop", "8BPS"),
  signature("image/vnd.microsoft.icon", "\0\0\x01\0"),
  signature("application/pdf", "%PDF"),
  signature("application/rtf", "{\\rtf"),
  signature("application/postscript", "%!"),
  signature("application/zip", "PK\x03\x04"),
  signature("application/gzip", "\x1f\x8b\x08"),
  signature("application/x-bzip2", "BZh"),
  signature("application/x-xz", "\xfd7zXZ\0"),
  signature("application/zstd", "\x28\xb5\x2f\xfd"),
  signature("application/x-7z-compressed", "7z\xbc\xaf\x27\x1c"),
  signature("application/vnd.rar", "Rar!\x1a\x07"),
  signature("application/x-tar", "ustar", 257),
  signature("application/vnd.debian.binary-package", "!<arch>\ndebian"),
  signature("application/x-unix-archive", "!<arch>"),
  signature("application/x-rpm", "\xed\xab\xee\xdb"),
  signature("application/x-executable", "\x7fELF"),
  signature("application/vnd.microsoft.portable-executable", "MZ"),
  signature("application/vnd.sqlite3", "SQLite format 3\0"),
  signature("application/x-shockwave-flash", "CWS"),
  signature("application/x-shockwave-flash", "FWS"),
  signature("application/wasm", "\0asm"),
  signature("application/msword", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
  signature("application/font-woff", "wOFF"),
  signature("application/font-woff", "wOF2"),
  signature("application/font-sfnt", "\0\x01\0\0\0"),
  signature("audio/mpeg", "ID3"),
  signature("audio/ogg", "OggS"),
  signature("audio/x-flac", "fLaC"),
  signature("audio/x-wav", "WAVE", 8),
  signature("audio/midi", "MThd"),
  signature("video/mp4", "ftyp", 4),
  signature("video/x-matroska", "\x1a\x45\xdf\xa3"),
  signature("video/x-msvideo", "AVI ", 8),
  signature("video/x-flv", "FLV\x01"),
  signature("video/mpeg", "\0\0\x01\xba"),
];

const known: ReadonlySet<string> = new Set(signatures.map(({ type }) => type));

/** Whether files of this type can be told by their beginning. */
export const isKnownType = (type: string): boolean => known.has(type);

/** The type of a file by its beginning; undefined when that tells nothing. */
export const typeOf = (bytes: Buffer): string | undefined =>
  signatures.find(({ at, bytes: wanted }) => bytes.toString("latin1", at, at + wanted.length) === wanted)?.type;
