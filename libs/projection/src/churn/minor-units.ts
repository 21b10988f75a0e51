/** Minor units in one unit of a currency: 100 for EUR, 1 for JPY, 100 for a code that nobody knows. */
export function minorUnits(currency: string): number {
  const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  return 10 ** (maximumFractionDigits ?? 2);
}
