import fc from 'fast-check';
import { arbitraryCustomer, programs } from '../../../../test/histories/arbitrary-customers.js';
import { decodeSnapshot, encodeSnapshot } from './snapshot-codec.js';

it('a snapshot comes back from its text as it was', () => {
  fc.assert(
    fc.property(arbitraryCustomer, (one) => {
      const customer = { customerId: 'c-1', ...one };
      expect(decodeSnapshot('c-1', encodeSnapshot(customer), programs.zone)).toEqual(customer);
    }),
  );
});
