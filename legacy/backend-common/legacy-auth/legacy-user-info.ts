import type { UserInfoService } from '../../../lib/api';
import { toInternalCredentials } from '../../../lib/services/auth/credentials';
import { decodeToken } from './decode-token';

/** Reads who a user is from the token itself, which old auth plugins put everything into. */
export const legacyUserInfo: UserInfoService = {
  async getUserInfo(credentials) {
    const { token, principal } = toInternalCredentials(credentials);
    if ((principal as { type?: string }).type !== 'user') {
      throw new Error('Only user credentials are supported');
    }
    const { sub, ent = [] } = decodeToken(token ?? '') ?? {};
    if (typeof sub !== 'string') {
      throw new Error('User entity ref must be a string');
    }
    if (!Array.isArray(ent) || ent.some(ref => typeof ref !== 'string')) {
      throw new Error('Ownership entity refs must be an array of strings');
    }
    return { userEntityRef: sub, ownershipEntityRefs: ent };
  },
};
