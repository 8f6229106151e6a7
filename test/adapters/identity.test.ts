import { expect } from 'chai';
import { mockCredentials, mockServices } from 'backstage-forklift/testing';
import { createLegacyIdentity } from 'backstage-forklift/adapters';

describe('createLegacyIdentity', () => {
  const identity = createLegacyIdentity({
    auth: mockServices.auth(),
    userInfo: mockServices.userInfo(),
  });

  function identify(authorization?: string) {
    return identity.getIdentity({ request: { headers: { authorization } } });
  }

  it('tells who signed in', async () => {
    const token = mockCredentials.user.token('user:default/ada');
    expect(await identify(`Bearer ${token}`)).to.deep.include({
      token,
      identity: {
        type: 'user',
        userEntityRef: 'user:default/ada',
        ownershipEntityRefs: ['user:default/ada'],
      },
    });
  });

  it('knows nobody without a token', async () => {
    expect(await identify()).to.equal(undefined);
  });

  it('refuses what is no token in the words of the old identity client', async () => {
    const error = await identify('Bearer not-a-token').catch(reason => reason);
    expect(error.name).to.equal('AuthenticationError');
    expect(error.message).to.equal('Invalid JWT');
  });
});
