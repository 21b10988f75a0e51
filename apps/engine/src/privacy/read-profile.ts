import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DataObject } from '@perennial/membership';
import type { Stores } from '@perennial/projection';
import { Problem } from '../problems/problem.js';
import { STORES } from '../stores/tokens.js';

export interface ProfileView {
  /** The surviving customer, whichever alias was asked for. */
  customerId: string;
  profile: DataObject;
}

/** What a customer told of themselves, as of now, in the clear. */
export class ReadProfile extends Query<ProfileView> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(ReadProfile)
export class ReadProfileHandler implements IQueryHandler<ReadProfile> {
  constructor(@Inject(STORES) private readonly stores: Stores) {}

  async execute({ id }: ReadProfile): Promise<ProfileView> {
    const reading = await this.stores.profiles.read(id);
    switch (reading.status) {
      case 'known':
        return { customerId: reading.customerId, profile: reading.profile };
      case 'unknown':
        throw new Problem('unknown-member', `No fact of customer ${id} is known`);
      case 'erased':
        throw new Problem('personal-data-erased', 'Their key was destroyed: nobody can read it');
      case 'unreadable':
        throw new Problem(
          'personal-data-unreadable',
          'Their key is missing or does not fit, and they were not erased: restore keys.db and master.key',
        );
    }
  }
}
