/**
 * Area under the ROC curve: how likely a customer who did it was scored above one who did not; equal scores count half.
 * @returns null when all did, or none.
 */
export function auc(scores: readonly number[], did: readonly boolean[]): number | null {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let positives = 0;
  let ranks = 0;
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    // Ranks start + 1 … end; equal scores share their mean.
    for (let i = start; i < end; i++) {
      if (!did[order[i]]) continue;
      positives++;
      ranks += (start + 1 + end) / 2;
    }
    start = end;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return null;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}
