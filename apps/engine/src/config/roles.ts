/** What a process does: answers requests; keeps the read store up; hands changes on; lets time pass. */
export const ROLES = ['api', 'projector', 'delivery', 'clock'] as const;
export type Role = (typeof ROLES)[number];

/** @param text separated by commas; nothing = all. @throws Error that names the variable and what it may be. */
export function parseRoles(text: string | undefined): ReadonlySet<Role> {
  const names = (text ?? '').split(',').map((name) => name.trim());
  const wanted = names.filter((name) => name !== '');
  const unknown = wanted.filter((name) => !ROLES.some((role) => role === name));
  if (unknown.length > 0) {
    throw new Error(`ROLES must be some of ${ROLES.join(', ')}, separated by commas, not "${unknown.join(', ')}"`);
  }
  return new Set(wanted.length === 0 ? ROLES : (wanted as Role[]));
}
