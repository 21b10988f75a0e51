import type { RfmRow } from '@perennial/analytics';

export const RFM_TABLE_HEAD = row('customer', 'r', 'f', 'm', 'segment');

export function rfmTableRow({ customerId, r, f, m, segment }: RfmRow): string {
  return row(customerId, r, f, m, segment);
}

function row(customer: string, r: string | number, f: string | number, m: string | number, segment: string): string {
  return `${customer.padEnd(24)}  ${r}  ${f}  ${m}  ${segment}`;
}
