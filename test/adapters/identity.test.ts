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

  async function refusal(authorization: string) {
    const { name, message } = await identify(authorization).catch(error => error);
    return `${name}: ${message}`;
  }

  it('knows nobody without an authorization header', async () => {
    expect(await identify()).to.equal(undefined);
    expect(await identify('')).to.equal(undefined);
  });

  it('refuses what is no token in the words of the old identity client', async () => {
    expect(await refusal('Bearer not-a-token')).to.equal('AuthenticationError: Invalid JWT');
  });

  it('refuses headers without a bearer token in the words of the old identity client', async () => {
    for (const header of ['Basic YWRhOnB3', 'Bearer', 'Bearer two words']) {
      expect(await refusal(header)).to.equal('AuthenticationError: No token specified');
    }
  });

  it('refuses tokens of services, as the old identity client', async () => {
    expect(await refusal(mockCredentials.service.header())).to.equal(
      'AuthenticationError: The token is not one of a user',
    );
  });
});
