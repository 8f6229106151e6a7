import { expect } from 'chai';
import { attackPolicies } from './support/attack-policies';

describe('auth policies under a long attack', () => {
  it('let none of 100,000 generated requests without a token reach a guarded route', async () => {
    const { reached, bypasses } = await attackPolicies(100_000);
    expect(bypasses).to.deep.equal([]);
    expect(reached.length).to.be.above(1000);
  });
});
