const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

/** FNV-1a over UTF-16 units, going on from `hash`. What follows from it places data: it is the same in all versions. */
export const fnv1a = (text: string, hash: number = fnvOffset): number => {
  let mixed = hash;
  for (let at = 0; at < text.length; at += 1) mixed = Math.imul(mixed ^ text.charCodeAt(at), fnvPrime);
  return mixed;
};

/** The finaliser of MurmurHash3: FNV alone leaves names that differ in their last character too close to each other. In [0, 2³²). */
export const finalised = (hash: number): number => {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};
