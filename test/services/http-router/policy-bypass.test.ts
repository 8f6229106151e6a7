import { expect } from 'chai';
import { attackPolicies } from './support/attack-policies';

describe('auth policies under attack', () => {
  it('let no generated request without a token reach a guarded route', async () => {
    const { reached, bypasses } = await attackPolicies(5000);
    expect(bypasses).to.deep.equal([]);
    expect(new Set(reached.map(({ route }) => route))).to.deep.equal(
      new Set(['/open', '/cookie', '/item/:id/public', '*']),
    );
  });
});
