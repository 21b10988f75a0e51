import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ExplainQuestion, Explanation } from '@perennial/membership';
import { explainMember, type Stores } from '@perennial/projection';
import { Problem } from '../problems/problem.js';
import { STORES } from '../stores/tokens.js';

/** Why something of a member is as it is at an instant, UTC ms. */
export class ExplainMember extends Query<Explanation> {
  constructor(
    readonly id: string,
    readonly question: ExplainQuestion,
    readonly asOf: number,
  ) {
    super();
  }
}

@QueryHandler(ExplainMember)
export class ExplainMemberHandler implements IQueryHandler<ExplainMember> {
  constructor(@Inject(STORES) private readonly stores: Stores) {}

  async execute({ id, question, asOf }: ExplainMember): Promise<Explanation> {
    const told = await explainMember(this.stores, id, question, asOf);
    if (told.known) return told.explanation;
    if (told.unknown === 'task') throw new Problem('unknown-task', `The member ${id} has no such task up to then`);
    throw new Problem('unknown-member', `No fact of customer ${id} is known up to then`);
  }
}
