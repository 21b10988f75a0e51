/** What the simulated shop sells: prices in fen (minor units of CNY). */
export interface Product {
  sku: string;
  category: string;
  price: number;
  weight: number;
}

const CATEGORIES = [
  { category: 'tea', count: 16, from: 2_900, step: 1_300, weight: 6 },
  { category: 'teaware', count: 10, from: 4_900, step: 4_700, weight: 2 },
  { category: 'snacks', count: 12, from: 900, step: 450, weight: 4 },
  { category: 'gifts', count: 6, from: 12_800, step: 9_900, weight: 1 },
];

export const CATALOGUE: readonly Product[] = CATEGORIES.flatMap(({ category, count, from, step, weight }) =>
  Array.from({ length: count }, (_, n) => ({
    sku: `${category}-${String(n + 1).padStart(2, '0')}`,
    category,
    price: from + n * step,
    weight,
  })),
);
