/** Of the types in PostgreSQL's catalogue. */
const TEXT = 25;
const INT8 = 20;
const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const INT8_BYTES = 8;
const TWO_TO_32 = 4_294_967_296;

/**
 * A parameter for `$1::text[]` in the binary form that the server takes as it is: rows by the thousand, as columns, take
 * a tenth of the time that a text literal takes, which has every quote and backslash to escape.
 */
export function textArray(values: readonly (string | null)[]): Buffer {
  let bytes = HEAD_BYTES;
  for (const value of values) bytes += LENGTH_BYTES + (value === null ? 0 : Buffer.byteLength(value));
  const array = begin(bytes, TEXT, values.length);
  let at = HEAD_BYTES;
  for (const value of values) {
    const length = value === null ? -1 : array.write(value, at + LENGTH_BYTES);
    array.writeInt32BE(length, at);
    at += LENGTH_BYTES + Math.max(0, length);
  }
  return array;
}

/** The same for `$1::bigint[]`. @throws RangeError for what is no whole number, or not exact. */
export function bigintArray(values: readonly (number | null)[]): Buffer {
  const array = begin(HEAD_BYTES + (LENGTH_BYTES + INT8_BYTES) * values.length, INT8, values.length);
  let at = HEAD_BYTES;
  for (const value of values) {
    if (value === null) {
      at = array.writeInt32BE(-1, at);
      continue;
    }
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not an integer that is exact`);
    const high = Math.floor(value / TWO_TO_32);
    at = array.writeInt32BE(INT8_BYTES, at);
    at = array.writeInt32BE(high, at);
    at = array.writeUInt32BE(value - high * TWO_TO_32, at);
  }
  return array.subarray(0, at);
}

/** One dimension that begins at 1. The flag says only that there may be nulls. */
function begin(bytes: number, type: number, length: number): Buffer {
  const array = Buffer.allocUnsafe(bytes);
  for (const [i, word] of [1, 1, type, length, 1].entries()) array.writeInt32BE(word, i * 4);
  return array;
}
