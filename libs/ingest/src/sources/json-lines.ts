import { type Line, readLines } from './lines.js';
import { type FactSource, rejectedLine, sampleOf, type SourceItem } from './source-item.js';
import { unzipped } from './unzip.js';

/**
 * JSON lines (SPEC Appendix A), plain or gzip: one value a line, empty lines are passed over. A line that cannot be read
 * is a rejection of its own, its neighbours are read all the same.
 */
export async function* readJsonLines(bytes: AsyncIterable<Uint8Array>): FactSource {
  for await (const lines of readLines(unzipped(bytes))) {
    const items: SourceItem[] = [];
    for (const line of lines) {
      if (line.problem !== undefined || line.text.trim() !== '') items.push(itemOf(line));
    }
    yield items;
  }
}

function itemOf(line: Line): SourceItem {
  if (line.problem !== undefined) return itemOfProblem(line, line.problem);
  try {
    const input: unknown = JSON.parse(line.text);
    return { line: line.line, input, row: input };
  } catch (error) {
    return rejectedLine(line.line, 'not-json', (error as SyntaxError).message, sampleOf(line.text));
  }
}

/** What is wrong with a line whatever its format. */
export function itemOfProblem({ line, text }: Line, { reason, message }: NonNullable<Line['problem']>): SourceItem {
  return { ...rejectedLine(line, reason, message, sampleOf(text)), ends: reason === 'truncated' };
}
