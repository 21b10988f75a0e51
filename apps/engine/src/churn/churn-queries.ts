import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { FitStore, type KeptFit, type MemberChurn, readMemberChurn, type Stores } from '@perennial/projection';
import { Problem } from '../problems/problem.js';
import { STORES } from '../stores/tokens.js';

/** The newest fit. */
export class ReadChurnModel extends Query<KeptFit> {}

@QueryHandler(ReadChurnModel)
export class ReadChurnModelHandler implements IQueryHandler<ReadChurnModel> {
  constructor(private readonly fits: FitStore) {}

  async execute(): Promise<KeptFit> {
    const fit = await this.fits.last();
    if (fit !== null) return fit;
    throw new Problem(
      'no-churn-model',
      'Nothing has been fitted yet: run perennial churn fit, or wait for the nightly run',
    );
  }
}

/** Churn risk and expected value of a member as of an instant, UTC ms. */
export class ReadMemberChurn extends Query<MemberChurn> {
  constructor(
    readonly id: string,
    readonly asOf: number,
  ) {
    super();
  }
}

@QueryHandler(ReadMemberChurn)
export class ReadMemberChurnHandler implements IQueryHandler<ReadMemberChurn> {
  constructor(
    @Inject(STORES) private readonly stores: Stores,
    private readonly fits: FitStore,
  ) {}

  async execute({ id, asOf }: ReadMemberChurn): Promise<MemberChurn> {
    const churn = await readMemberChurn(this.stores, await this.fits.last(), id, asOf);
    if (churn === null) throw new Problem('unknown-member', `No fact of customer ${id} is known up to then`);
    return churn;
  }
}
