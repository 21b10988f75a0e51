/**
 * The partition of a customer, 0 to `partitions` − 1: FNV-1a over UTF-8, so that any program can work it out.
 * It stands in stored rows: never change it.
 */
export function partitionOf(customerId: string, partitions: number): number {
  if (partitions === 1) return 0;
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(customerId)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % partitions;
}
