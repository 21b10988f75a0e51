import type { CustomerFactType, Fact, FactDataByType } from './fact.js';

/** A fact as `import` reads and `export` writes it (SPEC Appendix A), keys in this order. */
export interface FactJson {
  id: string;
  type: CustomerFactType;
  customerId: string;
  /** ISO 8601 with milliseconds, UTC. */
  occurredAt: string;
  source: string;
  data: FactDataByType[CustomerFactType];
}

/** The object of SPEC Appendix A; `data` is the fact's own, not a copy. */
export function factToJson(fact: Fact): FactJson {
  return {
    id: fact.id,
    type: fact.type,
    customerId: fact.customerId,
    occurredAt: new Date(fact.occurredAt).toISOString(),
    source: fact.source ?? '',
    data: fact.data,
  };
}
