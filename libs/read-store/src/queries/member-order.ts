import type { MemberRow, MemberSort } from '../port.js';

/** The order of a list: by a column and then by customerId ascending, or by customerId alone. */
export interface MemberOrder {
  column: 'value' | 'available' | 'last_purchase_at' | null;
  descending: boolean;
  /** Members without a value come last, whatever the direction. */
  nullable: boolean;
  valueOf: (row: MemberRow) => number | null;
}

const value = { column: 'value', nullable: false, valueOf: (row: MemberRow) => row.value } as const;
const available = { column: 'available', nullable: false, valueOf: (row: MemberRow) => row.available } as const;
const lastPurchaseAt = {
  column: 'last_purchase_at',
  nullable: true,
  valueOf: (row: MemberRow) => row.lastPurchaseAt,
} as const;

export const MEMBER_ORDERS: Record<MemberSort, MemberOrder> = {
  customerId: { column: null, descending: false, nullable: true, valueOf: () => null },
  value: { ...value, descending: false },
  '-value': { ...value, descending: true },
  available: { ...available, descending: false },
  '-available': { ...available, descending: true },
  lastPurchaseAt: { ...lastPurchaseAt, descending: false },
  '-lastPurchaseAt': { ...lastPurchaseAt, descending: true },
};
