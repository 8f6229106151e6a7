import { InputError } from '@backstage/errors';
import type {
  BackstageCredentials,
  BackstageUserInfo,
  BackstageUserPrincipal,
  UserInfoService,
} from '../../api';

/** Knows of a user that it belongs to no group. */
export class MockUserInfoService implements UserInfoService {
  constructor(private readonly customInfo: Partial<BackstageUserInfo> = {}) {}

  async getUserInfo(credentials: BackstageCredentials): Promise<BackstageUserInfo> {
    const { type, userEntityRef } = credentials.principal as BackstageUserPrincipal;
    if (type !== 'user') {
      throw new InputError(`User info not available for principal type '${type}'`);
    }
    return { userEntityRef, ownershipEntityRefs: [userEntityRef], ...this.customInfo };
  }
}
