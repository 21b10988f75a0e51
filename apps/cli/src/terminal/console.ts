import { Output } from './output.js';
import { barProgress, lineProgress, type Progress } from './progress.js';

/** Where a command speaks: results apart from everything else, so that they can be piped on. */
export interface Console {
  /** Results. */
  out: Output;
  /** Messages to whoever is watching. */
  say: (message: string) => void;
  /** Shows how far a longer work has come; `unit` is what it counts, in the plural. */
  progress(unit: string): Progress;
}

export function processConsole(): Console {
  return {
    out: new Output(process.stdout),
    say: (message) => void process.stderr.write(`${message}\n`),
    progress: (unit) => (process.stderr.isTTY ? barProgress(unit) : lineProgress(unit, process.stderr)),
  };
}
