const FIGURES = new Intl.NumberFormat('en-US');

/** A number as people read it: `69,659`. */
export function count(n: number): string {
  return FIGURES.format(n);
}

/** `1m 05s`; `?` when nobody knows. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.ceil(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes === 0 ? `${whole}s` : `${minutes}m ${String(whole % 60).padStart(2, '0')}s`;
}

/** Lines of names and figures, in two columns. */
export function figures(rows: readonly (readonly [name: string, figure: number])[]): string[] {
  const names = Math.max(...rows.map(([name]) => name.length));
  const texts = rows.map(([, figure]) => count(figure));
  const widest = Math.max(...texts.map((text) => text.length));
  return rows.map(([name], i) => `${name.padEnd(names)}  ${texts[i].padStart(widest)}`);
}
