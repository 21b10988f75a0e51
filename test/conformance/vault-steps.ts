import type { CustomerKey } from '../../libs/privacy/src/customer-key.js';
import type { KeyVault } from '../../libs/privacy/src/key-vault.js';

/** The key of a customer, a new one where there is none; undefined when it was destroyed. */
export function keyFor(vault: KeyVault, id: string): Promise<CustomerKey | undefined> {
  return vault.withKeys(new Set([id]), { make: true }, ({ keys }) => keys.get(id));
}

/** The key of a customer; null when there never was one. */
export function keyOf(vault: KeyVault, id: string): Promise<CustomerKey | 'destroyed' | null> {
  return vault.withKeys(new Set([id]), { make: false }, ({ keys, destroyed }) =>
    destroyed.has(id) ? 'destroyed' : (keys.get(id) ?? null),
  );
}

export function destroy(vault: KeyVault, id: string): Promise<void> {
  return vault.settle({ erased: [id], destroyed: [id], place: { position: 0, recordId: '' } });
}
